import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseDataObjects } from "../../../../core-wasm/index.ts";
import { type CodeRules, compileCodeRules } from "../../../../durable/code-rules/compile.ts";
import { parseEmvco } from "../../../../durable/code-rules/emvco.ts";
import { identifyCode } from "../../../../durable/code-rules/identify.ts";
import { crcDigits } from "../../../support/twin/code.ts";

const NOT_ALIPAYPLUS = { action: "NOT_ALIPAYPLUS" };

function dataObject(tag: string, value: string): string {
  return tag + String(Array.from(value).length).padStart(2, "0") + value;
}

/** An EMVCo code of the given objects between tag 00 and the CRC. */
function emvco(...objects: string[]): string {
  const content = `${dataObject("00", "01")}${objects.join("")}6304`;
  return content + crcDigits(content);
}

/** A code with two templates, one primitive account, a country, a Chinese name and a URL. */
const CODE = emvco(
  dataObject("01", "11"),
  dataObject("02", "4000123456789012"),
  dataObject("26", dataObject("00", "hk.com.example") + dataObject("01", "M-1")),
  dataObject("29", dataObject("00", "D15600000000") + dataObject("05", "A93FO3230Q")),
  dataObject("52", "4111"),
  dataObject("58", "HK"),
  dataObject("59", "茶餐廳 Tea"),
  dataObject("80", dataObject("01", "https://pay.example.com/m/9")),
  dataObject("81", "https://pay.example.com/m/1"),
);

function emvRules(
  emvMatchRules: readonly object[] | undefined,
  action: object = { postCodeMatchActionType: "DECODE" },
) {
  const rule = { codeMatchPattern: { matchMethod: "EMVCO", emvMatchRules }, postCodeMatchAction: action };
  const { rules, refused } = compileCodeRules([rule], undefined);
  expect(refused).toEqual([]);
  return rules;
}

function applies(rules: CodeRules, codeValue = CODE): boolean {
  return identifyCode(codeValue, rules).action === "DECODE";
}

describe("an EMVCo code is data objects with a right CRC", () => {
  test("any data objects are read back, counted in characters [RUL-04]", () => {
    const value = fc.string({ unit: fc.constantFrom("a", "0", "é", "漢", "😀"), minLength: 1, maxLength: 20 });
    const tags = fc.uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 6 });
    fc.assert(
      fc.property(tags, fc.array(value, { minLength: 6, maxLength: 6 }), (numbers, values) => {
        const objects = numbers
          .filter((number) => number !== 63)
          .map((number, index) => [String(number).padStart(2, "0"), values[index] ?? "a"] as const);
        const code = emvco(...objects.map(([tag, value]) => dataObject(tag, value)));
        expect([...(parseEmvco(code) ?? [])]).toEqual([["00", "01"], ...objects, ["63", code.slice(-4)]]);
      }),
    );
  });

  test.each([
    ["a wrong CRC", CODE.replace(/.$/, (last) => (last === "0" ? "1" : "0"))],
    ["a root tag that comes twice", emvco(dataObject("58", "HK"), dataObject("58", "CN"))],
    ["a length that is too long", emvco("5899HK")],
    ["a URL", "https://pay.example.com/"],
  ])("not with %s", (_, code) => {
    expect(parseEmvco(code)).toBeUndefined();
    expect(applies(emvRules(undefined), code)).toBe(false);
  });

  test.each(["0", "0001", "00021", "0000", "0a01x", "00011001", "0001100011"])("not data objects: %s", (value) => {
    expect(parseDataObjects(value)).toBeUndefined();
  });
});

describe("a value pattern says how a value is compared", () => {
  test.each([
    ["HK", true],
    ["hk", false],
    ["H", false],
    ["S<H>", true],
    ["S<K>", false],
    ["C<K>", true],
    ["C<k>", false],
    ["R<[A-Z]{2}>", true],
    ["R<[A-Z]>", false],
    ["R<(H+)+K$>", true],
    ["N<NULL>", false],
    ["N<null>", false],
    ["S<HK", false],
  ])("58 HK against %s: %s", (pattern, expected) => {
    expect(applies(emvRules([{ "58": pattern }]))).toBe(expected);
  });

  test.each([
    ["N<NULL>", true],
    ["S<0>", false],
    ["C<0>", false],
    ["R<.*>", false],
    ["01", false],
  ])("an absent 54 against %s: %s", (pattern, expected) => {
    expect(applies(emvRules([{ "54": pattern }]))).toBe(expected);
  });

  test("a pattern that looks like none is the value itself", () => {
    const code = emvco(dataObject("59", "S<Tea"));
    expect(applies(emvRules([{ "59": "S<Tea" }]), code)).toBe(true);
  });

  test.each(["00", "01", "52", "53", "54", "55", "56", "57", "58", "59", "60", "61", "62"])(
    "root tag %s is compared",
    (tag) => {
      const code = tag === "00" ? emvco() : emvco(dataObject(tag, "01"));
      expect(applies(emvRules([{ [tag]: "01" }]), code)).toBe(true);
      expect(applies(emvRules([{ [tag]: "02" }]), code)).toBe(false);
    },
  );
});

