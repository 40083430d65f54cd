/**
 * Who is answered, and who is answered with a signature. docs/spec/signatures.md#signature-header,
 * docs/spec/signatures.md#signed-content, docs/spec/signatures.md#keys.
 */
import { env } from "cloudflare:workers";
import { describe, expect, inject, it } from "vitest";
import { type KeyRing, parseKeyRing } from "../../../protocol/signature/key-ring.ts";
import {
  balanceOf,
  CLIENT_ID,
  inquire,
  newId,
  openCustomer,
  PARTIES,
  payMessage,
  type Reply,
  send,
  signedRequest,
  type Tampering,
} from "../../support/alipayplus.ts";
import { otherEnvironment, sendIn } from "../../support/home/other-environment.ts";
import { generateRsaKeys } from "../../support/signature-keys.ts";

const PAY_PATH = "/aps/api/v1/payments/pay";

/** Keys by version. */
type Versions = Readonly<Record<string, string>>;

/** What Alipay+ holds: its private keys to sign with, the wallet's public keys to verify with. */
function ringOfAlipayplus(privateKeys: Versions, publicKeys: Versions, clientId = CLIENT_ID): KeyRing {
  const ring = parseKeyRing(JSON.stringify({ [clientId]: privateKeys }), JSON.stringify({ [clientId]: publicKeys }));
  if ("fault" in ring) throw new Error(ring.fault);
  return ring;
}

/** Sends a pay that does not come from Alipay+, and checks that it has no effect and no signed answer. */
async function expectUnverified(tampering: Tampering, resultCode: string): Promise<Reply> {
  const customerId = await openCustomer();
  const message = payMessage(customerId);
  const reply = await send("/payments/pay", message, tampering);
  expect(reply).toMatchObject({ status: 200, code: resultCode, resultStatus: "F", verified: false });
  expect(Object.keys(reply.body)).toEqual(["result"]);
  expect(reply.headers.get("Signature")).toBeNull();
  expect((await inquire(message.paymentRequestId)).code).toBe("ORDER_NOT_EXIST");
  expect(await balanceOf(customerId)).toBe(100_000n);
  return reply;
}

describe("a signature does not verify", () => {
  it("when the body was changed by a byte, or only written another way [SIG-04]", async () => {
    const customerId = await openCustomer();
    const message = payMessage(customerId);
    const text = JSON.stringify(message);
    for (const sentBody of [
      text.replace("1000", "9000"),
      `${text} `,
      text.slice(0, -1),
      JSON.stringify(message, null, 1),
    ]) {
      expect(await send("/payments/pay", text, { sentBody })).toMatchObject({
        code: "INVALID_SIGNATURE",
        message: "The signature is invalid.",
        verified: false,
      });
    }
    expect(await balanceOf(customerId)).toBe(100_000n);
    expect((await inquire(message.paymentRequestId)).code).toBe("ORDER_NOT_EXIST");
  });

  it.each([
    ["another interface", "/aps/api/v1/payments/cancelPayment"],
    ["a query that was not signed", `${PAY_PATH}?a=1`],
    ["an empty query's question mark and more", `${PAY_PATH}?&`],
  ])("when the message is sent to %s", async (_path, sentPath) => {
    await expectUnverified({ sentPath }, "INVALID_SIGNATURE");
  });

  it("when Request-Time is another", async () => {
    const nowMs = Date.now();
    const headers = { "Request-Time": String(nowMs + 1) };
    await expectUnverified({ time: String(nowMs), headers }, "INVALID_SIGNATURE");
  });

  it("when Request-Time is the same moment in another form [MSG-05]", async () => {
    const nowMs = Date.now();
    const headers = { "Request-Time": new Date(nowMs).toISOString() };
    await expectUnverified({ time: String(nowMs), headers }, "INVALID_SIGNATURE");
  });

  it("when it was made with another key [MSG-23, MSG-25]", async () => {
    const { privateKey, publicKey } = await generateRsaKeys();
    await expectUnverified({ ring: ringOfAlipayplus({ 1: privateKey }, { 1: publicKey }) }, "INVALID_SIGNATURE");
  });

  it("when it is cut off, meaningless, or of another length [MSG-23]", async () => {
    for (const signature of ["AAAA", `${"A".repeat(342)}==`, "A".repeat(344), "A".repeat(680)]) {
      const headers = { Signature: `algorithm=RSA256,keyVersion=1,signature=${signature}` };
      await expectUnverified({ headers }, "INVALID_SIGNATURE");
    }
  });
});

