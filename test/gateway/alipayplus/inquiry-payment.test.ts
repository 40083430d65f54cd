/**
 * inquiryPayment: what Alipay+ learns of a payment. docs/spec/wallet/inquiry-payment.md,
 * docs/spec/results.md#how-a-result-is-reported.
 */
import { describe, expect, it } from "vitest";
import {
  cancel,
  customerOf,
  inquire,
  type Json,
  newId,
  openCustomer,
  PARTIES,
  pay,
  payMessage,
  refund,
  send,
} from "../../support/alipayplus.ts";

const SUCCESS = { resultCode: "SUCCESS", resultStatus: "S", resultMessage: "Success" };

describe("inquiryPayment", () => {
  it("answers F ORDER_NOT_EXIST for a payment that is not known, and makes none of it [INQ-03]", async () => {
    const paymentRequestId = newId("pay");
    const reply = await inquire(paymentRequestId);
    expect(reply).toMatchObject({ status: 200, verified: true });
    expect(reply.body).toEqual({
      result: { resultCode: "ORDER_NOT_EXIST", resultStatus: "F", resultMessage: "The order doesn't exist." },
    });
    expect((await inquire(paymentRequestId)).text).toBe(reply.text);
    const customerId = await openCustomer();
    expect((await pay(payMessage(customerId, { paymentRequestId }))).code).toBe("SUCCESS");
  });

  it("answers everything about a success: the same paymentId, paymentTime and customerId as pay [INQ-02]", async () => {
    const customerId = await openCustomer();
    const paymentPromoInfo = {
      paymentPromoDetails: [
        { promoId: "P1", promoName: "5円引き", promoType: "COUPON", savingsAmount: { currency: "HKD", value: "43" } },
      ],
      unknown: { kept: "as it came" },
    };
    const message = payMessage(customerId, {
      paymentAmount: { currency: "JPY", value: "995" },
      payToAmount: { currency: "HKD", value: "8518" },
      paymentQuote: { quoteCurrencyPair: "JPY/HKD", quotePrice: "8.5614" },
      paymentPromoInfo,
    });
    const paid = await pay(message);
    const inquired = await inquire(message.paymentRequestId);
    expect(inquired).toMatchObject({ status: 200, verified: true });
    expect(inquired.body).toEqual({
      result: SUCCESS,
      paymentResult: SUCCESS,
      paymentId: paid.body.paymentId,
      paymentTime: paid.body.paymentTime,
      paymentAmount: { currency: "JPY", value: "995" },
      payToAmount: { currency: "HKD", value: "8518" },
      customerId,
      paymentPromoInfo,
    });
  });

  it("leaves out what the payment does not have [INQ-02]", async () => {
    const customerId = await openCustomer({ balance: 0n });
    const message = payMessage(customerId);
    await pay(message);
    const { body } = await inquire(message.paymentRequestId);
    expect(body).not.toHaveProperty("paymentTime");
    expect(body).not.toHaveProperty("paymentPromoInfo");
  });

  it("answers the reason of a failure as paymentResult, with S as its own result [INQ-04]", async () => {
    const customerId = await openCustomer({ risk: "REJECT" });
    const message = payMessage(customerId);
    const refused = await pay(message);
    expect((await inquire(message.paymentRequestId)).body).toEqual({
      result: SUCCESS,
      paymentResult: refused.body.result,
      paymentId: expect.any(String),
      paymentAmount: message.paymentAmount,
      payToAmount: message.payToAmount,
      customerId,
    });
  });

  it("answers ORDER_IS_CLOSED after a success that was cancelled, and so does a repeat of pay [RES-05]", async () => {
    const customerId = await openCustomer();
    const message = payMessage(customerId);
    await pay(message);
    await cancel(message.paymentRequestId);
    const closed = { resultCode: "ORDER_IS_CLOSED", resultStatus: "F", resultMessage: "The order is closed." };
    const { body } = await inquire(message.paymentRequestId);
    expect(body).toMatchObject({ result: SUCCESS, paymentResult: closed });
    expect(body).not.toHaveProperty("paymentTime");
    expect((await pay(message)).body).toEqual({ result: closed });
  });

  it("still answers the success of a payment that was refunded", async () => {
    const customerId = await openCustomer();
    const message = payMessage(customerId);
    await pay(message);
    const before = await inquire(message.paymentRequestId);
    expect((await refund(message.paymentRequestId, "1000")).code).toBe("SUCCESS");
    expect((await inquire(message.paymentRequestId)).text).toBe(before.text);
  });

  it("changes nothing, however often it is called", async () => {
    const customerId = await openCustomer();
    const message = payMessage(customerId);
    await pay(message);
    const after = await customerOf(customerId);
    const [first, ...others] = await Promise.all(Array.from({ length: 5 }, () => inquire(message.paymentRequestId)));
    expect(others.map(({ text }) => text)).toEqual(Array(4).fill(first?.text));
    expect(await customerOf(customerId)).toEqual(after);
  });

  it("looks for the payment by paymentRequestId alone", async () => {
    const customerId = await openCustomer();
    const message = payMessage(customerId);
    await pay(message);
    const { paymentRequestId } = message;
    const reply = await send("/payments/inquiryPayment", { acquirerId: "other", pspId: "other", paymentRequestId });
    expect(reply.body).toMatchObject({ paymentResult: SUCCESS });
  });

  it.each(["acquirerId", "pspId", "paymentRequestId"])("requires %s [INQ-01]", async (parameter) => {
    const message: Json = { ...PARTIES, paymentRequestId: newId("pay") };
    const reply = await send("/payments/inquiryPayment", { ...message, [parameter]: undefined });
    expect(reply).toMatchObject({
      code: "PARAM_ILLEGAL",
      resultStatus: "F",
      message: `Illegal parameter ${parameter}: is required.`,
      verified: true,
    });
  });
});
