import currencyCodes from "currency-codes";
import { describe, expect, test } from "vitest";
import { currencyExponent } from "../../../core-wasm/index.ts";
import { compareWithTwin, INPUTS } from "./random.ts";

/** On ISO's list of 25 June 2024, which the package holds, and withdrawn since (amendments 176, 178 and 180). */
const WITHDRAWN = ["ANG", "BGN", "CUC"];
/** ISO gives these no decimals ("N.A."), the package says 0: metals, units of account, testing, no currency. */
const WITHOUT_DECIMALS = "XAG XAU XBA XBB XBC XBD XDR XPD XPT XSU XTS XUA XXX".split(" ");
/** On ISO's list since (amendments 179 and 176). */
const NEW = new Map([
  ["XAD", 2],
  ["XCG", 2],
]);

const expected = new Map(NEW);
for (const { code, digits } of currencyCodes.data) {
  if (!WITHDRAWN.includes(code) && !WITHOUT_DECIMALS.includes(code)) expected.set(code, digits);
}

const LETTERS = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ"];

describe("the decimals of a currency", () => {
  test.each([
    ["JPY", 0],
    ["HKD", 2],
    ["KWD", 3],
    ["CLF", 4],
  ])("%s has %s", (code, decimals) => {
    expect(currencyExponent(code)).toBe(decimals);
  });

  test("the differences to the package are these, and no more than these", () => {
    const listed = new Set(currencyCodes.codes());
    expect([...WITHDRAWN, ...WITHOUT_DECIMALS].filter((code) => !listed.has(code))).toEqual([]);
    expect([...NEW.keys()].filter((code) => listed.has(code))).toEqual([]);
  });

  test("of all 17,576 codes of three letters, exactly the listed ones are known, with the listed decimals", () => {
    const known = new Map<string, number>();
    for (const first of LETTERS) {
      for (const second of LETTERS) {
        for (const third of LETTERS) {
          const exponent = currencyExponent(first + second + third);
          if (exponent !== undefined) known.set(first + second + third, exponent);
        }
      }
    }
    expect([...known].sort()).toEqual([...expected].sort());
    expect(known.size).toBe(165);
    expect(new Set(known.values())).toEqual(new Set([0, 2, 3, 4]));
  });

  test(`${INPUTS} right, nearly right and hostile codes: the core and the list agree`, () => {
    const codes = [...expected.keys(), ...WITHDRAWN, ...WITHOUT_DECIMALS];
    const seen = compareWithTwin({
      count: INPUTS,
      generate: (random) => (random.oneIn(4) ? random.hostileText() : random.nearMiss(random.pick(codes))),
      core: (code) => String(currencyExponent(code)),
      twin: (code) => String(expected.get(code)),
    });
    expect([...seen.keys()].sort()).toEqual(["0", "2", "3", "4", "undefined"]);
  });
});
