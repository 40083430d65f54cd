/**
 * Concurrent calls: whatever the order of events, money moves once and never without a payment
 * (docs/spec/idempotency.md).
 */
import { expect, it } from "vitest";
import {
  balanceOf,
  cancel,
  entriesOf,
  inquire,
  newPaymentCode,
  openCustomer,
  pay,
  payMessage,
  refund,
} from "../../support/alipayplus.ts";

it("debits once for 50 identical pays at once, and gives 50 identical answers [IDM-03]", async () => {
  const customerId = await openCustomer();
  const message = payMessage(customerId);
  const replies = await Promise.all(Array.from({ length: 50 }, () => pay(message)));
  expect(new Set(replies.map((reply) => reply.text)).size).toBe(1);
  expect(replies[0]).toMatchObject({ code: "SUCCESS", verified: true });
  expect(await entriesOf(customerId, "DEBIT")).toHaveLength(1);
  expect(await balanceOf(customerId)).toBe(99_000n);
});

it("lets a payment code pay once, however many payments claim it at once [PCD-06]", async () => {
  const customerId = await openCustomer();
  const paymentMethod = { paymentMethodType: "CONNECT_WALLET", paymentMethodId: newPaymentCode(), customerId };
  const messages = Array.from({ length: 20 }, () => payMessage(customerId, { paymentMethod }));
  const codes = (await Promise.all(messages.map(pay))).map((reply) => reply.code);
  expect(codes.filter((code) => code === "SUCCESS")).toHaveLength(1);
  expect(codes.filter((code) => code === "INVALID_CODE")).toHaveLength(19);
  expect(await balanceOf(customerId)).toBe(99_000n);
});

it("never keeps money without a payment when pay and cancel cross", async () => {
  const customerId = await openCustomer();
  const messages = Array.from({ length: 40 }, () => payMessage(customerId));
  const crossings = messages.flatMap((message, index) => {
    const both = [() => pay(message), () => cancel(message.paymentRequestId)];
    return index % 2 === 0 ? both : both.reverse();
  });
  await Promise.all(crossings.map((send) => send()));
  for (const message of messages) {
    const inquiry = await inquire(message.paymentRequestId);
    expect(inquiry.body).toMatchObject({ paymentResult: { resultCode: "ORDER_IS_CLOSED" } });
    expect((await pay(message)).code).toBe("ORDER_IS_CLOSED");
  }
  expect(await balanceOf(customerId)).toBe(100_000n);
});

it("answers every one of many cancels at once with success, and reverses once", async () => {
  const customerId = await openCustomer();
  const message = payMessage(customerId);
  await pay(message);
  const replies = await Promise.all(Array.from({ length: 20 }, () => cancel(message.paymentRequestId)));
  expect(new Set(replies.map((reply) => reply.code))).toEqual(new Set(["SUCCESS"]));
  expect(await balanceOf(customerId)).toBe(100_000n);
  expect(await entriesOf(customerId, "REVERSAL")).toHaveLength(1);
});

it("lets one of two refunds for the last unit win", async () => {
  const customerId = await openCustomer();
  const message = payMessage(customerId);
  await pay(message);
  expect((await refund(message.paymentRequestId, "999")).code).toBe("SUCCESS");
  const replies = await Promise.all([refund(message.paymentRequestId, "1"), refund(message.paymentRequestId, "1")]);
  expect(replies.map((reply) => reply.code).sort()).toEqual(["REFUND_AMOUNT_EXCEED", "SUCCESS"]);
  expect(await balanceOf(customerId)).toBe(100_000n);
});

it("refunds once for 20 identical refunds at once", async () => {
  const customerId = await openCustomer();
  const message = payMessage(customerId);
  await pay(message);
  const refundRequestId = `same-refund-of-${customerId}`;
  const send = () => refund(message.paymentRequestId, "400", { refundRequestId });
  const replies = await Promise.all(Array.from({ length: 20 }, send));
  expect(new Set(replies.map((reply) => reply.text)).size).toBe(1);
  expect(replies[0]?.code).toBe("SUCCESS");
  expect(await entriesOf(customerId, "REFUND")).toHaveLength(1);
  expect(await balanceOf(customerId)).toBe(99_400n);
});

it("decides between refund and cancel at once: the money goes back exactly once", async () => {
  for (let round = 0; round < 10; round += 1) {
    const customerId = await openCustomer();
    const message = payMessage(customerId);
    await pay(message);
    const sends = [() => refund(message.paymentRequestId, "400"), () => cancel(message.paymentRequestId)];
    const ordered = round % 2 === 0 ? sends : sends.reverse();
    const codes = (await Promise.all(ordered.map((send) => send()))).map((reply) => reply.code);
    // A cancel that finds the refund in process is U: it has done nothing.
    const refundWon = codes.some((code) => code === "PROCESS_FAIL" || code === "PAYMENT_IN_PROCESS");
    expect(await balanceOf(customerId)).toBe(refundWon ? 99_400n : 100_000n);
    expect(codes.filter((code) => code === "SUCCESS")).toHaveLength(1);
  }
});
