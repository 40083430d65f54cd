/**
 * The wallet's core is late, mute or broken: U first, final later, never twice
 * (docs/spec/results.md#how-a-result-is-reported).
 */
import { abortAllDurableObjects } from "cloudflare:test";
import { expect, it } from "vitest";
import { formatTime } from "../../../protocol/time.ts";
import {
  balanceOf,
  cancel,
  customerOf,
  homeOfPayment,
  inquire,
  openCustomer,
  pay,
  payMessage,
  refund,
  runResolver,
} from "../../support/alipayplus.ts";
import { advance, MINUTE_MS, standTheClock } from "../../support/clock.ts";
import { coreCalls, setCoreFault } from "../../support/core-faults.ts";
import { until } from "../../support/until.ts";
import { opsCall } from "../../support/wallet/calls.ts";
import { expectGone, placesOf, plant, plantedPay } from "../../support/wallet/personal-data.ts";

standTheClock();

/** Lets the resolver of the payment's shard run as it would `afterMs` from now. */
async function resolveAfter(paymentRequestId: unknown, afterMs: number): Promise<void> {
  advance(afterMs);
  await runResolver(await homeOfPayment(paymentRequestId));
}

async function paymentResult(paymentRequestId: unknown): Promise<unknown> {
  const inquiry = await inquire(paymentRequestId);
  expect(inquiry.code).toBe("SUCCESS");
  return (inquiry.body.paymentResult as { resultCode: string }).resultCode;
}

for (const fault of ["LOST", "MUTE", "BROKEN"] as const) {
  it(`answers U while the debit is ${fault}, and success once the resolver knows it`, async () => {
    const customerId = await openCustomer();
    setCoreFault(customerId, "debit", fault);
    const message = payMessage(customerId);
    expect(await pay(message)).toMatchObject({ code: "PAYMENT_IN_PROCESS", resultStatus: "U", verified: true });
    expect((await pay(message)).code).toBe("PAYMENT_IN_PROCESS");
    expect(await paymentResult(message.paymentRequestId)).toBe("PAYMENT_IN_PROCESS");

    setCoreFault(customerId, "debit");
    await resolveAfter(message.paymentRequestId, 10_000);
    expect(await paymentResult(message.paymentRequestId)).toBe("SUCCESS");
    expect((await pay(message)).code).toBe("SUCCESS");
    expect(await balanceOf(customerId)).toBe(99_000n);
  });
}

it("answers with the time at which the core debited and refunded, on whichever side of midnight the answer comes [RES-07]", async () => {
  const timesOf = async (customerId: string, kind: string) =>
    (await customerOf(customerId)).entries
      .filter((entry) => entry.kind === kind)
      .map(({ timeMs }) => formatTime(timeMs));
  const customerId = await openCustomer();
  const message = payMessage(customerId);
  setCoreFault(customerId, "debit", "MUTE");
  await pay(message);
  setCoreFault(customerId, "debit");
  await resolveAfter(message.paymentRequestId, 10_000);
  const paid = await pay(message);
  expect([paid.code, paid.body.paymentTime]).toEqual(["SUCCESS", ...(await timesOf(customerId, "DEBIT"))]);

  setCoreFault(customerId, "refund", "MUTE");
  const refundAgain = () => refund(message.paymentRequestId, "400", { refundRequestId: `refund-of-${customerId}` });
  expect((await refundAgain()).code).toBe("PAYMENT_IN_PROCESS");
  setCoreFault(customerId, "refund");
  await resolveAfter(message.paymentRequestId, 10_000);
  const given = await refundAgain();
  expect([given.code, given.body.refundTime]).toEqual(["SUCCESS", ...(await timesOf(customerId, "REFUND"))]);
});

