/** Amounts as the sandbox's page takes and shows them. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { majorUnits, readMajorUnits } from "../../../../sandbox/page/app/money.ts";

describe("an amount that a person types", () => {
  test.each([
    ["12.5", 2, "1250"],
    ["12.50", 2, "1250"],
    ["12", 2, "1200"],
    ["12.", 2, "1200"],
    [" 1,234.5 ", 2, "123450"],
    ["007", 0, "7"],
    ["0.001", 3, "1"],
    ["9999999999999999999", 0, "9999999999999999999"],
  ])("%j with %d decimals is %s of the smallest unit", (text, exponent, value) => {
    expect(readMajorUnits(text, exponent)).toBe(value);
  });

  test.each([
    ["", 2],
    ["0", 2],
    ["0.00", 2],
    ["1.234", 2],
    ["12.5", 0],
    ["-1", 2],
    ["1e3", 2],
    ["1,23", 2],
    [".5", 2],
    ["99999999999999999999", 0],
  ])("%j with %d decimals is none", (text, exponent) => {
    expect(readMajorUnits(text, exponent)).toBeUndefined();
  });

  test("is read back as it was shown", () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 10n ** 19n - 1n), fc.integer({ min: 0, max: 4 }), (amountMinor, exponent) => {
        expect(readMajorUnits(majorUnits(String(amountMinor), exponent), exponent)).toBe(String(amountMinor));
      }),
    );
  });
});

describe("an amount that is shown", () => {
  test.each([
    ["123456", 2, "1,234.56"],
    ["5", 2, "0.05"],
    ["-1250", 2, "−12.50"],
    ["1200", 0, "1,200"],
    ["0", 0, "0"],
    ["1", 3, "0.001"],
    ["1000000", 0, "1,000,000"],
  ])("%s of the smallest unit with %d decimals reads %s", (value, exponent, text) => {
    expect(majorUnits(value, exponent)).toBe(text);
  });
});