describe("a caller", () => {
  it("whose Client-Id is not known gets INVALID_CLIENT [MSG-21]", async () => {
    const headers = { "Client-Id": "SANDBOX_5Y00000000000000009" };
    const reply = await expectUnverified({ headers }, "INVALID_CLIENT");
    expect(reply.message).toBe("The client is invalid.");
  });

  it.each([0, 2, 999_999_999])(
    "with a key version %d that is not there gets KEY_NOT_FOUND [MSG-22]",
    async (keyVersion) => {
      const ring = ringOfAlipayplus({ [keyVersion]: inject("alipayplusPrivateKey") }, { 1: inject("mppPublicKey") });
      const reply = await expectUnverified({ ring }, "KEY_NOT_FOUND");
      expect(reply.message).toBe("The key is not found.");
    },
  );

  it.each(["RSA512", "none", "HS256", "SHA256withRSA"])(
    "with algorithm %s gets PARAM_ILLEGAL [SIG-03]",
    async (algorithm) => {
      const headers = { Signature: `algorithm=${algorithm},keyVersion=1,signature=AAAA` };
      const reply = await expectUnverified({ headers }, "PARAM_ILLEGAL");
      expect(reply.message).toContain("Illegal parameter Signature: ");
    },
  );
});

describe("a signature is accepted", () => {
  /** The header of an honest sender, written another way. */
  async function sendWritten(write: (header: string) => string): Promise<Reply> {
    const message = { ...PARTIES, paymentRequestId: newId("pay") };
    const time = new Date().toISOString();
    const header = (await signedRequest("/payments/inquiryPayment", message, { time })).headers.get("Signature") ?? "";
    return send("/payments/inquiryPayment", message, { time, headers: { Signature: write(header) } });
  }

  it.each<[string, (header: string) => string]>([
    ["with spaces after the commas", (header) => header.replaceAll(",", ", ")],
    ["with its algorithm in lower case", (header) => header.replace("RSA256", "rsa256")],
    ["with a key that is not known", (header) => `${header},version=2`],
    ["as plain base64", (header) => decodeURIComponent(header)],
    [
      "as unpadded base64url",
      (header) => decodeURIComponent(header).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, ""),
    ],
  ])("%s [SIG-01]", async (_form, write) => {
    expect(await sendWritten(write)).toMatchObject({ code: "ORDER_NOT_EXIST", verified: true });
  });

  it("over the path with its query, and so is the answer", async () => {
    const customerId = await openCustomer();
    const reply = await send("/payments/pay?trace=1&x=%2F", payMessage(customerId));
    expect(reply).toMatchObject({ code: "SUCCESS", verified: true });
  });

  it("once more for the same message: a repeat is answered, and signed, like the first", async () => {
    const customerId = await openCustomer();
    const time = String(Date.now());
    const message = payMessage(customerId);
    const first = await send("/payments/pay", message, { time });
    expect(await send("/payments/pay", message, { time })).toMatchObject({ text: first.text, verified: true });
    expect(await balanceOf(customerId)).toBe(99_000n);
  });
});