it("keeps asking while the core does not answer, and reverses when the time is up", async () => {
  const customerId = await openCustomer();
  setCoreFault(customerId, "debit", "MUTE");
  setCoreFault(customerId, "inquire", "LOST");
  const message = payMessage(customerId);
  await pay(message);
  await resolveAfter(message.paymentRequestId, 10_000);
  await resolveAfter(message.paymentRequestId, 10_000);
  expect(await paymentResult(message.paymentRequestId)).toBe("PAYMENT_IN_PROCESS");
  // A debit is idempotent: it is asked for again, and the first one is what counts.
  expect(coreCalls(customerId, "debit")).toBe(3);
  expect(coreCalls(customerId, "inquire")).toBe(0);
  expect(await balanceOf(customerId)).toBe(99_000n);

  await resolveAfter(message.paymentRequestId, 4 * MINUTE_MS);
  expect(await paymentResult(message.paymentRequestId)).toBe("ORDER_IS_CLOSED");
  await resolveAfter(message.paymentRequestId, MINUTE_MS);
  expect(await balanceOf(customerId)).toBe(100_000n);
  expect((await pay(message)).code).toBe("ORDER_IS_CLOSED");
});

it("reverses a success that came after the expiry [TIM-02]", async () => {
  const customerId = await openCustomer();
  setCoreFault(customerId, "debit", "MUTE");
  const message = payMessage(customerId);
  await pay(message);
  expect(await balanceOf(customerId)).toBe(99_000n);
  await resolveAfter(message.paymentRequestId, 5 * MINUTE_MS);
  expect(await paymentResult(message.paymentRequestId)).toBe("ORDER_IS_CLOSED");
  expect(await balanceOf(customerId)).toBe(100_000n);
});

it("does not debit any more after the expiry when the core does not know the payment", async () => {
  const customerId = await openCustomer();
  setCoreFault(customerId, "debit", "LOST");
  const message = payMessage(customerId);
  await pay(message);
  setCoreFault(customerId, "debit");
  await resolveAfter(message.paymentRequestId, 5 * MINUTE_MS);
  expect(await paymentResult(message.paymentRequestId)).toBe("ORDER_IS_CLOSED");
  expect(coreCalls(customerId, "debit")).toBe(1);
  expect(await balanceOf(customerId)).toBe(100_000n);
});

it("finishes with a refusal that the core made but could not deliver [RES-03]", async () => {
  const customerId = await openCustomer({ balance: 10n });
  setCoreFault(customerId, "debit", "MUTE");
  const message = payMessage(customerId);
  expect((await pay(message)).code).toBe("PAYMENT_IN_PROCESS");
  setCoreFault(customerId, "debit");
  await resolveAfter(message.paymentRequestId, 10_000);
  expect(await paymentResult(message.paymentRequestId)).toBe("USER_BALANCE_NOT_ENOUGH");
});

it("answers a cancel with success although the core does not answer, and reverses later", async () => {
  const customerId = await openCustomer();
  const message = payMessage(customerId);
  await pay(message);
  setCoreFault(customerId, "reverse", "LOST");
  expect((await cancel(message.paymentRequestId)).code).toBe("SUCCESS");
  expect(await paymentResult(message.paymentRequestId)).toBe("ORDER_IS_CLOSED");
  expect(await balanceOf(customerId)).toBe(99_000n);
  setCoreFault(customerId, "reverse");
  await resolveAfter(message.paymentRequestId, 10_000);
  expect(await balanceOf(customerId)).toBe(100_000n);
});

it("refuses a debit that reaches the core after its cancel", async () => {
  const customerId = await openCustomer();
  setCoreFault(customerId, "debit", "LOST");
  const message = payMessage(customerId);
  await pay(message);
  expect((await cancel(message.paymentRequestId)).code).toBe("SUCCESS");
  setCoreFault(customerId, "debit");
  await resolveAfter(message.paymentRequestId, 10_000);
  expect((await pay(message)).code).toBe("ORDER_IS_CLOSED");
  expect(await balanceOf(customerId)).toBe(100_000n);
});

