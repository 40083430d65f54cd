/** Amounts as the sandbox's page takes and shows them. */
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { majorUnits, readMajorUnits } from "../../../../sandbox/page/app/money.ts";
import { unitPrice } from "../../../../sandbox/page/app/rate.ts";
import { readAmount } from "../../../../sandbox/page/app/typed-amount.ts";

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

describe("an amount that cannot be used", () => {
  const hkd = { currency: "HKD", exponent: 2 };
  const jpy = { currency: "JPY", exponent: 0 };

  test.each([
    ["", hkd, "Enter an amount."],
    ["0.00", hkd, "Enter more than zero."],
    ["-5", hkd, "Enter more than zero."],
    ["12,50", hkd, "Write decimals with a point: 12.50."],
    ["1.234,5", hkd, "Write decimals with a point: 1234.5."],
    ["12.505", hkd, "HKD has at most 2 decimals."],
    ["12.5", jpy, "JPY has no decimals: enter a whole number."],
    ["12,5", jpy, "JPY has no decimals: enter a whole number."],
    ["92233720368547758.08", hkd, "Too large: at most HKD 92,233,720,368,547,758.07."],
    ["99999999999999999999", hkd, "Too large: at most HKD 92,233,720,368,547,758.07."],
    ["9223372036854775808", jpy, "Too large: at most JPY 9,223,372,036,854,775,807."],
    ["twelve", hkd, "Enter a number, such as 12.50."],
    ["1e3", jpy, "Enter a number, such as 1,250."],
  ])("names what is wrong with %j: %j", (text, rules, problem) => {
    expect(readAmount(text, rules)).toEqual({ problem });
  });

  test("is none that the wire can carry", () => {
    fc.assert(
      fc.property(fc.bigInt(1n, 2n ** 63n - 1n), fc.integer({ min: 0, max: 4 }), (amountMinor, exponent) => {
        const value = String(amountMinor);
        expect(readAmount(majorUnits(value, exponent), { currency: "HKD", exponent })).toEqual({ value });
      }),
    );
  });

  test("is zero, but where nothing at all is an amount", () => {
    expect(readAmount("0.0", { ...hkd, mayBeZero: true })).toEqual({ value: "0" });
    expect(readAmount("-1", { ...hkd, mayBeZero: true })).toEqual({ problem: "Enter zero or more." });
  });
});

describe("a rate between smallest units, for whole ones", () => {
  test.each([
    ["5.2", 0, 2, "0.052"],
    ["8.5614", 0, 2, "0.085614"],
    ["9.3307", 2, 2, "9.3307"],
    ["0.1923076923", 2, 0, "19.23076923"],
    ["16000", 2, 3, "1600"],
    ["3", 3, 0, "3000"],
    ["0.5", 3, 0, "500"],
  ])("%s, of %d decimals to %d, is %s", (price, fromExponent, toExponent, units) => {
    expect(unitPrice(price, fromExponent, toExponent)).toBe(units);
  });
});
