import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareAmounts, formatAmount, multiplyByQuote, parseAmount, proportion } from "../../../core-wasm/index.ts";
import * as twin from "../../support/twin/amount.ts";
import { compareWithTwin, type HostileRandom, INPUTS } from "./random.ts";

const { AMOUNT_MAXIMUM, AMOUNT_MINIMUM } = twin;
const SETTINGS = { numRuns: INPUTS };

/** Amounts of all sizes, most of them near the limits, and a few outside i64. */
const amounts = fc.oneof(
  { weight: 4, arbitrary: fc.bigInt({ min: AMOUNT_MINIMUM, max: AMOUNT_MAXIMUM }) },
  { weight: 3, arbitrary: fc.bigInt({ min: -10_000n, max: 10_000n }) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        fc.constantFrom(AMOUNT_MAXIMUM, AMOUNT_MINIMUM, 2n ** 53n, 2n ** 32n, -(2n ** 32n), 10n ** 18n, 2n ** 62n),
        fc.bigInt({ min: -2n, max: 2n }),
      )
      .map(([edge, step]) => edge + step),
  },
);

function isAmount(value: bigint): boolean {
  return value >= AMOUNT_MINIMUM && value <= AMOUNT_MAXIMUM;
}

const amountsWithinI64 = amounts.filter(isAmount);

describe("comparing", () => {
  test(`${INPUTS} comparisons`, () => {
    fc.assert(
      fc.property(amountsWithinI64, fc.option(amountsWithinI64), (left, other) => {
        const right = other ?? left;
        return compareAmounts(left, right) === twin.compareAmounts(left, right);
      }),
      SETTINGS,
    );
  });

  test("a bigint outside i64 is never cut to 64 bits", () => {
    expect(multiplyByQuote(2n ** 64n + 5n, "1")).toBe("OVERFLOW");
    expect(proportion(1n, 2n ** 64n + 1n, 1n)).toBe("OVERFLOW");
    expect(() => compareAmounts(2n ** 64n, 0n)).toThrow(RangeError);
    expect(() => formatAmount(2n ** 64n)).toThrow(RangeError);
  });
});

describe("an amount on the wire", () => {
  test.each(["", "00", "01", "-1", "+1", "1.0", "1e3", " 1", "1 ", "１", "0x1", "12345678901234567890", "1\0"])(
    "%j is malformed",
    (text) => {
      expect(parseAmount(text)).toBe("MALFORMED");
    },
  );

  test("zero, one unit and the largest amount are read; one more is OVERFLOW", () => {
    expect(parseAmount("0")).toBe(0n);
    expect(parseAmount("1")).toBe(1n);
    expect(parseAmount("9223372036854775807")).toBe(AMOUNT_MAXIMUM);
    expect(parseAmount("9223372036854775808")).toBe("OVERFLOW");
    expect(parseAmount("9999999999999999999")).toBe("OVERFLOW");
  });

  test(`${INPUTS} right, nearly right and hostile texts: the core and its twin agree`, () => {
    const seen = compareWithTwin({
      count: INPUTS,
      generate: randomAmountText,
      core: (text) => String(parseAmount(text)),
      twin: (text) => String(twin.parseAmount(text)),
      kind: (answer) => (/^\d/.test(answer) ? "an amount" : answer),
    });
    expect([...seen.keys()].sort()).toEqual(["MALFORMED", "OVERFLOW", "an amount"]);
    expect(Math.min(...seen.values())).toBeGreaterThan(INPUTS / 50);
  });

  test(`${INPUTS} amounts are written as JavaScript writes them, and what is not negative is read back`, () => {
    fc.assert(
      fc.property(amountsWithinI64, (amount) => {
        const text = formatAmount(amount);
        return text === String(amount) && (amount < 0n || parseAmount(text) === amount);
      }),
      SETTINGS,
    );
  });
});

function randomAmountText(random: HostileRandom): string {
  switch (random.below(5)) {
    case 0:
      return random.hostileText();
    case 1:
      return String(AMOUNT_MAXIMUM + BigInt(random.between(-3, 3)));
    case 2:
      return random.nearMiss(random.digits(random.between(1, 20)));
    case 3:
      return String(random.between(1, 9)) + random.digits(18);
    default:
      return random.digits(random.between(0, 21));
  }
}