describe("answers after the signature are signed", () => {
  it.each<[string, string, string, Tampering]>([
    ["a parameter that is not allowed", "{}", "PARAM_ILLEGAL", {}],
    ["a body that is not JSON", "{", "PARAM_ILLEGAL", {}],
    ["an order that does not exist", JSON.stringify({ ...PARTIES, paymentRequestId: "1" }), "ORDER_NOT_EXIST", {}],
  ])("%s", async (_case, body, resultCode, tampering) => {
    const reply = await send("/payments/inquiryPayment", body, tampering);
    expect(reply).toMatchObject({ status: 200, code: resultCode, verified: true });
    expect(reply.headers.get("Client-Id")).toBe(CLIENT_ID);
  });
});

describe("keys", () => {
  it("of several versions live side by side; the highest of ours signs [SIG-09]", async () => {
    const [theirs, ours] = [await generateRsaKeys(), await generateRsaKeys()];
    const environment = otherEnvironment({
      SIGNING_KEYS: JSON.stringify({
        [CLIENT_ID]: { 1: JSON.parse(env.SIGNING_KEYS)[CLIENT_ID][1], 3: ours.privateKey },
      }),
      VERIFICATION_KEYS: JSON.stringify({
        [CLIENT_ID]: { 0: theirs.publicKey, 1: JSON.parse(env.VERIFICATION_KEYS)[CLIENT_ID][1] },
      }),
    });
    const message = { ...PARTIES, paymentRequestId: newId("pay") };
    for (const [version, privateKey] of [
      [0, theirs.privateKey],
      [1, inject("alipayplusPrivateKey")],
    ] as const) {
      const ring = ringOfAlipayplus({ [version]: privateKey }, { 3: ours.publicKey });
      const reply = await sendIn(environment, "/payments/inquiryPayment", message, { ring });
      expect(reply).toMatchObject({ code: "ORDER_NOT_EXIST", verified: true });
      expect(reply.headers.get("Signature")).toMatch(/^algorithm=RSA256,keyVersion=3,/);
    }
    const crossed = ringOfAlipayplus({ 0: inject("alipayplusPrivateKey") }, { 3: ours.publicKey });
    expect(await sendIn(environment, "/payments/inquiryPayment", message, { ring: crossed })).toMatchObject({
      code: "INVALID_SIGNATURE",
      verified: false,
    });
  });

  it("that were taken away are not accepted any more [SIG-09]", async () => {
    const theirs = await generateRsaKeys();
    const environment = otherEnvironment({
      VERIFICATION_KEYS: JSON.stringify({ [CLIENT_ID]: { 2: theirs.publicKey } }),
    });
    const message = { ...PARTIES, paymentRequestId: newId("pay") };
    expect((await sendIn(environment, "/payments/inquiryPayment", message)).code).toBe("KEY_NOT_FOUND");
    const ring = ringOfAlipayplus({ 2: theirs.privateKey }, { 1: inject("mppPublicKey") });
    expect(await sendIn(environment, "/payments/inquiryPayment", message, { ring })).toMatchObject({ verified: true });
  });

  it("may be written as PEM [SIG-08]", async () => {
    const pem = (label: string, text: string) =>
      `-----BEGIN ${label}-----\n${text.replace(/.{64}/g, "$&\n")}\n-----END ${label}-----\n`;
    const signing: Record<string, Versions> = JSON.parse(env.SIGNING_KEYS);
    const verification: Record<string, Versions> = JSON.parse(env.VERIFICATION_KEYS);
    const environment = otherEnvironment({
      SIGNING_KEYS: JSON.stringify({ [CLIENT_ID]: { 1: pem("PRIVATE KEY", signing[CLIENT_ID]?.[1] ?? "") } }),
      VERIFICATION_KEYS: JSON.stringify({ [CLIENT_ID]: { 1: pem("PUBLIC KEY", verification[CLIENT_ID]?.[1] ?? "") } }),
    });
    const message = { ...PARTIES, paymentRequestId: newId("pay") };
    expect(await sendIn(environment, "/payments/inquiryPayment", message)).toMatchObject({ verified: true });
  });
});
