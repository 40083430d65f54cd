/** Refunds that a developer sends from the console. */
import { describe, expect, it } from "vitest";
import { hkd, jpy } from "../../support/amounts.ts";
import {
  call,
  type ErrorReply,
  idOf,
  openCustomer,
  pay,
  post,
  throughGateway,
  walletThat,
} from "../../support/sandbox/sandbox.ts";

describe("POST /sandbox/refund", () => {
  it("refunds a payment in parts at its own rate, and not one unit more or less", async () => {
    const customerId = await openCustomer();
    const changes = { paymentQuote: { quoteCurrencyPair: "JPY/HKD", quotePrice: "8.5614" } };
    const paymentRequestId = idOf(await pay(customerId, jpy("1000"), changes));
    const balances: unknown[] = [];
    for (const value of ["333", "333", "334"]) {
      const reply = await post("/refund", { paymentRequestId, refundAmount: jpy(value) });
      expect(reply.result.resultCode).toBe("SUCCESS");
      balances.push(reply.exchange.ledger?.after);
    }
    expect(balances).toEqual(["94290", "97141", "100000"]);
    const more = await post("/refund", { paymentRequestId, refundAmount: jpy("1") });
    expect([more.result.resultCode, more.exchange.ledger?.after]).toEqual(["REFUND_AMOUNT_EXCEED", "100000"]);
  });

  it("repeats a refund with the same amounts, for the same answer", async () => {
    const paymentRequestId = idOf(await pay(await openCustomer(), jpy("1000")));
    const wish = { paymentRequestId, refundRequestId: crypto.randomUUID(), refundAmount: jpy("999") };
    const first = await post("/refund", wish);
    await post("/refund", { paymentRequestId, refundAmount: jpy("1") });
    const repeat = await post("/refund", wish);
    expect(repeat.exchange.response.body).toBe(first.exchange.response.body);
    expect(repeat.exchange.ledger).toMatchObject({ before: "100000", after: "100000" });
    const other = await post("/refund", { ...wish, refundAmount: jpy("1") });
    expect(other.result.resultCode).toBe("REPEAT_REQ_INCONSISTENT");
  });

  it("takes the caller's own amount, and what the wallet refused is not counted", async () => {
    const paymentRequestId = idOf(await pay(await openCustomer(), hkd("1000")));
    const wrong = await post("/refund", { paymentRequestId, refundAmount: hkd("500"), refundFromAmount: hkd("400") });
    expect(wrong.result.resultCode).toBe("PARAM_ILLEGAL");
    const all = await post("/refund", { paymentRequestId, refundAmount: hkd("1000") });
    expect([all.result.resultCode, all.exchange.ledger?.after]).toEqual(["SUCCESS", "100000"]);
  });

  it("refuses a payment of which no success is known, until an inquiry finds it", async () => {
    const unknown = await call<ErrorReply>("POST", "/refund", { paymentRequestId: "none", refundAmount: hkd("1") });
    expect([unknown.httpStatus, unknown.error.code]).toEqual([404, "PAYMENT_UNKNOWN"]);

    const deaf = walletThat(async (request) => {
      await throughGateway(request);
      throw new Error("the answer is lost");
    });
    const customerId = await openCustomer();
    const lost = await pay(customerId, hkd("100"), {}, deaf);
    expect([lost.result.resultStatus, lost.exchange.response.verificationFault]).toEqual(["U", "NO_ANSWER"]);
    const wish = { paymentRequestId: idOf(lost), refundAmount: hkd("40") };
    const early = await call<ErrorReply>("POST", "/refund", wish);
    expect([early.httpStatus, early.error.code]).toEqual([409, "PAYMENT_NOT_SUCCESSFUL"]);
    await post("/inquiryPayment", { paymentRequestId: idOf(lost) });
    expect((await post("/refund", wish)).exchange.ledger?.after).toBe("99940");
  });
});
