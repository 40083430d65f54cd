import { describe, expect, test } from "vitest";
import { parseSignatureHeader } from "../../../core-wasm/index.ts";
import * as twin from "../../support/twin/signature.ts";
import { compareWithTwin, type HostileRandom, INPUTS } from "./random.ts";

const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}

function base64url(bytes: Uint8Array): string {
  return base64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** 256 bytes whose base64 has every digit of its alphabet and two padding signs. */
const SIGNATURE = Uint8Array.from({ length: 256 }, (_, index) => (index * 167) & 0xff);

function header(value: string): string {
  return `algorithm=RSA256,keyVersion=1,signature=${value}`;
}

describe("what is accepted", () => {
  test.each([
    ["URL-encoded base64", header(encodeURIComponent(base64(SIGNATURE)))],
    ["plain base64, whose = are no separators", header(base64(SIGNATURE))],
    ["base64 without padding", header(base64(SIGNATURE).replaceAll("=", ""))],
    ["base64url without padding", header(base64url(SIGNATURE))],
    ["small letters in escapes", header(base64(SIGNATURE).replaceAll("=", "%3d").replaceAll("/", "%2f"))],
    ["a + that stays a + beside escapes", header(base64(SIGNATURE).replaceAll("=", "%3D"))],
    ["blanks around the pairs", ` algorithm=RSA256 ,\tkeyVersion=1, signature=${base64url(SIGNATURE)}\t`],
    ["blanks around keys and values", `algorithm = RSA256,keyVersion\t=\t1, signature= ${base64(SIGNATURE)} `],
    ["a comma at the end, and empty parts", `,${header(base64url(SIGNATURE))}, ,\t,`],
    ["another order", `signature=${base64url(SIGNATURE)},keyVersion=1,algorithm=RSA256`],
    ["unknown keys", `x=,é=漢,${header(base64url(SIGNATURE))},Signature=a,x=1`],
    ["an algorithm in small letters", header(base64url(SIGNATURE)).replace("RSA256", "rsa256")],
  ])("%s", (_, text) => {
    expect(parseSignatureHeader(text)).toEqual({ keyVersion: 1, signature: SIGNATURE });
  });

  test.each([
    ["0", 0],
    ["2", 2],
    ["007", 7],
    ["2147483647", 2147483647],
  ])("key version %s", (text, keyVersion) => {
    expect(parseSignatureHeader(`algorithm=RSA256,keyVersion=${text},signature=AAAA`)).toMatchObject({ keyVersion });
  });

  test("512 bytes", () => {
    expect(parseSignatureHeader(header("A".repeat(683)))).toMatchObject({ signature: new Uint8Array(512) });
  });

  test("the signature is a copy that survives later calls", () => {
    const first = parseSignatureHeader(header(base64(SIGNATURE)));
    parseSignatureHeader(header("AAAA"));
    expect(first).toEqual({ keyVersion: 1, signature: SIGNATURE });
  });
});

describe("what is malformed", () => {
  test.each([
    ["nothing", ""],
    ["no algorithm", "keyVersion=1,signature=AAAA"],
    ["an empty algorithm", "algorithm=,keyVersion=1,signature=AAAA"],
    ["no key version", "algorithm=RSA256,signature=AAAA"],
    ["no signature", "algorithm=RSA256,keyVersion=1"],
    ["an empty signature", header("")],
    ["nothing but padding", header("==")],
    ["the same key twice", `${header("AAAA")},signature=AAAA`],
    ["the same key twice, even with one value", `keyVersion=1,${header("AAAA")}`],
    ["a part without =", `${header("AAAA")},x`],
    ["a part without a key", `${header("AAAA")},=x`],
    ["nothing but empty parts", ", ,"],
    ["a key of blanks", `${header("AAAA")}, =x`],
    ["a value of blanks", header(" \t")],
    ["a key version with a sign", header("AAAA").replace("=1", "=+1")],
    ["a negative key version", header("AAAA").replace("=1", "=-1")],
    ["a key version above 2^31 - 1", header("AAAA").replace("=1", "=2147483648")],
    ["a key version of a thousand nines", header("AAAA").replace("=1", `=${"9".repeat(1000)}`)],
    ["an empty key version", header("AAAA").replace("=1", "=")],
    ["a broken escape", header("AAAA%3")],
    ["an escape that is not hexadecimal", header("AAAA%3G")],
    ["an escape of an escape", header("AAA%253D")],
    ["half the padding", header("AA=")],
    ["too much padding", header("AAA==")],
    ["padding where none is due", header("AAAA=")],
    ["padding in the middle", header("AA==AAAA")],
    ["a number of digits that no bytes give", header("AAAAA")],
    ["bits after the last byte", header("AB==")],
    ["bits after the last byte, without padding", header("AAB")],
    ["a blank inside", header("AA AA")],
    ["513 bytes", header("A".repeat(684))],
    ["more than 4096 bytes", `${header("AAAA")},x=${"é".repeat(2100)}`],
  ])("%s", (_, text) => {
    expect(parseSignatureHeader(text)).toBe("MALFORMED");
  });
});

test("another algorithm is not supported, whatever its values look like", () => {
  expect(parseSignatureHeader("algorithm=RSA512,keyVersion=x,signature=?")).toBe("ALGORITHM_NOT_SUPPORTED");
  expect(parseSignatureHeader("algorithm=RSA2567,keyVersion=1,signature=AAAA")).toBe("ALGORITHM_NOT_SUPPORTED");
});

function randomValue(random: HostileRandom): string {
  const bytes = random.bytes(random.oneIn(50) ? random.between(510, 515) : random.below(40));
  switch (random.below(6)) {
    case 0:
      return base64(bytes);
    case 1:
      return base64url(bytes);
    case 2:
      return random.text(random.below(12), BASE64) + "=".repeat(random.below(4));
    case 3:
      return base64(bytes).replace(/./g, (digit) => (random.oneIn(4) ? `%${digit.charCodeAt(0).toString(16)}` : digit));
    default:
      return encodeURIComponent(base64(bytes));
  }
}

function randomHeader(random: HostileRandom): string {
  if (random.oneIn(20)) return random.hostileText();
  const blank = () => random.pick(["", "", "", " ", "\t", "  "]);
  const pairs = [
    `algorithm${blank()}=${blank()}${random.pick(["RSA256", "RSA256", "RSA256", "RSA256", "rSa256", "RSA512", ""])}`,
    `keyVersion${blank()}=${blank()}${random.pick(["0", "1", "2", "2147483647", "2147483648", "01", "-1", random.digits(3)])}`,
    `signature${blank()}=${blank()}${random.oneIn(3) ? random.nearMiss(randomValue(random)) : randomValue(random)}`,
  ];
  if (random.oneIn(4)) pairs.splice(random.below(4), 0, random.pick(["x=1", "=", "", "keyVersion=1", "a=b=c", "é=😀"]));
  if (random.oneIn(8)) pairs.splice(random.below(pairs.length), 1);
  if (random.oneIn(4)) pairs.reverse();
  const text = pairs.map((pair) => blank() + pair + blank()).join(",");
  return random.oneIn(4) ? random.nearMiss(text) : text;
}

function describeHeader(parsed: ReturnType<typeof parseSignatureHeader>): string {
  return typeof parsed === "string" ? parsed : `${parsed.keyVersion}:${parsed.signature}`;
}

test(`${INPUTS} right, nearly right and hostile headers: the core and its twin agree`, () => {
  const seen = compareWithTwin({
    count: INPUTS,
    generate: randomHeader,
    core: (text) => describeHeader(parseSignatureHeader(text)),
    twin: (text) => describeHeader(twin.parseSignatureHeader(text)),
    kind: (answer) => (/^\d/.test(answer) ? "a signature" : answer),
  });
  expect([...seen.keys()].sort()).toEqual(["ALGORITHM_NOT_SUPPORTED", "MALFORMED", "a signature"]);
  expect(Math.min(...seen.values())).toBeGreaterThan(INPUTS / 20);
});
