import { describe, expect, test } from "vitest";
import { type CodeKind, classifyCode } from "../../../core-wasm/code.ts";
import * as twin from "../../support/twin/code.ts";
import { compareWithTwin, type HostileRandom, INPUTS } from "./random.ts";

/** A data object of an EMVCo code or of the MPM standard form. */
function dataObject(id: string, value: string, lengthDigits: number): string {
  return id + String(Array.from(value).length).padStart(lengthDigits, "0") + value;
}

/** An EMVCo code of the given objects, with its CRC. */
function emvco(...objects: string[]): string {
  const content = `${objects.join("")}6304`;
  return content + twin.crcDigits(content);
}

function mpmStandard(...objects: string[]): string {
  return `HTTPS://QR.EXAMPLE.COM/MPM/3/${dataObject("GPLD", objects.join(""), 3)}`;
}

/** EMV QRCPS Merchant-Presented Mode, the sample with a merchant's name in Chinese. */
const EMVCO_SAMPLE =
  "00020101021229300012D156000000000510A93FO3230Q31280012D15600000001030812345678520441115802CN5914BEST TRANSPORT" +
  "6007BEIJING64200002ZH0104最佳运输0202北京540523.7253031565502016233030412340603***0708A60086670902ME9132" +
  "0016A0112233449988770708123456786304A13A";

test("the twin's CRC is CRC-16/CCITT-FALSE: its check value is 29B1", () => {
  expect(twin.crcDigits("123456789")).toBe("29B1");
});

describe("a code is recognised by its form", () => {
  const cases: [string, string, CodeKind][] = [
    ["24 digits with business type 02", "251001020123456789012345", "PAYMENT_CODE"],
    ["24 digits with another business type", "251001030123456789012345", "PAYMENT_CODE_ROUTABLE"],
    ["17 digits that start with 28", "28024456785672301", "PAYMENT_CODE_LEGACY"],
    ["18 digits that start with 28", "280244567856723011", "PAYMENT_CODE_LEGACY"],
    ["19 digits that start with 280 to 288", "2880244567856723011", "PAYMENT_CODE_LEGACY"],
    ["19 digits that start with 289, the sixth from the end not 6", "2892889331822511998", "PAYMENT_CODE_LEGACY"],
    [
      "19 digits that start with 289, the sixth from the end 6 (docs/spec/payment-codes.md#shapes)",
      "2892889331822611998",
      "PAYMENT_CODE_LEGACY",
    ],
    ["20 digits, reserved", "28928893318226119980", "PAYMENT_CODE_RESERVED"],
    ["23 digits, reserved", "28928893318226119980123", "PAYMENT_CODE_RESERVED"],
    ["25 digits, reserved", "2510010201234567890123456", "PAYMENT_CODE_RESERVED"],
    ["32 digits, reserved", "30100102012345678901234567890123", "PAYMENT_CODE_RESERVED"],
    ["33 digits", "301001020123456789012345678901234", "UNKNOWN"],
    ["16 digits that start with 30", "3002445678567230", "PAYMENT_CODE_ROUTABLE"],
    ["19 digits that start with 27", "2702445678567230112", "PAYMENT_CODE_ROUTABLE"],
    ["15 digits", "280244567856723", "UNKNOWN"],
    ["digits that start with 24", "240244567856723011", "UNKNOWN"],
    ["digits that start with 31", "310244567856723011", "UNKNOWN"],
    ["a payment code with a letter", "25100102012345678901234a", "UNKNOWN"],
    ["a payment code with a blank after it", "251001020123456789012345 ", "UNKNOWN"],
    ["a path that starts 281***04****", "https://alipay.com/281002041234", "PRIVATE_ORDER_CODE"],
    ["that path with more after it", "https://alipay.com/281002041234abc?x=1", "PRIVATE_ORDER_CODE"],
    ["that path with business type 05", "https://alipay.com/281002051234", "ENTRY_CODE"],
    ["that path one digit short", "https://alipay.com/28100204123", "ENTRY_CODE"],
    ["that path one folder down", "https://alipay.com/a/281002041234", "ENTRY_CODE"],
    ["that path without TLS", "http://alipay.com/281002041234", "UNKNOWN"],
    ["the MPM standard form", mpmStandard("PLVS00201", "CIRD0160112SAMPLEISSUER"), "MPM_STANDARD"],
    ["the MPM standard form in a small scheme", `https${mpmStandard("PLVS00201").slice(5)}`, "MPM_STANDARD"],
    ["the MPM standard form with a character too many", `${mpmStandard("PLVS00201")}X`, "ENTRY_CODE"],
    ["the MPM standard form with a small path", "HTTPS://QR.EXAMPLE.COM/mpm/3/GPLD009PLVS00201", "ENTRY_CODE"],
    ["the MPM standard form without an object", "HTTPS://QR.EXAMPLE.COM/MPM/3/GPLD000", "ENTRY_CODE"],
    ["objects that don't add up", "HTTPS://QR.EXAMPLE.COM/MPM/3/GPLD009PLVS00301", "ENTRY_CODE"],
    ["an EMVCo code", emvco("000201", "5802HK", "5909Tea House"), "EMVCO"],
    ["the sample of EMVCo's own specification, which counts characters", EMVCO_SAMPLE, "EMVCO"],
    ["an EMVCo code that counts characters, not bytes", emvco("000201", dataObject("59", "茶餐廳😀", 2)), "EMVCO"],
    [
      "an EMVCo code with its CRC in small letters",
      emvco("000201").replace(/....$/, (crc) => crc.toLowerCase()),
      "EMVCO",
    ],
    ["an EMVCo code with an empty value", emvco("000201", "5800"), "UNKNOWN"],
    ["an EMVCo code that ends before its CRC", "0002015802HK", "UNKNOWN"],
    ["an EMVCo code with a wrong CRC", emvco("000201", "5802HK").replace(/.$/, "g"), "UNKNOWN"],
    ["an EMVCo code without tag 00 first", emvco("5802HK", "000201"), "UNKNOWN"],
    ["an EMVCo code that goes on after its CRC", `${emvco("000201", "5802HK")}5802HK`, "UNKNOWN"],
    ["an entry code", "https://pay.example.com/m/12?table=7", "ENTRY_CODE"],
    ["an entry code with a port and no path", "HTTPS://pay.example.com:8443", "ENTRY_CODE"],
    ["a host that is hidden behind user information", "https://alipay.com@example.com/", "UNKNOWN"],
    ["a backslash where a slash should be", "https://example.com\\@alipay.com/", "UNKNOWN"],
    ["a URL without a host", "https:///281002041234", "UNKNOWN"],
    ["a URL with a port of six digits", "https://example.com:844300/", "UNKNOWN"],
    ["a URL that is not ASCII", "https://example.com/é", "UNKNOWN"],
    ["512 characters", `https://example.com/${"a".repeat(492)}`, "ENTRY_CODE"],
    ["513 characters", `https://example.com/${"a".repeat(493)}`, "UNKNOWN"],
    ["nothing", "", "UNKNOWN"],
  ];
  test.each(cases)("%s [OCD-01]", (_, value, kind) => {
    expect(classifyCode(value)).toBe(kind);
  });

  test.each(["a", "é", "漢", "😀"])(
    "the limit of 512 counts characters, not bytes or UTF-16 units: %s [MSG-12]",
    (character) => {
      const full = ["80", "81", "82", "83"].map((tag) => dataObject(tag, character.repeat(99), 2));
      const ofLength = (length: number) =>
        emvco("000201", ...full, dataObject("84", character.repeat(length - 430), 2));
      expect([...ofLength(512)]).toHaveLength(512);
      expect(classifyCode(ofLength(512))).toBe("EMVCO");
      expect(classifyCode(ofLength(513))).toBe("UNKNOWN");
    },
  );
});

