/**
 * Calls to Alipay+ against a fake that signs truly. docs/spec/messages.md; docs/spec/wallet/get-payment-code.md and
 * docs/spec/wallet/user-initiated-pay.md#handling-the-result.
 */
import { exports } from "cloudflare:workers";
import { beforeAll, describe, expect, it } from "vitest";
import { notificationEndpoint } from "../../../../protocol/endpoints.ts";
import { createAlipayPlusClient } from "../../../../protocol/exchange/alipayplus-client.ts";
import { formatTime } from "../../../../protocol/time.ts";
import {
  ASK,
  answer,
  CLIENT_ID,
  CODES,
  FakeAlipayPlus,
  generateKeys,
  type Keys,
  READ_CODES,
  result,
  START_TIME_MS,
  type Step,
  SUCCESS,
  type Tampering,
} from "../../../support/alipayplus-client-fake.ts";

const WINDOW_MS = 600_000;
let keys: Keys;
let otherKeys: Keys;

beforeAll(async () => {
  keys = await generateKeys();
  otherKeys = await generateKeys();
});

/** One call, one try: what becomes of one answer. */
async function once(step: Step) {
  const fake = new FakeAlipayPlus(keys, [step]);
  return fake.client({ attemptsLimit: 1 }).call("getPaymentCode", ASK);
}

describe("a request to Alipay+", () => {
  it("goes to the interface by POST, signed over its path, with the four headers, and follows no redirect [MSG-02, SBX-35]", async () => {
    const fake = new FakeAlipayPlus(keys, [answer(CODES)]);
    await fake.client().call("getPaymentCode", ASK);
    const [received] = fake.received;
    expect(received?.url).toBe("https://open-sea-global.alipayplus.com/aps/api/v1/codes/getPaymentCode");
    expect(received?.init).toMatchObject({ method: "POST", redirect: "manual" });
    expect(received?.headers.get("Client-Id")).toBe(CLIENT_ID);
    expect(received?.headers.get("Request-Time")).toBe(formatTime(START_TIME_MS));
    expect(received?.headers.get("Content-Type")).toBe("application/json; charset=UTF-8");
    expect(received?.verified).toBe(true);
    expect(JSON.parse(received?.body ?? "")).toEqual(ASK);
  });

  it.each([
    ["inquiryCodeRules", {}, "/aps/api/v1/codes/inquiryCodeRules"],
    ["userInitiatedPay", { codeValue: "https://qr.test", customerId: "c" }, "/aps/api/v1/payments/userInitiatedPay"],
    ["notifyPayment", { paymentResult: SUCCESS, paymentRequestId: "p" }, "/aps/api/v1/payments/notifyPayment"],
  ] as const)("%s has its own path", async (name, request, path) => {
    const fake = new FakeAlipayPlus(keys, [result("F", "PROCESS_FAIL")]);
    await fake.client().call(name, request as never);
    expect(fake.received[0]).toMatchObject({ pathAndQuery: path, verified: true });
  });

  it("of a notification goes to the payment's own URL, signed over its path and query", async () => {
    const endpoint = notificationEndpoint("https://notify.test/a%20b/notify?order=1&x=%C3%BC#part");
    if (!endpoint) throw new Error("The URL was refused.");
    const fake = new FakeAlipayPlus(keys, [answer({ result: SUCCESS })]);
    const request = { paymentResult: SUCCESS, paymentRequestId: "p" };
    expect(await fake.client().call("notifyPayment", request, endpoint)).toMatchObject({ outcome: "S", answer: {} });
    expect(fake.received[0]).toMatchObject({
      url: "https://notify.test/a%20b/notify?order=1&x=%C3%BC",
      pathAndQuery: "/a%20b/notify?order=1&x=%C3%BC",
      verified: true,
    });
  });

  it.each([
    "http://notify.test/notify",
    "https://user:word@notify.test/notify",
    "javascript:alert(1)",
    "/notify",
    "",
    `https://notify.test/${"x".repeat(2_048)}`,
  ])("of a notification is not made to %.40s", (url) => {
    expect(notificationEndpoint(url)).toBeUndefined();
  });

  it.each(["http://alipayplus.test", "https://alipayplus.test/path", "https://a@alipayplus.test", "alipayplus"])(
    "cannot be made to the origin %s [MSG-02]",
    (origin) => {
      const ring = { signing: new Map(), verification: new Map() };
      const make = () => createAlipayPlusClient({ ring, clientId: CLIENT_ID, origin, fetcher: fetch });
      expect(make).toThrow(RangeError);
    },
  );

  it("may go through a service binding: who is not Alipay+ is not believed", async () => {
    const gateway = exports.default as unknown as Fetcher;
    const fetcher = (url: string, init: RequestInit) => gateway.fetch(url, init);
    const fake = new FakeAlipayPlus(keys, []);
    const expected = { outcome: "U", reason: "SIGNATURE_MISSING", attempts: 2 };
    expect(await fake.client({ attemptsLimit: 2, fetcher }).call("getPaymentCode", ASK)).toEqual(expected);
  });

  it("that cannot be signed does not go out", async () => {
    const fake = new FakeAlipayPlus(keys, [answer(CODES)]);
    const passThroughInfo = "x".repeat(300_000);
    const call = fake.client().call("userInitiatedPay", { codeValue: "c", customerId: "c", passThroughInfo });
    await expect(call).rejects.toMatchObject({ code: "CONTENT_TOO_LARGE" });
    expect(fake.received).toHaveLength(0);
  });
});

