import { beforeAll, describe, expect, test } from "vitest";
import { CONTENT_CAPACITY_BYTES } from "../../../../core-wasm/memory.ts";
import { type KeyRing, parseKeyRing } from "../../../../protocol/signature/key-ring.ts";
import { createSignature, importKey, verifySignature } from "../../../../protocol/signature/rsa.ts";
import { SigningFault, signMessage, type UnsignedMessage } from "../../../../protocol/signature/sign.ts";
import { type SignedMessage, verifyMessage } from "../../../../protocol/signature/verify.ts";
import { generateRsaKeys, type KeyPairText } from "../../../support/signature-keys.ts";

const CLIENT = "SANDBOX_5Y00000000000000001";

let keys: KeyPairText;
let ring: KeyRing;

function ringOf(signing: unknown, verification: unknown): KeyRing {
  const parsed = parseKeyRing(JSON.stringify(signing), JSON.stringify(verification));
  if ("fault" in parsed) {
    throw new Error(`${parsed.fault} ${parsed.entry}`);
  }
  return parsed;
}

beforeAll(async () => {
  keys = await generateRsaKeys();
  ring = ringOf({ [CLIENT]: { 1: keys.privateKey } }, { [CLIENT]: { 1: keys.publicKey } });
});

function unsigned(body: string): UnsignedMessage {
  const pathAndQuery = "/aps/api/v1/payments/pay";
  return { ring, method: "POST", pathAndQuery, clientId: CLIENT, time: "2021-04-21T09:47:04+08:00", body };
}

async function signed(body: string): Promise<SignedMessage> {
  const message = unsigned(body);
  const { header } = await signMessage(message);
  return { ...message, signatureHeader: header, body: new TextEncoder().encode(body) };
}

/** The standard base64 of a message's signature, and the header around another spelling of it. */
async function signatureOf(body: string): Promise<string> {
  const { header } = await signMessage(unsigned(body));
  return decodeURIComponent(header.slice(header.indexOf("signature=") + "signature=".length));
}

describe("a message is signed as docs/spec/signatures.md says", () => {
  test("the header has exactly three pairs in order, without spaces, the value URL-encoded [SIG-02]", async () => {
    const { header, keyVersion } = await signMessage(unsigned('{"result":{}}'));
    expect(header).toMatch(/^algorithm=RSA256,keyVersion=1,signature=(?:[A-Za-z0-9]|%2F|%2B){342}%3D%3D$/);
    expect(keyVersion).toBe(1);
  });

  test("the signed content is <METHOD> <path>, one LF, <Client-Id>.<time>.<body> [SIG-04]", async () => {
    const body = '{"goodsName":"\u00fcber \u{1f354}"}';
    const expected = `POST /aps/api/v1/payments/pay\n${CLIENT}.2021-04-21T09:47:04+08:00.${body}`;
    const key = await importKey(
      Uint8Array.from(atob(keys.publicKey), (c) => c.charCodeAt(0)),
      "verify",
    );
    const signature = Uint8Array.from(atob(await signatureOf(body)), (c) => c.charCodeAt(0));
    expect(key !== "KEY_UNUSABLE" && (await verifySignature(key, signature, new TextEncoder().encode(expected)))).toBe(
      true,
    );
  });

  test("the highest key version signs and is named in the header", async () => {
    const newer = await generateRsaKeys();
    const rotated = ringOf(
      { [CLIENT]: { 1: keys.privateKey, 2: newer.privateKey } },
      { [CLIENT]: { 1: keys.publicKey, 2: newer.publicKey } },
    );
    const { header, keyVersion } = await signMessage({ ...unsigned("{}"), ring: rotated });
    expect(keyVersion).toBe(2);
    expect(header).toContain(",keyVersion=2,");
    const answer = { ...unsigned("{}"), ring: rotated, signatureHeader: header, body: new TextEncoder().encode("{}") };
    expect(await verifyMessage(answer)).toEqual({ verified: true, keyVersion: 2 });
    expect(await verifyMessage({ ...(await signed("{}")), ring: rotated })).toEqual({ verified: true, keyVersion: 1 });
  });

  test("the longest key that is used makes the longest signature that can be read", async () => {
    const long = await generateRsaKeys(4096);
    const ringOfLong = ringOf({ [CLIENT]: { 1: long.privateKey } }, { [CLIENT]: { 1: long.publicKey } });
    const message = { ...unsigned("{}"), ring: ringOfLong };
    const { header } = await signMessage(message);
    const answer = { ...message, signatureHeader: header, body: new TextEncoder().encode("{}") };
    expect(await verifyMessage(answer)).toEqual({ verified: true, keyVersion: 1 });
    const longer = `algorithm=RSA256,keyVersion=1,signature=${new Uint8Array(513).toBase64()}`;
    expect(await verifyMessage({ ...answer, signatureHeader: longer })).toEqual({
      verified: false,
      reason: "SIGNATURE_HEADER_MALFORMED",
    });
  });

  test("without a key, with an unusable one or beyond the capacity nothing is signed", async () => {
    const short = await generateRsaKeys(1024);
    const unusable = ringOf({ [CLIENT]: { 1: short.privateKey } }, {});
    const code = (message: UnsignedMessage): Promise<unknown> =>
      signMessage(message).catch((error: unknown) => (error instanceof SigningFault ? error.code : error));
    expect(await code({ ...unsigned("{}"), clientId: "SOMEBODY" })).toBe("CLIENT_UNKNOWN");
    expect(await code({ ...unsigned("{}"), ring: unusable })).toBe("KEY_UNUSABLE");
    expect(await code(unsigned("x".repeat(CONTENT_CAPACITY_BYTES + 1)))).toBe("CONTENT_TOO_LARGE");
  });
});

