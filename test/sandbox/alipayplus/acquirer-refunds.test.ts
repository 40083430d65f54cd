/** Refunds that an acquirer asks for (docs/spec/wallet/refund.md). */
import { describe, expect, it } from "vitest";
import { hkd, jpy, usd } from "../../support/amounts.ts";
import { ask, entriesOf, newId, payByCode, reportOf } from "../../support/sandbox/acquirer.ts";
import { type CustomerReply, call, openCustomer } from "../../support/sandbox/sandbox.ts";

const balanceOf = async (customerId: string) => (await call<CustomerReply>("GET", `/customers/${customerId}`)).balance;

describe("refund", () => {
  it("refunds parts at the payment's rate, the last exactly the rest [ACQ-12, ACQ-13]", async () => {
    const customerId = await openCustomer();
    const settlementStrategy = { settlementCurrency: "USD" };
    const { paymentRequestId } = await payByCode(customerId, { paymentAmount: jpy("1000"), settlementStrategy });
    const refunds = [];
    for (const value of ["333", "333", "334"]) {
      refunds.push(await ask("refund", { paymentRequestId, refundRequestId: newId(), refundAmount: jpy(value) }));
    }
    expect(refunds.map(({ result }) => result.resultCode)).toEqual(["SUCCESS", "SUCCESS", "SUCCESS"]);
    expect(refunds.map(({ settlementAmount }) => settlementAmount)).toEqual([usd("222"), usd("222"), usd("223")]);
    expect(await balanceOf(customerId)).toBe("100000");
    const { refunds: reported } = await reportOf(paymentRequestId);
    expect(reported.map(({ refundFromAmount }) => refundFromAmount.value)).toEqual(["1732", "1732", "1736"]);
    const inquiry = await ask("inquiryPayment", { paymentRequestId });
    expect(inquiry.paymentResult).toMatchObject({ resultStatus: "S" });
    expect(inquiry.transactions).toMatchObject([
      { transactionType: "PAYMENT" },
      { transactionType: "REFUND", transactionAmount: jpy("333"), transactionStatus: "SUCCESS" },
      { transactionType: "REFUND" },
      { transactionType: "REFUND", transactionId: refunds[2]?.refundId },
    ]);
    const { settlementEntries: entries } = await reportOf(paymentRequestId);
    expect(entries.map(({ movementId }) => movementId).filter((id, index, all) => all.indexOf(id) === index)).toEqual([
      inquiry.paymentId,
      ...refunds.map(({ refundId }) => refundId),
    ]);
    const owed = entries.filter(({ account }) => account !== "alipayplus");
    expect(owed.reduce((sum, { amount }) => sum + BigInt(amount), 0n)).toBe(0n);
    expect(await entriesOf(String(refunds[2]?.refundId))).toEqual([
      "REFUND mpp -1736 HKD",
      "REFUND acquirer 223 USD",
      "REFUND alipayplus 1736 HKD",
      "REFUND alipayplus -223 USD",
    ]);
  });

  it("is made once for each refundRequestId, by whichever id the payment is named [IDM-10]", async () => {
    const customerId = await openCustomer();
    const { paymentRequestId, answer } = await payByCode(customerId);
    const wish = { refundRequestId: newId(), refundAmount: hkd("400") };
    const [first, again] = await Promise.all([
      ask("refund", { ...wish, paymentRequestId }),
      ask("refund", { ...wish, paymentId: answer.paymentId }),
    ]);
    expect([first.result.resultCode, first.refundAmount]).toEqual(["SUCCESS", hkd("400")]);
    expect(again.text).toBe(first.text);
    expect(await balanceOf(customerId)).toBe("99400");
    const other = await ask("refund", { ...wish, paymentRequestId, refundAmount: hkd("401") });
    expect(other.result.resultCode).toBe("REPEAT_REQ_INCONSISTENT");
    const { paymentRequestId: another } = await payByCode(customerId);
    const elsewhere = await ask("refund", { ...wish, paymentRequestId: another });
    expect(elsewhere.result.resultCode).toBe("REPEAT_REQ_INCONSISTENT");
  });

  it("is refused beyond what was paid, of a failure, of a cancelled payment, in another currency [ACQ-14]", async () => {
    const { paymentRequestId } = await payByCode(await openCustomer());
    const refundOf = async (id: string, refundAmount: object) =>
      (await ask("refund", { paymentRequestId: id, refundRequestId: newId(), refundAmount })).result.resultCode;
    expect(await refundOf(paymentRequestId, hkd("1001"))).toBe("REFUND_AMOUNT_EXCEED");
    expect(await refundOf(paymentRequestId, hkd("600"))).toBe("SUCCESS");
    expect(await refundOf(paymentRequestId, hkd("401"))).toBe("REFUND_AMOUNT_EXCEED");
    expect(await refundOf(paymentRequestId, jpy("1"))).toBe("PARAM_ILLEGAL");
    const { paymentRequestId: failed } = await payByCode(await openCustomer({ balance: "1" }));
    expect(await refundOf(failed, hkd("1"))).toBe("PROCESS_FAIL");
    const { paymentRequestId: cancelled } = await payByCode(await openCustomer());
    await ask("cancelPayment", { paymentRequestId: cancelled });
    expect(await refundOf(cancelled, hkd("1"))).toBe("ORDER_IS_CLOSED");
    expect(await refundOf(newId(), hkd("1"))).toBe("ORDER_NOT_EXIST");
  });
});