for (const fault of ["LOST", "MUTE"] as const) {
  it(`finishes a refund whose answer is ${fault}, once, and a cancel is U until then [CAN-09]`, async () => {
    const customerId = await openCustomer();
    const message = payMessage(customerId);
    await pay(message);
    setCoreFault(customerId, "refund", fault);
    const refundRequestId = `refund-of-${customerId}`;
    expect((await refund(message.paymentRequestId, "300", { refundRequestId })).resultStatus).toBe("U");
    // Reserved: no other refund gets these units while the outcome is unknown.
    expect((await refund(message.paymentRequestId, "701")).code).toBe("REFUND_AMOUNT_EXCEED");
    // Whether it can be cancelled depends on the refund: U, and the same cancel again once that is final.
    expect(await cancel(message.paymentRequestId)).toMatchObject({ code: "PAYMENT_IN_PROCESS", resultStatus: "U" });
    setCoreFault(customerId, "refund");
    await resolveAfter(message.paymentRequestId, 10_000);
    expect((await cancel(message.paymentRequestId)).code).toBe("PROCESS_FAIL");
    expect((await refund(message.paymentRequestId, "300", { refundRequestId })).code).toBe("SUCCESS");
    expect(await balanceOf(customerId)).toBe(99_300n);
  });
}

it("forgets nothing when its objects are torn down in the middle of a payment", async () => {
  const customerId = await openCustomer();
  setCoreFault(customerId, "debit", "MUTE");
  const message = payMessage(customerId);
  await pay(message);
  await abortAllDurableObjects();
  expect(await paymentResult(message.paymentRequestId)).toBe("PAYMENT_IN_PROCESS");
  setCoreFault(customerId, "debit");
  await resolveAfter(message.paymentRequestId, 10_000);
  expect((await pay(message)).code).toBe("SUCCESS");
  expect((await customerOf(customerId)).entries.filter((entry) => entry.kind === "DEBIT")).toHaveLength(1);
});

it("finishes a payment whose object stopped while the core was at work", async () => {
  const customerId = await openCustomer();
  setCoreFault(customerId, "debit", "HELD");
  const message = payMessage(customerId);
  const answer = pay(message);
  await until(async () => (await balanceOf(customerId)) === 99_000n);
  await abortAllDurableObjects();
  expect(await answer).toMatchObject({ resultStatus: "U", verified: true });
  setCoreFault(customerId, "debit");
  await resolveAfter(message.paymentRequestId, 10_000);
  expect(await paymentResult(message.paymentRequestId)).toBe("SUCCESS");
  expect(await balanceOf(customerId)).toBe(99_000n);
});

it("refuses to erase a customer's data while a refund is open, and erases it once the refund is final", async () => {
  const customerId = await openCustomer();
  const { message, planted } = await plantedPay(customerId);
  expect((await pay(message)).code).toBe("SUCCESS");
  setCoreFault(customerId, "refund", "LOST");
  const { Reason = "" } = plant(["Reason"]);
  expect(await refund(message.paymentRequestId, "400", { extendInfo: Reason })).toMatchObject({ resultStatus: "U" });
  const erase = () => opsCall("DELETE", `/customers/${customerId}/data`);
  expect(await erase()).toMatchObject({ status: 409, body: { code: "CUSTOMER_HAS_OPEN_PAYMENTS" } });
  for (const text of [planted.Buyer ?? "", Reason]) expect(await placesOf(text)).toEqual(["CUSTOMERS.texts.message"]);

  setCoreFault(customerId, "refund");
  await resolveAfter(message.paymentRequestId, MINUTE_MS);
  expect(await erase()).toMatchObject({
    status: 200,
    body: { erased: { payments: 1, refunds: 1, authorizations: 0 } },
  });
  await expectGone({ ...planted, Reason });
  expect(await balanceOf(customerId)).toBe(99_400n);
});
