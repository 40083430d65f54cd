/** What a core answers decides once: its refusals free what was reserved, and no clock of its own moves a result. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, it } from "vitest";
import { Customers } from "../../../durable/customers/object.ts";
import type { PayCommand, RefundCommand } from "../../../durable/messages.ts";
import type { RefundAnswer, WalletCore } from "../../../durable/wallet-core/port.ts";
import { cancel, homeOfPayment, newId, openCustomer, pay, payMessage, runResolver } from "../../support/alipayplus.ts";
import { advance, HOUR_MS, standTheClock } from "../../support/clock.ts";
import { setCoreFault, TestDeadline } from "../../support/core-faults.ts";
import { payCommand } from "../../support/home/other-home.ts";
import { testCore } from "../../support/test-core.ts";
import { until } from "../../support/until.ts";
import { inspect, NOTIFY_PATH, notifications, takeNotifications } from "../../support/wallet/order.ts";

standTheClock();

/** Makes a home, with operations of its core replaced, in an object that no other test uses. */
async function withCore(
  operations: Partial<WalletCore>,
  work: (home: Customers, command: PayCommand) => Promise<void>,
) {
  const stub = env.CUSTOMERS.getByName(crypto.randomUUID()) as DurableObjectStub;
  const command = await payCommand(await openCustomer());
  await runInDurableObject(stub, (_instance, context) => {
    const core = { ...testCore, ...operations };
    return work(new Customers(context, env, { deadline: new TestDeadline(), core }), command);
  });
}

function refundCommand({ paymentId }: PayCommand, amountMinor: bigint): RefundCommand {
  const refundId = newId("refund");
  const amount = { currency: "HKD", amountMinor };
  const amounts = { refundAmount: amount, refundFromAmount: amount, surchargeAmount: undefined };
  return { refundId, refundRequestId: refundId, paymentId, fingerprint: "", ...amounts, message: "{}" };
}

it("releases the amounts of a refund that the core refuses", async () => {
  const answers: RefundAnswer[] = [
    { outcome: "REFUSED", reason: "CUSTOMER_UNKNOWN" },
    { outcome: "DONE", timeMs: Date.now() },
  ];
  const refund = async () => answers.shift() ?? { outcome: "UNANSWERED" as const };
  await withCore({ refund }, async (home, command) => {
    expect(await home.pay(command)).toMatchObject({ outcome: "SUCCEEDED" });
    const refused = await home.refund(refundCommand(command, 400n), command);
    expect(refused).toEqual({ outcome: "REFUSED", reason: "CUSTOMER_UNKNOWN" });
    expect(await home.refund(refundCommand(command, 1_000n), command)).toMatchObject({ outcome: "SUCCEEDED" });
  });
});

it("has no paymentTime or refundTime before the payment or the refund was asked for, though the core's clock is behind", async () => {
  const timeMs = Date.now() - HOUR_MS;
  const done = async () => ({ outcome: "DONE" as const, timeMs });
  await withCore({ debit: done, refund: done }, async (home, command) => {
    const paymentTimeMs = Date.now();
    expect(await home.pay(command)).toEqual({ outcome: "SUCCEEDED", paymentTimeMs });
    advance(1_000);
    const refunded = await home.refund(refundCommand(command, 400n), command);
    expect(refunded).toEqual({ outcome: "SUCCEEDED", refundTimeMs: paymentTimeMs + 1_000 });
  });
});

it("is published once where a cancel is answered before its reversal is", async () => {
  const received = takeNotifications();
  const customerId = await openCustomer();
  const message = payMessage(customerId, { paymentNotifyUrl: `https://alipayplus.test${NOTIFY_PATH}` });
  const paymentRequestId = String(message.paymentRequestId);
  await pay(message);
  setCoreFault(customerId, "reverse", "LOST");
  await cancel(paymentRequestId);
  await notifications(received, paymentRequestId, 1);
  await until(async () => expect((await inspect(paymentRequestId)).notification?.acknowledgedTimeMs).toBeDefined());
  setCoreFault(customerId, "reverse");
  advance(HOUR_MS);
  await runResolver(await homeOfPayment(paymentRequestId));
  const { status, notification } = await inspect(paymentRequestId);
  expect(status).toEqual({ name: "CLOSED", closedBy: "CANCEL" });
  expect(notification).toMatchObject({ dueTimeMs: undefined, attempts: [{ resultCode: "ORDER_IS_CLOSED" }] });
});