describe("the merchant account is found where the rule says", () => {
  test.each([
    ["a primitive account that is there", { isPrimitiveMerchant: "true", primitiveMerchantTag: "02" }, true],
    ["a primitive account that is not", { isPrimitiveMerchant: "true", primitiveMerchantTag: "04" }, false],
    [
      "a primitive account by its value",
      { isPrimitiveMerchant: "true", primitiveMerchantTag: "02", extendedMerchantValue: "S<4000>" },
      true,
    ],
    [
      "a primitive account with another value",
      { isPrimitiveMerchant: "true", primitiveMerchantTag: "02", extendedMerchantValue: "S<5000>" },
      false,
    ],
    [
      "a primitive account that must be absent",
      { isPrimitiveMerchant: "true", primitiveMerchantTag: "04", extendedMerchantValue: "N<NULL>" },
      true,
    ],
    ["a template that is there", { isPrimitiveMerchant: "false", extendedMerchantTag: "26" }, true],
    ["a template that is not", { isPrimitiveMerchant: "false", extendedMerchantTag: "27" }, false],
    ["a template by its identifier", { extendedMerchantTag: "26", extendedMerchantValue: "hk.com.example" }, true],
    ["a template by its whole value", { extendedMerchantTag: "26", extendedMerchantValue: "S<0014hk.com.>" }, true],
    ["another template's identifier", { extendedMerchantTag: "29", extendedMerchantValue: "hk.com.example" }, false],
    ["a template that must be absent and is", { extendedMerchantTag: "30", extendedMerchantValue: "N<NULL>" }, true],
    [
      "a template that must be absent and is not",
      { extendedMerchantTag: "26", extendedMerchantValue: "N<NULL>" },
      false,
    ],
    [
      "an object inside a named template",
      { primitiveMerchantTag: "29", extendedMerchantTag: "05", extendedMerchantValue: "S<A93>" },
      true,
    ],
    [
      "an object inside another template",
      { primitiveMerchantTag: "26", extendedMerchantTag: "05", extendedMerchantValue: "S<A93>" },
      false,
    ],
    ["an object inside any template", { extendedMerchantTag: "00", extendedMerchantValue: "S<D156>" }, true],
    ["an object inside no template", { extendedMerchantTag: "07" }, false],
    [
      "an object outside the merchant's templates",
      { extendedMerchantTag: "01", extendedMerchantValue: "C<pay.>" },
      false,
    ],
    ["an object that must be absent from all", { extendedMerchantTag: "07", extendedMerchantValue: "N<NULL>" }, true],
    [
      "an object that must be absent and is in one",
      { extendedMerchantTag: "05", extendedMerchantValue: "N<NULL>" },
      false,
    ],
  ])("%s", (_, emvMatchRule, expected) => {
    expect(applies(emvRules([emvMatchRule]))).toBe(expected);
  });

  test("a template whose value is no data objects has no objects inside", () => {
    const code = emvco(dataObject("26", "0009HK"));
    expect(applies(emvRules([{ extendedMerchantTag: "00" }]), code)).toBe(false);
    expect(applies(emvRules([{ extendedMerchantTag: "26", extendedMerchantValue: "0009HK" }]), code)).toBe(true);
  });
});

describe("emvMatchRules are alternatives, the conditions of one hold together", () => {
  const here = { extendedMerchantTag: "26", extendedMerchantValue: "hk.com.example", "58": "HK" };
  const elsewhere = { ...here, "58": "CN" };

  test("one element with all its conditions is enough [RUL-04]", () => {
    expect(applies(emvRules([elsewhere, here]))).toBe(true);
    expect(applies(emvRules([elsewhere]))).toBe(false);
    expect(applies(emvRules([{ ...here, extendedMerchantValue: "other" }]))).toBe(false);
  });

  test.each([[undefined], [[]]])("without elements every EMVCo code is meant: %j", (emvMatchRules) => {
    expect(applies(emvRules(emvMatchRules))).toBe(true);
    expect(applies(emvRules(emvMatchRules), "https://pay.example.com/")).toBe(false);
  });
});

describe("EXTRACT_URL_FROM_EMVCODE opens the URL in a data object", () => {
  const extract = (emvUrlTag: string) =>
    emvRules(undefined, {
      postCodeMatchActionType: "OPEN_URL",
      urlConstructionMethod: "EXTRACT_URL_FROM_EMVCODE",
      userAgent: "Acquirer/1",
      emvUrlTag,
    });

  test.each([
    ["81", "https://pay.example.com/m/1"],
    ["8001", "https://pay.example.com/m/9"],
    ["80.01", "https://pay.example.com/m/9"],
  ])("tag %s", (tag, url) => {
    expect(identifyCode(CODE, extract(tag))).toEqual({ action: "OPEN_URL", url, userAgent: "Acquirer/1" });
  });

  test.each(["82", "58", "80", "8002", "8101"])("a tag without an https URL does not apply: %s [RUL-06]", (tag) => {
    expect(identifyCode(CODE, extract(tag))).toEqual(NOT_ALIPAYPLUS);
  });

  test("a code that is no EMVCo code has no data objects, whatever matched it", () => {
    const rule = {
      codeMatchPattern: { matchMethod: "PREFIX", prefix: "https:" },
      postCodeMatchAction: {
        postCodeMatchActionType: "OPEN_URL",
        urlConstructionMethod: "EXTRACT_URL_FROM_EMVCODE",
        emvUrlTag: "81",
      },
    };
    expect(identifyCode("https://a.example/", compileCodeRules([rule], undefined).rules)).toEqual(NOT_ALIPAYPLUS);
  });
});
