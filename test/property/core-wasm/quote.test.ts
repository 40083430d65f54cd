import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type AmountFault, divideByQuote, multiplyByQuote, proportion } from "../../../core-wasm/index.ts";
import * as twin from "../../support/twin/amount.ts";
import { compareWithTwin, type HostileRandom, INPUTS } from "./random.ts";

const { AMOUNT_MAXIMUM, AMOUNT_MINIMUM } = twin;

function must(amount: bigint | AmountFault): bigint {
  if (typeof amount === "string") throw new Error(amount);
  return amount;
}

describe("the worked cases of docs/spec/amounts.md#worked-cases (each converted term is rounded first, then subtracted)", () => {
  test("case 1: 1000 JPY, a coupon of 5 JPY, 8.5614 and 8.9614 HKD [AMT-01]", () => {
    const savings = must(multiplyByQuote(5n, "8.5614"));
    expect(savings).toBe(43n);
    const payTo = must(multiplyByQuote(1000n, "8.5614")) - savings;
    expect(payTo).toBe(8518n);
    const surcharge = must(multiplyByQuote(1000n, "8.9614")) - must(multiplyByQuote(5n, "8.9614"));
    expect(surcharge).toBe(8916n);
  });

  test("case 2: 10000 USD, a coupon of 500 HKD, 9.3307 HKD [AMT-01]", () => {
    expect(10_000n - must(divideByQuote(500n, "9.3307"))).toBe(9946n);
    expect(must(multiplyByQuote(10_000n, "9.3307")) - 500n).toBe(92_807n);
  });
});

describe("half to even", () => {
  test.each([
    [1n, "0.5", 0n],
    [3n, "0.5", 2n],
    [5n, "0.5", 2n],
    [-1n, "0.5", 0n],
    [-3n, "0.5", -2n],
    [5n, "0.50000000001", 3n],
    [AMOUNT_MAXIMUM, "0.5", 4_611_686_018_427_387_904n],
    [AMOUNT_MINIMUM, "1.000", AMOUNT_MINIMUM],
  ])("%s × %s is %s", (amount, price, product) => {
    expect(multiplyByQuote(amount, price)).toBe(product);
  });

  test("the smallest i64 is a result, its opposite is OVERFLOW", () => {
    expect(proportion(AMOUNT_MINIMUM, 1n, 1n)).toBe(AMOUNT_MINIMUM);
    expect(proportion(AMOUNT_MINIMUM, 1n, -1n)).toBe("OVERFLOW");
    expect(proportion(AMOUNT_MINIMUM, AMOUNT_MINIMUM, AMOUNT_MINIMUM)).toBe(AMOUNT_MINIMUM);
    expect(proportion(AMOUNT_MAXIMUM, AMOUNT_MAXIMUM, 1n)).toBe("OVERFLOW");
  });
});

describe("a quote price", () => {
  test.each(["", ".", "1.", ".5", "01.5", "00", "-1", "+1", "1e3", "1,5", "1.2.3", " 1", "１.5", "1".repeat(41)])(
    "%j is malformed",
    (price) => {
      expect(multiplyByQuote(1n, price)).toBe("MALFORMED");
      expect(divideByQuote(1n, price)).toBe("MALFORMED");
    },
  );

  test("has at most 18 decimals and fits i64 without its point; zeros at its end do not count", () => {
    expect(multiplyByQuote(1n, "9.223372036854775807")).toBe(9n);
    expect(multiplyByQuote(1n, "9.223372036854775808")).toBe("OVERFLOW");
    expect(multiplyByQuote(10n ** 18n, "0.000000000000000001")).toBe(1n);
    expect(multiplyByQuote(1n, "0.0000000000000000001")).toBe("OVERFLOW");
    expect(multiplyByQuote(1000n, "8.5614000000000000000000000000000000000")).toBe(8561n);
  });

  test("of zero makes nothing, and nothing is divided by it", () => {
    expect(multiplyByQuote(7n, "0.00")).toBe(0n);
    expect(divideByQuote(7n, "0.00")).toBe("DIVISION_BY_ZERO");
    expect(divideByQuote(0n, "0")).toBe("DIVISION_BY_ZERO");
    expect(proportion(7n, 1n, 0n)).toBe("DIVISION_BY_ZERO");
  });
});

type Conversion = { readonly amount: bigint; readonly price: string };

function randomConversion(random: HostileRandom): Conversion {
  return {
    amount: randomAmount(random),
    price: random.oneIn(4) ? random.nearMiss(randomPrice(random)) : randomPrice(random),
  };
}

function randomAmount(random: HostileRandom): bigint {
  const sign = random.oneIn(4) ? -1n : 1n;
  if (random.oneIn(20)) return random.oneIn(2) ? AMOUNT_MAXIMUM : AMOUNT_MINIMUM;
  return sign * (BigInt(`0${random.digits(random.between(0, 19))}`) % AMOUNT_MAXIMUM);
}

function randomPrice(random: HostileRandom): string {
  switch (random.below(6)) {
    case 0:
      return random.hostileText();
    case 1:
      return `${random.digits(random.between(1, 20))}.${random.digits(random.between(0, 20))}`;
    case 2:
      // Halves and other terminating fractions, where rounding half to even decides.
      return random.pick(["0.5", "1.5", "0.25", "0.125", "2", "4", "8", "0.2", "0", "0.000", "1.0"]);
    case 3:
      return `0.${"0".repeat(random.below(17))}${random.between(1, 9)}`;
    case 4:
      return String(AMOUNT_MAXIMUM + BigInt(random.between(-2, 2)));
    default:
      return `${random.between(0, 20)}.${random.digits(random.between(1, 6))}`;
  }
}

describe("the core and its twin agree", () => {
  const kind = (answer: string) => (/^-?\d/.test(answer) ? "an amount" : answer);

  test(`on ${INPUTS} products`, () => {
    const seen = compareWithTwin({
      count: INPUTS,
      generate: randomConversion,
      core: ({ amount, price }) => String(multiplyByQuote(amount, price)),
      twin: ({ amount, price }) => String(twin.multiplyByQuote(amount, price)),
      kind,
    });
    expect([...seen.keys()].sort()).toEqual(["MALFORMED", "OVERFLOW", "an amount"]);
    expect(Math.min(...seen.values())).toBeGreaterThan(INPUTS / 50);
  });

  test(`on ${INPUTS} quotients`, () => {
    const seen = compareWithTwin({
      count: INPUTS,
      generate: randomConversion,
      core: ({ amount, price }) => String(divideByQuote(amount, price)),
      twin: ({ amount, price }) => String(twin.divideByQuote(amount, price)),
      kind,
    });
    expect([...seen.keys()].sort()).toEqual(["DIVISION_BY_ZERO", "MALFORMED", "OVERFLOW", "an amount"]);
    expect(Math.min(...seen.values())).toBeGreaterThan(INPUTS / 100);
  });

  test(`on ${INPUTS} proportions`, () => {
    const sizes = fc.oneof(
      fc.bigInt({ min: AMOUNT_MINIMUM, max: AMOUNT_MAXIMUM }),
      fc.bigInt({ min: -1000n, max: 1000n }),
      fc.constantFrom(AMOUNT_MINIMUM, AMOUNT_MINIMUM + 1n, AMOUNT_MAXIMUM, 2n ** 32n, 2n ** 32n - 1n, 2n ** 62n, 0n),
    );
    fc.assert(
      fc.property(sizes, sizes, sizes, (amount, numerator, denominator) => {
        return proportion(amount, numerator, denominator) === twin.proportion(amount, numerator, denominator);
      }),
      { numRuns: INPUTS },
    );
  });
});
