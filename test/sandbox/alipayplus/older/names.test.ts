/** The names of the older merchant interface in all its answers (docs/spec/acquirer/older-interface.md#answer). */
import { describe, expect, it } from "vitest";
import { hkd, jpy, usd } from "../../../support/amounts.ts";
import { ask as askToday, newId } from "../../../support/sandbox/acquirer.ts";
import { askOlder as ask, olderMessage, payOlder, TODAY_NAMES } from "../../../support/sandbox/older.ts";
import { openCustomer } from "../../../support/sandbox/sandbox.ts";

describe("inquiryPayment, cancel and refund", () => {
  it("have the names of this interface [OLD-06, OLD-08, OLD-17]", async () => {
    const customerId = await openCustomer();
    const settlementStrategy = { settlementCurrency: "USD" };
    const { message, answer } = await payOlder(customerId, { paymentAmount: jpy("1000"), settlementStrategy });
    const { paymentRequestId } = message;
    const { paymentId } = answer;
    const inquired = await ask("inquiryPayment", { paymentRequestId });
    expect(inquired).toMatchObject({
      result: { resultCode: "SUCCESS" },
      paymentStatus: "SUCCESS",
      paymentResultCode: "SUCCESS",
      paymentResultMessage: "Success",
      ...{ paymentRequestId, paymentId, paymentAmount: jpy("1000") },
      paymentCreateTime: answer.paymentCreateTime,
      paymentTime: answer.paymentTime,
      pspCustomerInfo: { pspName: expect.any(String), pspCustomerId: customerId },
      grossSettlementAmount: usd("667"),
      settlementQuote: answer.settlementQuote,
    });
    const refundRequestId = newId();
    const refunded = await ask("refund", { paymentId, refundRequestId, refundAmount: jpy("300") });
    expect(refunded).toMatchObject({
      ...{ refundRequestId, paymentId, refundAmount: jpy("300") },
      refundId: expect.any(String),
      refundTime: expect.any(String),
      grossSettlementAmount: usd("200"),
    });
    const other = await payOlder(customerId);
    const cancelled = await ask("cancel", { paymentId: other.answer.paymentId });
    expect(cancelled).toMatchObject({
      paymentId: other.answer.paymentId,
      paymentRequestId: other.message.paymentRequestId,
      cancelTime: expect.any(String),
    });
    for (const { text } of [inquired, refunded, cancelled]) expect(text).not.toMatch(TODAY_NAMES);
  });

  it("distinguish a payment in process, one that has expired and one that was cancelled [OLD-17]", async () => {
    const paymentMethod = { paymentMethodType: "CONNECT_WALLET" };
    const order = (changes: object = {}) =>
      olderMessage("", { paymentMethod, paymentFactor: { inStorePaymentScenario: "OrderCode" }, ...changes });
    const stateOf = async ({ paymentRequestId }: Record<string, unknown>) => {
      const { paymentStatus, paymentResultCode } = await ask("inquiryPayment", { paymentRequestId });
      return [paymentStatus, paymentResultCode];
    };
    const shown = order();
    await ask("pay", shown);
    expect(await stateOf(shown)).toEqual(["PROCESSING", "PAYMENT_IN_PROCESS"]);
    await ask("cancel", { paymentRequestId: shown.paymentRequestId });
    expect(await stateOf(shown)).toEqual(["CANCELLED", "ORDER_IS_CANCELED"]);
    const late = order({ paymentExpiryTime: "2026-01-01T00:00:00+08:00" });
    await ask("pay", late);
    expect(await stateOf(late)).toEqual(["FAIL", "ORDER_IS_CLOSED"]);
  });

  it("take paymentId where it names another payment than paymentRequestId; today's refuse that [OLD-18]", async () => {
    const customerId = await openCustomer();
    const [first, second] = [await payOlder(customerId), await payOlder(customerId)];
    const both = { paymentRequestId: first.message.paymentRequestId, paymentId: second.answer.paymentId };
    const refund = () => ({ ...both, refundRequestId: newId(), refundAmount: hkd("10") });
    const today = [
      await askToday("inquiryPayment", both),
      await askToday("cancelPayment", both),
      await askToday("refund", refund()),
    ];
    expect(today.map(({ result }) => result.resultCode)).toEqual(Array(3).fill("ORDER_NOT_EXIST"));

    expect((await ask("inquiryPayment", both)).paymentId).toBe(second.answer.paymentId);
    expect((await ask("refund", refund())).paymentId).toBe(second.answer.paymentId);
    const transactionsOf = async (paymentId: unknown) =>
      ((await ask("inquiryPayment", { paymentId })).transactions as object[]).length;
    expect([await transactionsOf(first.answer.paymentId), await transactionsOf(second.answer.paymentId)]).toEqual([
      1, 2,
    ]);
    const cancelled = await ask("cancel", { ...both, paymentRequestId: newId(), paymentId: first.answer.paymentId });
    expect(cancelled).toMatchObject({ result: { resultCode: "SUCCESS" }, paymentId: first.answer.paymentId });
    // Both ids of one payment are that payment, in either interface.
    const one = { paymentRequestId: first.message.paymentRequestId, paymentId: first.answer.paymentId };
    expect((await askToday("inquiryPayment", one)).paymentId).toBe(first.answer.paymentId);
  });
});