const DOMAINS = ["alipay.com", "QR.EXAMPLE.COM", "a", "x.y:443", "pay.example.com"];
const SCHEMES = ["https://", "HTTPS://", "Https://"];

function randomCode(random: HostileRandom): string {
  const url = () => random.pick(SCHEMES) + random.pick(DOMAINS);
  const value = () => random.text(random.below(30), "ABCabc0123456789/?&=%._-");
  switch (random.below(7)) {
    case 0:
      return random.hostileText();
    case 1:
      return (
        random.pick(["24", "25", "26", "27", "28", "28", "28", "289", "30", "31"]) +
        random.digits(random.between(13, 23))
      );
    case 2:
      if (random.oneIn(3)) return `28${random.digits(random.between(20, 31))}`;
      return `${random.pick(["25", "28", "30", "19"])}${random.digits(4)}${random.pick(["02", "02", "03"])}${random.digits(16)}`;
    case 3:
      return `${url()}/281${random.digits(3)}04${random.digits(random.between(3, 6))}${value()}`;
    case 4: {
      const objects = Array.from({ length: random.below(5) }, () =>
        dataObject(random.text(4, "PLVSCDIR"), value(), 3),
      ).join("");
      return `${url()}/MPM/3/${dataObject("GPLD", objects, 3)}`;
    }
    case 5: {
      const start = random.pick(["a", "a", "漢é😀", "😀".repeat(65)]);
      const objects = Array.from({ length: random.below(7) }, () => dataObject(random.digits(2), start + value(), 2));
      return emvco("000201", ...objects.filter((object) => !object.startsWith("63")));
    }
    default:
      return `${url()}${random.pick(["/", "?", "#", ""])}${value()}`;
  }
}

test(`${INPUTS} right, nearly right and hostile codes: the core and its twin agree`, () => {
  const seen = compareWithTwin({
    count: INPUTS,
    generate: (random) => (random.oneIn(3) ? random.nearMiss(randomCode(random)) : randomCode(random)),
    core: classifyCode,
    twin: twin.classifyCode,
  });
  expect(seen.size).toBe(9);
  expect(Math.min(...seen.values())).toBeGreaterThan(INPUTS / 200);
});
