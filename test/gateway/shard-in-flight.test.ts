/** More calls that may wait for the core than a shard can serve in time. docs/spec/messages.md#early-refusals. */
import { createExecutionContext, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { Customers } from "../../durable/customers/object.ts";
import type { Env } from "../../durable/env.ts";
import { paymentIdOf } from "../../protocol/idempotency.ts";
import worker from "../../worker/index.ts";
import { CLIENT_ID, type Json, newId, PARTIES, payMessage, type Reply } from "../support/alipayplus.ts";
import { environmentOfObjects, sendIn } from "../support/home/other-environment.ts";
import { HTTP_CORE } from "../support/home/other-home.ts";
import { openTestCustomer, testCore, testCustomer } from "../support/test-core.ts";
import { walletReplyOf, walletRequest } from "../support/wallet/calls.ts";
import { orderCommand } from "../support/wallet/order.ts";

const OVERLOADED = {
  status: 200,
  code: "REQUEST_TRAFFIC_EXCEED_LIMIT",
  resultStatus: "U",
  message: "The request traffic exceeds the limit.",
  verified: true,
};

/** A gateway whose only home may have one call under way, before a core by HTTP. */
type SmallGateway = {
  readonly customerId: string;
  readonly home: Customers;
  send(path: string, body: Json): Promise<Reply>;
  confirm(paymentRequestId: string): ReturnType<typeof walletReplyOf>;
  /** How much the core has taken from the customer, in HKD cents. */
  taken(): bigint;
  /** Pays while the core does not answer; it answers once `release` is called. */
  occupy(): Promise<{ readonly message: Json; readonly answer: Promise<Reply>; release(): void }>;
};

function withSmallGateway(work: (gateway: SmallGateway) => Promise<void>): Promise<void> {
  const object = env.CUSTOMERS.getByName(crypto.randomUUID()) as DurableObjectStub;
  return runInDurableObject(object, async (_instance, context) => {
    let held: { readonly isAsked: () => void; readonly released: Promise<void> } | undefined;
    const core: typeof testCore = {
      ...testCore,
      async debit(request) {
        held?.isAsked();
        await held?.released;
        return testCore.debit(request);
      },
    };
    const limited = { ...HTTP_CORE, SHARD_IN_FLIGHT_LIMIT: "1" };
    const home = new Customers(context, limited, { core });
    const environment = { ...limited, CUSTOMERS: { getByName: () => home } } as unknown as Env;
    const customerId = newId("customer");
    openTestCustomer(customerId, { currency: "HKD", balance: 100_000n });
    const send = (path: string, body: Json) => sendIn(environment, path, body);
    await work({
      customerId,
      home,
      send,
      async confirm(paymentRequestId) {
        const request = walletRequest("POST", `/payments/${paymentRequestId}/confirm`, { customerId });
        return walletReplyOf(await worker.fetch(request, environment, createExecutionContext()));
      },
      taken: () => 100_000n - (testCustomer(customerId)?.balance ?? 0n),
      async occupy() {
        const [asked, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
        held = { isAsked: asked.resolve, released: released.promise };
        const message = payMessage(customerId);
        const answer = send("/payments/pay", message);
        await asked.promise;
        const release = () => {
          held = undefined;
          released.resolve();
        };
        return { message, answer, release };
      },
    });
  });
}

const inquiryOf = ({ paymentRequestId }: Json) => ({ ...PARTIES, paymentRequestId });

it("a pay beyond the limit of a shard is U, nothing of it is stored or debited, and a repeat is paid [MSG-32]", () =>
  withSmallGateway(async ({ customerId, send, taken, occupy }) => {
    const { message, answer, release } = await occupy();
    const refused = payMessage(customerId);
    expect(await send("/payments/pay", refused)).toMatchObject(OVERLOADED);
    expect((await send("/payments/inquiryPayment", inquiryOf(refused))).code).toBe("ORDER_NOT_EXIST");
    // A repeat of what was accepted joins it.
    const repeat = send("/payments/pay", message);
    release();
    expect((await answer).code).toBe("SUCCESS");
    expect((await repeat).body).toEqual((await answer).body);
    expect(taken()).toBe(1_000n);
    expect((await send("/payments/pay", refused)).code).toBe("SUCCESS");
    expect(taken()).toBe(2_000n);
  }));

it("an evaluation beyond the limit of a shard is U [MSG-32]", () =>
  withSmallGateway(async ({ customerId, send, taken, occupy }) => {
    const { answer, release } = await occupy();
    const evaluation = payMessage(customerId, {
      paymentFactor: { isInStorePayment: "true", inStorePaymentScenario: "PaymentCode", isPaymentEvaluation: "true" },
    });
    expect(await send("/payments/pay", evaluation)).toMatchObject(OVERLOADED);
    release();
    await answer;
    expect((await send("/payments/pay", evaluation)).code).toBe("SUCCESS");
    expect(taken()).toBe(1_000n);
  }));

it("a cancel and a refund beyond the limit of a shard are U, and change nothing until their repeat [MSG-32]", () =>
  withSmallGateway(async ({ customerId, send, taken, occupy }) => {
    const [toCancel, toRefund] = [payMessage(customerId), payMessage(customerId)];
    for (const message of [toCancel, toRefund]) expect((await send("/payments/pay", message)).code).toBe("SUCCESS");
    const amount = { currency: "HKD", value: "400" };
    const refund = {
      ...inquiryOf(toRefund),
      paymentId: await paymentIdOf(CLIENT_ID, String(toRefund.paymentRequestId)),
      refundRequestId: newId("refund"),
      refundAmount: amount,
      refundFromAmount: amount,
    };

    const { answer, release } = await occupy();
    expect(await send("/payments/cancelPayment", inquiryOf(toCancel))).toMatchObject(OVERLOADED);
    expect(await send("/payments/refund", refund)).toMatchObject(OVERLOADED);
    const stillPaid = { paymentResult: { resultCode: "SUCCESS" } };
    expect((await send("/payments/inquiryPayment", inquiryOf(toCancel))).body).toMatchObject(stillPaid);
    expect(taken()).toBe(2_000n);

    release();
    expect((await answer).code).toBe("SUCCESS");
    expect((await send("/payments/cancelPayment", inquiryOf(toCancel))).code).toBe("SUCCESS");
    const refunded = await send("/payments/refund", refund);
    expect(refunded.code).toBe("SUCCESS");
    expect(taken()).toBe(3_000n - 1_000n - 400n);
    // A refund that is stored already is answered as it was.
    const next = await occupy();
    expect((await send("/payments/refund", refund)).body).toEqual(refunded.body);
    next.release();
    await next.answer;
  }));

it("a confirmation beyond the limit of a shard is 429; the order waits, and the app repeats after a second", () =>
  withSmallGateway(async ({ customerId, home, confirm, taken, occupy }) => {
    const order = await orderCommand(customerId);
    const { paymentRequestId } = order;
    expect(await home.order(order)).toMatchObject({ outcome: "KNOWN" });
    const { answer, release } = await occupy();
    const refused = await confirm(paymentRequestId);
    expect(refused).toMatchObject({ status: 429, body: { code: "TOO_MANY_REQUESTS" } });
    expect(refused.headers.get("Retry-After")).toBe("1");
    expect(home.inspect(order.paymentId)?.status).toEqual({ name: "AWAITING_CONFIRMATION" });
    release();
    await answer;
    expect(taken()).toBe(1_000n);
    expect((await confirm(paymentRequestId)).body.status).toBe("SUCCEEDED");
    expect(taken()).toBe(2_000n);
  }));

it("a call to a shard whose queue the runtime finds full is U, and not our own fault [MSG-32]", async () => {
  const environment = environmentOfObjects(() =>
    Promise.reject(Object.assign(new Error("full"), { overloaded: true })),
  );
  const inquiry = inquiryOf({ paymentRequestId: newId("pay") });
  expect(await sendIn(environment, "/payments/inquiryPayment", inquiry)).toMatchObject(OVERLOADED);
});
