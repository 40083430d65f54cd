/** What the gateway writes about a request: one line, for an operator, without anything that is the sender's own. */
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, inject, it, vi } from "vitest";
import { shardOf } from "../../durable/platform/shard.ts";
import {
  cancel,
  homeOf,
  inquire,
  type Json,
  newId,
  openCustomer,
  pay,
  payMessage,
  type Reply,
  refund,
  runResolver,
  SHARD_COUNT,
  send,
  signedRequest,
} from "../support/alipayplus.ts";
import { register, registrationMessage } from "../support/services/merchants.ts";
import { opsCall } from "../support/wallet/calls.ts";

let written: string[] = [];

beforeEach(() => {
  written = [];
  for (const method of ["log", "info", "warn", "error", "debug"] as const) {
    vi.spyOn(console, method).mockImplementation((...texts: unknown[]) => {
      written.push(texts.map(String).join(" "));
    });
  }
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** The lines that a call wrote. */
async function linesOf(call: () => Promise<Reply>): Promise<{ reply: Reply; lines: Json[] }> {
  const start = written.length;
  const reply = await call();
  return { reply, lines: written.slice(start).map((text) => JSON.parse(text)) };
}

const MILLISECONDS = expect.toSatisfy((value: unknown) => Number.isInteger(value) && Number(value) >= 0);

describe("a request is one line of JSON", () => {
  it.each<[string, (message: Json) => Promise<Reply>]>([
    ["pay", (message) => pay(message)],
    ["inquiryPayment", (message) => inquire(message.paymentRequestId)],
    ["cancelPayment", (message) => cancel(message.paymentRequestId)],
    ["refund", (message) => refund(message.paymentRequestId, "1")],
  ])(
    "for %s, with result, key version, shard, milliseconds and the answer's request id [MSG-01]",
    async (name, call) => {
      const customerId = await openCustomer();
      const message = payMessage(customerId);
      await pay(message);
      const { reply, lines } = await linesOf(() => call(message));
      expect(lines).toEqual([
        {
          level: "info",
          event: "request",
          requestId: reply.headers.get("Plusgate-Request-Id"),
          interface: name,
          resultCode: reply.code,
          resultStatus: reply.resultStatus,
          keyVersion: 1,
          shard: shardOf(customerId, SHARD_COUNT),
          ms: {
            receive: MILLISECONDS,
            verify: MILLISECONDS,
            answer: MILLISECONDS,
            sign: MILLISECONDS,
            total: MILLISECONDS,
          },
        },
      ]);
    },
  );

  it.each<[string, () => Promise<Reply>, Json]>([
    ["an unknown path", () => send("/payments/unknown", {}), { interface: "unknown", resultCode: "NO_INTERFACE_DEF" }],
    [
      "another method",
      () => send("/payments/pay", {}, { method: "PUT" }),
      { interface: "pay", resultCode: "METHOD_NOT_SUPPORTED" },
    ],
    [
      "a missing header",
      () => send("/payments/pay", {}, { headers: { Signature: undefined } }),
      { interface: "pay", resultCode: "PARAM_ILLEGAL" },
    ],
    [
      "a wrong signature, with the reason and the key version",
      () => send("/payments/pay", {}, { sentBody: "{ }" }),
      { resultCode: "INVALID_SIGNATURE", reason: "SIGNATURE_INVALID", keyVersion: 1 },
    ],
    [
      "an unknown client, with the reason",
      () => send("/payments/pay", {}, { headers: { "Client-Id": "UNKNOWN" } }),
      { resultCode: "INVALID_CLIENT", reason: "CLIENT_UNKNOWN" },
    ],
    [
      "a body that is not JSON, with the reason",
      () => send("/payments/pay", "{"),
      { resultCode: "PARAM_ILLEGAL", reason: "NOT_JSON", keyVersion: 1 },
    ],
    [
      "a parameter that is not allowed",
      () => send("/payments/pay", {}),
      { resultCode: "PARAM_ILLEGAL", keyVersion: 1 },
    ],
  ])("for %s", async (_case, call, expected) => {
    const { reply, lines } = await linesOf(call);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({
      event: "request",
      requestId: reply.headers.get("Plusgate-Request-Id"),
      resultStatus: "F",
      ms: { total: MILLISECONDS },
      ...expected,
    });
    expect(lines[0]).not.toHaveProperty("shard");
  });

  it("for each of many at once", async () => {
    const replies = await Promise.all(Array.from({ length: 10 }, () => inquire(newId("pay"))));
    const requestIds = replies.map(({ headers }) => headers.get("Plusgate-Request-Id")).sort();
    expect(written.map((text) => JSON.parse(text).requestId).sort()).toEqual(requestIds);
  });
});

it("names neither codes, customers, amounts, ids of Alipay+, texts, signatures nor keys, whatever happens", async () => {
  const customerId = await openCustomer({ balance: 7_654_321n });
  const amount = { currency: "HKD", value: "7654321" };
  const message = payMessage(customerId, {
    acquirerId: newId("acquirer"),
    pspId: newId("psp"),
    paymentAmount: amount,
    payToAmount: amount,
    paymentNotifyUrl: "https://notify.test/secret-path",
    passThroughInfo: "passed-through-secret",
    unknown: "unknown-secret",
  });
  const refundRequestId = newId("refund");
  const { headers } = await signedRequest("/payments/pay", message);
  const signature = headers.get("Signature")?.split("signature=")[1] ?? "";

  await pay(message);
  await pay(message);
  await pay({ ...message, payToAmount: { currency: "HKD", value: "7654320" } });
  await send("/payments/pay", message, { sentBody: `${JSON.stringify(message)} ` });
  await send("/payments/pay", JSON.stringify(message).slice(0, -1));
  await send("/payments/pay", JSON.stringify(message).replace("{", `{"${customerId}":1,"${customerId}":1,`));
  await send("/payments/pay", message, { headers: { "Client-Id": customerId } });
  await send("/payments/pay", message, { headers: { Signature: customerId } });
  await pay({ ...message, paymentExpiryTime: customerId });
  const inquired = await inquire(message.paymentRequestId);
  await refund(message.paymentRequestId, "7654321", { refundRequestId });
  await cancel(message.paymentRequestId);

  const { paymentMethodId } = message.paymentMethod as { paymentMethodId: string };
  const { referenceOrderId } = message.order as { referenceOrderId: string };
  const sent = [
    paymentMethodId,
    customerId,
    "7654321",
    "7654320",
    String(message.acquirerId),
    String(message.pspId),
    String(message.paymentRequestId),
    String(inquired.body.paymentId),
    refundRequestId,
    referenceOrderId,
    "SHOES",
    "M0001",
    "secret",
    signature,
    decodeURIComponent(signature),
    "aps/api",
  ];
  const keys = [env.SIGNING_KEYS, env.VERIFICATION_KEYS, inject("alipayplusPrivateKey"), inject("mppPublicKey")]
    .flatMap((text) => text.match(/[A-Za-z0-9+/]{100,}/g) ?? [])
    .map((key) => key.slice(40, 80));
  expect(written).toHaveLength(12);
  expect(keys.length).toBeGreaterThanOrEqual(4);
  for (const secret of [...sent, ...keys]) expect(written.join("\n")).not.toContain(secret);
});

it("names no merchant, no dispute, no reason and no document either", async () => {
  const customerId = await openCustomer();
  const message = payMessage(customerId);
  await pay(message);
  const referenceMerchantId = newId("merchant");
  const registration = registrationMessage(referenceMerchantId, { attachments: ["secret-licence"] });
  const { registrationRequestId } = registration;
  const body = { escalationAmount: { currency: "HKD", value: "987" }, reason: "secret-complaint" };
  written = [];
  await register(registration);
  const rejectReasons = ["secret-reason"];
  await opsCall("POST", `/merchants/${referenceMerchantId}/reject`, { body: { registrationRequestId, rejectReasons } });
  const path = `/payments/${message.paymentRequestId}/disputes`;
  const { disputeRequestId } = (await opsCall("POST", `${path}/escalations`, { body })).body;
  // Alipay+ is out of service: each attempt fails.
  await runResolver(homeOf(customerId));
  await send("/disputes/responseEscalation", { disputeRequestId, refundType: "REFUSE_REFUND", why: "secret-document" });
  await send("/disputes/responseEscalation", { disputeRequestId, refundType: "secret-type" });
  await opsCall("GET", path);
  expect(written.length).toBeGreaterThanOrEqual(6);
  const sent = [referenceMerchantId, String(registrationRequestId), String(disputeRequestId), "secret"];
  for (const secret of [...sent, "海港餅店", customerId]) expect(written.join("\n")).not.toContain(secret);
  // Digests and ids may have these three digits among others.
  expect(written.join("\n")).not.toMatch(/\b987\b/);
});
