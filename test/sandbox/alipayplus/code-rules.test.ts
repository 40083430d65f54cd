import { describe, expect, it } from "vitest";
import { classifyCode } from "../../../core-wasm/index.ts";
import { type CodeRules, compileCodeRules } from "../../../durable/code-rules/compile.ts";
import { identifyCode } from "../../../durable/code-rules/identify.ts";
import { newOrderCodeValue } from "../../../sandbox/alipayplus/order-code-value.ts";
import { alipayPlus, callAlipayPlus } from "../../support/sandbox/alipayplus.ts";
import { crcDigits } from "../../support/twin/code.ts";

const USER_AGENT = "AlipayPlus PlusgateWallet/1.0";

/** A data object of an EMVCo code. */
function tlv(tag: string, value: string): string {
  return `${tag}${String(value.length).padStart(2, "0")}${value}`;
}

/** The code in a shop's window: its page stands in template 80. */
function shopCode(country = "JP", account = "com.example.plusgate.shop"): string {
  const page = tlv("00", "com.example.plusgate") + tlv("01", "https://shop.plusgate.example/s/1");
  const content =
    tlv("00", "01") +
    tlv("26", tlv("00", account)) +
    tlv("52", "5462") +
    tlv("53", "392") +
    tlv("58", country) +
    tlv("59", "Harbour Bakery") +
    tlv("60", "Yokohama") +
    tlv("80", page) +
    "6304";
  return content + crcDigits(content);
}

async function rules(issuer: string | undefined = "PLUSGATE"): Promise<CodeRules> {
  const result = await alipayPlus.call("inquiryCodeRules", {});
  if (result.outcome !== "S") throw new Error(JSON.stringify(result));
  const compiled = compileCodeRules(result.answer.codeRules ?? [], issuer);
  expect(compiled.refused).toEqual([]);
  return compiled.rules;
}

describe("inquiryCodeRules", () => {
  it("has a rule for every match method and every way to construct a URL", async () => {
    const { codeRules } = await callAlipayPlus("/aps/api/v1/codes/inquiryCodeRules", {});
    const text = JSON.stringify(codeRules);
    const names = ["PREFIX", "REGEX", "EMVCO", "DECODE", "OPEN_URL"];
    const methods = ["USE_DIRECTLY", "EXTRACT_URL_FROM_EMVCODE", "CONSTRUCT_DYNAMIC_URL"];
    for (const name of [...names, ...methods]) expect(text).toContain(`"${name}"`);
  });

  it("has a version that stays the same, and all rules also to a wallet that has it", async () => {
    const first = await callAlipayPlus("/aps/api/v1/codes/inquiryCodeRules", {});
    const again = await callAlipayPlus("/aps/api/v1/codes/inquiryCodeRules", { version: first.version });
    expect(first.version).toMatch(/^[0-9a-f]{16}$/);
    expect([again.version, again.codeRules]).toEqual([first.version, first.codeRules]);
  });

  it.each(["PRIVATE_ORDER_CODE", "MPM_STANDARD"] as const)("has order codes of the form %s decoded", async (form) => {
    const codeValue = newOrderCodeValue(form);
    expect(classifyCode(codeValue)).toBe(form);
    expect(identifyCode(codeValue, await rules())).toEqual({ action: "DECODE" });
  });

  it("has order codes of a barcode decoded, and no payment code [OCD-10]", async () => {
    const codeValue = newOrderCodeValue("BARCODE");
    expect(codeValue).toMatch(/^[0-9]{24}$/);
    expect(identifyCode(codeValue, await rules())).toEqual({ action: "DECODE" });
    for (const other of [codeValue.replace(/^28100204/, "28100602"), codeValue.slice(1), `${codeValue}0`]) {
      expect(identifyCode(other, await rules())).toEqual({ action: "NOT_ALIPAYPLUS" });
    }
  });

  it("has the page in a shop's EMVCo code opened", async () => {
    expect(classifyCode(shopCode())).toBe("EMVCO");
    const url = "https://shop.plusgate.example/s/1";
    expect(identifyCode(shopCode(), await rules())).toEqual({ action: "OPEN_URL", url, userAgent: USER_AGENT });
  });

  it("has an entry code opened as it is", async () => {
    const url = "https://shop.plusgate.example/s/1?table=7";
    expect(identifyCode(url, await rules())).toEqual({ action: "OPEN_URL", url, userAgent: USER_AGENT });
  });

  it("opens a page whose URL has code and issuer", async () => {
    const url =
      "https://shop.plusgate.example/menu?code=https%3A%2F%2Fmenu.plusgate.example%2Fm%3Ft%3D7&issuer=PLUSGATE";
    const identified = identifyCode("https://menu.plusgate.example/m?t=7", await rules());
    expect(identified).toEqual({ action: "OPEN_URL", url, userAgent: USER_AGENT });
  });

  it.each([
    ["another country's shop", shopCode("SG")],
    ["another account's shop", shopCode("JP", "org.example.other")],
    ["a shop's code with a wrong CRC", `${shopCode().slice(0, -4)}0000`],
    ["another acquirer's order code", "https://sandbox.plusgate.example/281002040002abc"],
    ["any page", "https://www.example/"],
  ])("leaves %s to others", async (_, codeValue) => {
    expect(identifyCode(codeValue, await rules())).toEqual({ action: "NOT_ALIPAYPLUS" });
  });
});