describe("an answer that counts", () => {
  it("S brings its parameters and the body as it came", async () => {
    const body = { ...CODES, extendInfo: "kept" };
    expect(await once(answer(body))).toEqual({
      outcome: "S",
      answer: READ_CODES,
      message: JSON.stringify(body),
      attempts: 1,
    });
  });

  it("F is final, by its code: nothing is asked again", async () => {
    const fake = new FakeAlipayPlus(keys, [result("F", "INVALID_CODE", "The code is invalid."), answer(CODES)]);
    const expected = { outcome: "F", code: "INVALID_CODE", message: "The code is invalid.", attempts: 1 };
    const parameters = { result: expect.objectContaining({ resultCode: "INVALID_CODE" }) };
    expect(await fake.client().call("getPaymentCode", ASK)).toEqual({ ...expected, parameters });
    expect(fake.received).toHaveLength(1);
  });

  it("F with an unknown code is final too [UIP-11]", async () => {
    expect(await once(result("F", "NEW_REASON"))).toMatchObject({ outcome: "F", code: "NEW_REASON" });
  });

  it.each([
    ["SIGNATURE_INVALID", "INVALID_SIGNATURE"],
    ["CLIENT_INVALID", "INVALID_CLIENT"],
    ["API_INVALID", "NO_INTERFACE_DEF"],
  ])("%s is read as %s [RES-02]", async (old, code) => {
    expect(await once(result("F", old))).toMatchObject({ outcome: "F", code });
  });

  it.each([formatTime(START_TIME_MS - WINDOW_MS), formatTime(START_TIME_MS + WINDOW_MS), String(START_TIME_MS)])(
    "may have been signed at %s",
    async (time) => {
      expect(await once(answer(CODES, { time }))).toMatchObject({ outcome: "S" });
    },
  );

  it("may hold null where a parameter is left out, and a message that is missing", async () => {
    const refusal = { result: { resultCode: "PROCESS_FAIL", resultStatus: "F", resultMessage: null } };
    expect(await once(answer(refusal))).toMatchObject({ outcome: "F", message: "" });
  });
});