describe("the official SDKs read our header", () => {
  const body = '{"result":{"resultCode":"SUCCESS"}}';

  test("Java: the third comma part, split at its one = [MSG-26]", async () => {
    const { header } = await signMessage(unsigned(body));
    const pair = header.split(",")[2]?.split("=");
    expect(pair).toHaveLength(2);
    expect(decodeURIComponent(pair?.[1] ?? "")).toBe(await signatureOf(body));
  });

  test("Python and Go: what comes after signature=", async () => {
    const { header } = await signMessage(unsigned(body));
    expect(header.split("signature=")).toHaveLength(2);
    expect(decodeURIComponent(header.split("signature=")[1] ?? "")).toBe(await signatureOf(body));
  });
});

describe("the headers of the official SDKs verify", () => {
  const body = '{"paymentRequestId":"2020010112345"}';
  const urlencode = (text: string): string => encodeURIComponent(text);
  const lowerCaseUrlencode = (text: string): string => urlencode(text).replace(/%../g, (code) => code.toLowerCase());
  const base64url = (text: string): string => text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

  test.each<[string, string, (base64: string) => string]>([
    ["Java: epoch milliseconds", "1618969624000", (s) => `algorithm=RSA256,keyVersion=1,signature=${urlencode(s)}`],
    [
      "Python: UTC offset",
      "2021-04-21T01:47:04+00:00",
      (s) => `algorithm=RSA256,keyVersion=1,signature=${urlencode(s)}`,
    ],
    ["Go: epoch milliseconds", "1618969624000", (s) => `algorithm=RSA256,keyVersion=1,signature=${urlencode(s)}`],
    ["PHP: no colon", "2021-04-21T01:47:04+0000", (s) => `algorithm=RSA256,keyVersion=1,signature=${urlencode(s)}`],
    [
      "spaces after the commas",
      "2021-04-21T01:47:04Z",
      (s) => `algorithm=RSA256, keyVersion=1, signature=${urlencode(s)}`,
    ],
    [
      "lower case escapes",
      "2021-04-21T01:47:04Z",
      (s) => `algorithm=RSA256,keyVersion=1,signature=${lowerCaseUrlencode(s)}`,
    ],
    ["plain base64", "2021-04-21T01:47:04Z", (s) => `algorithm=RSA256,keyVersion=1,signature=${s}`],
    ["unpadded base64url", "2021-04-21T01:47:04Z", (s) => `algorithm=RSA256,keyVersion=1,signature=${base64url(s)}`],
    [
      "a lower case algorithm",
      "2021-04-21T01:47:04Z",
      (s) => `algorithm=rsa256,keyVersion=1,signature=${urlencode(s)}`,
    ],
    ["another order", "2021-04-21T01:47:04Z", (s) => `signature=${urlencode(s)},keyVersion=1,algorithm=RSA256`],
    ["an unknown key", "2021-04-21T01:47:04Z", (s) => `algorithm=RSA256,keyVersion=1,x=y,signature=${urlencode(s)}`],
  ])("%s", async (_sdk, time, header) => {
    const { header: ours } = await signMessage({ ...unsigned(body), time });
    const base64 = decodeURIComponent(ours.split("signature=")[1] ?? "");
    const message = { ...unsigned(body), time, signatureHeader: header(base64), body: new TextEncoder().encode(body) };
    expect(await verifyMessage(message)).toEqual({ verified: true, keyVersion: 1 });
  });
});

describe("a message that does not verify is refused with its reason", () => {
  test.each([
    ["", "SIGNATURE_HEADER_MALFORMED", undefined],
    ["algorithm=RSA256,keyVersion=1", "SIGNATURE_HEADER_MALFORMED", undefined],
    ["algorithm=RSA256,keyVersion=one,signature=AAAA", "SIGNATURE_HEADER_MALFORMED", undefined],
    ["algorithm=RSA256,keyVersion=1,signature=!!!!", "SIGNATURE_HEADER_MALFORMED", undefined],
    ["algorithm=RSA512,keyVersion=1,signature=AAAA", "ALGORITHM_NOT_SUPPORTED", undefined],
    ["algorithm=none,keyVersion=1,signature=AAAA", "ALGORITHM_NOT_SUPPORTED", undefined],
    ["algorithm=RSA256,keyVersion=2,signature=AAAA", "KEY_UNKNOWN", 2],
    ["algorithm=RSA256,keyVersion=1,signature=AAAA", "SIGNATURE_INVALID", 1],
  ])("%s: %s", async (signatureHeader, reason, keyVersion) => {
    const refused = keyVersion === undefined ? { verified: false, reason } : { verified: false, reason, keyVersion };
    expect(await verifyMessage({ ...(await signed("{}")), signatureHeader })).toEqual(refused);
  });

  test("an unknown client", async () => {
    const refused = { verified: false, reason: "CLIENT_UNKNOWN", keyVersion: 1 };
    expect(await verifyMessage({ ...(await signed("{}")), clientId: "SOMEBODY" })).toEqual(refused);
  });

  test("an unusable key is no key of that version", async () => {
    const short = ringOf({}, { [CLIENT]: { 1: (await generateRsaKeys(1024)).publicKey } });
    const refused = { verified: false, reason: "KEY_UNKNOWN", keyVersion: 1 };
    expect(await verifyMessage({ ...(await signed("{}")), ring: short })).toEqual(refused);
  });

  test("the key of another party", async () => {
    const other = ringOf({}, { [CLIENT]: { 1: (await generateRsaKeys()).publicKey } });
    const refused = { verified: false, reason: "SIGNATURE_INVALID", keyVersion: 1 };
    expect(await verifyMessage({ ...(await signed("{}")), ring: other })).toEqual(refused);
  });

  test("a body beyond the capacity", async () => {
    const refused = { verified: false, reason: "CONTENT_TOO_LARGE", keyVersion: 1 };
    const body = new Uint8Array(CONTENT_CAPACITY_BYTES + 1);
    expect(await verifyMessage({ ...(await signed("{}")), body })).toEqual(refused);
  });
});

describe("messages that are verified and signed at the same time do not disturb each other", () => {
  const bodies = Array.from({ length: 40 }, (_, index) => `{"index":"${index}","padding":"${"x".repeat(index * 50)}"}`);

  test("runtime contract: WebCrypto copies the content when it is called", async () => {
    const signs = await importKey(
      Uint8Array.from(atob(keys.privateKey), (c) => c.charCodeAt(0)),
      "sign",
    );
    const verifies = await importKey(
      Uint8Array.from(atob(keys.publicKey), (c) => c.charCodeAt(0)),
      "verify",
    );
    if (signs === "KEY_UNUSABLE" || verifies === "KEY_UNUSABLE") {
      throw new Error("KEY_UNUSABLE");
    }
    const content = new TextEncoder().encode("content");
    const signing = createSignature(signs, content);
    content.fill(0);
    const signature = await signing;
    content.set(new TextEncoder().encode("content"));
    const verifying = verifySignature(verifies, signature, content);
    content.fill(0);
    signature.fill(0);
    expect(await verifying).toBe(true);
  });

  test("40 signatures made at once verify, every one over its own body", async () => {
    const messages = await Promise.all(bodies.map(signed));
    for (const message of messages) {
      expect(await verifyMessage(message)).toEqual({ verified: true, keyVersion: 1 });
    }
  });

  test("of 40 verified at once, with keys not imported yet and then imported, exactly the altered ones fail", async () => {
    const messages = await Promise.all(bodies.map(signed));
    const fresh = ringOf({}, { [CLIENT]: { 1: keys.publicKey } });
    const mixed = messages.map((message, index) => ({
      ...message,
      ring: fresh,
      body: index % 3 === 0 ? new TextEncoder().encode(`${bodies[index]} `) : message.body,
    }));
    for (const _keys of ["not imported yet", "imported"]) {
      const verifications = await Promise.all(mixed.map((message) => verifyMessage(message)));
      expect(verifications.map(({ verified }) => verified)).toEqual(mixed.map((_, index) => index % 3 !== 0));
    }
  });
});