describe("an answer that is not signed rightly is never believed, even S and F", () => {
  const lies: readonly (readonly [string, string, Tampering])[] = [
    ["without Signature", "SIGNATURE_MISSING", { without: "Signature" }],
    ["without Client-Id", "CLIENT_ID_MISSING", { without: "Client-Id" }],
    ["without Response-Time", "RESPONSE_TIME_MISSING", { without: "Response-Time" }],
    ["signed for another client", "CLIENT_ID_DIFFERENT", { clientId: "SANDBOX_5Y00000000000000002" }],
    ["with a malformed Signature", "SIGNATURE_HEADER_MALFORMED", { signature: "c2lnbmF0dXJl" }],
    ["by another algorithm", "ALGORITHM_NOT_SUPPORTED", { signature: "algorithm=HS256,keyVersion=1,signature=eA==" }],
    [
      "by a key version that is not there",
      "KEY_UNKNOWN",
      { signature: "algorithm=RSA256,keyVersion=9,signature=eA==" },
    ],
    ["over another path", "SIGNATURE_INVALID", { signedPath: "/aps/api/v1/payments/userInitiatedPay" }],
    ["of an old time", "RESPONSE_TIME_OUTSIDE_WINDOW", { time: formatTime(START_TIME_MS - WINDOW_MS - 1_000) }],
    ["of a time to come", "RESPONSE_TIME_OUTSIDE_WINDOW", { time: formatTime(START_TIME_MS + WINDOW_MS + 1_000) }],
    ["of no strict time", "RESPONSE_TIME_MALFORMED", { time: "2026-01-01 12:00:00" }],
    ["of a time without offset", "RESPONSE_TIME_MALFORMED", { time: "2026-01-01T12:00:00" }],
  ];

  it.each(lies)("%s: %s [RES-09, SIG-07]", async (_name, reason, tampering) => {
    expect(await once(answer(CODES, tampering))).toEqual({ outcome: "U", reason, attempts: 1 });
    const refusal = { result: { resultCode: "INVALID_SIGNATURE", resultStatus: "F", resultMessage: "" } };
    expect(await once(answer(refusal, tampering))).toEqual({ outcome: "U", reason, attempts: 1 });
  });

  it("signed by another key, or changed on the way [RES-09]", async () => {
    const reason = "SIGNATURE_INVALID";
    const key = otherKeys.alipayplus.privateKey;
    expect(await once(answer(CODES, { key }))).toMatchObject({ outcome: "U", reason });
    const sent = JSON.stringify(CODES).replace("1998", "1999");
    expect(await once(answer(CODES, { sent }))).toMatchObject({ outcome: "U", reason });
  });

  it("is not even parsed: garbage with a wrong signature has the fault of its signature", async () => {
    expect(await once(answer("{", { sent: "[" }))).toMatchObject({ outcome: "U", reason: "SIGNATURE_INVALID" });
  });
});

describe("an answer that cannot be read counts as none", () => {
  it.each([
    ["no JSON", "<html></html>", "NOT_JSON"],
    ["nothing at all", "", "NOT_JSON"],
    ["a list", "[]", "NOT_AN_OBJECT"],
    ["a key twice", '{"result":1,"result":2}', "DUPLICATE_KEY"],
    ["an escaped key", '{"r\\u0065sult":{}}', "ESCAPED_KEY"],
    ["no result", "{}", "RESULT_MALFORMED"],
    ["an unknown status", '{"result":{"resultCode":"SUCCESS","resultStatus":"X"}}', "RESULT_MALFORMED"],
    ["S with a refusal's code", '{"result":{"resultCode":"PROCESS_FAIL","resultStatus":"S"}}', "RESULT_CONTRADICTORY"],
    ["F with SUCCESS", '{"result":{"resultCode":"SUCCESS","resultStatus":"F"}}', "RESULT_CONTRADICTORY"],
    ["F while it goes on", '{"result":{"resultCode":"UNKNOWN_EXCEPTION","resultStatus":"F"}}', "RESULT_CONTRADICTORY"],
    ["S without parameters", '{"result":{"resultCode":"SUCCESS","resultStatus":"S"}}', "PARAMETER_ILLEGAL"],
  ])("%s", async (_name, body, reason) => {
    expect(await once(answer(body))).toMatchObject({ outcome: "U", reason });
  });

  it.each([500, 404, 302, 201])("HTTP status %i, though it is signed and S", async (status) => {
    const expected = { outcome: "U", reason: "HTTP_STATUS_UNEXPECTED", detail: String(status) };
    expect(await once(answer(CODES, { status }))).toMatchObject(expected);
  });

  it("larger than the limit, whether it says so before or not", async () => {
    const body = { ...CODES, filler: "x".repeat(2_000) };
    const text = JSON.stringify(body);
    const parts = () => new Response(text).body as ReadableStream<Uint8Array>;
    for (const tampering of [{ contentLength: text.length }, { sent: parts() }, { contentLength: 1 }]) {
      const tooLarge = new FakeAlipayPlus(keys, [answer(body, tampering)]);
      const limits = { attemptsLimit: 1, answerLimitBytes: text.length - 1 };
      const expected = { outcome: "U", reason: "ANSWER_TOO_LARGE" };
      expect(await tooLarge.client(limits).call("getPaymentCode", ASK)).toMatchObject(expected);
    }
    const fake = new FakeAlipayPlus(keys, [answer(body, { sent: parts() })]);
    const limits = { attemptsLimit: 1, answerLimitBytes: text.length };
    expect(await fake.client(limits).call("getPaymentCode", ASK)).toMatchObject({ outcome: "S" });
  });

  it("breaking off in the middle", async () => {
    const sent = new ReadableStream<Uint8Array>({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('{"result":'));
        controller.error(new Error("Network connection lost."));
      },
    });
    expect(await once(answer(CODES, { sent }))).toMatchObject({ outcome: "U", reason: "CONNECTION_FAILED" });
  });
});
