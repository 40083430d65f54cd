/** Alipay+ registers merchants, takes disputes and answers them, and names exchange rates for display. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { setAlipayPlus } from "../../support/alipayplus-binding.ts";
import { hkd } from "../../support/amounts.ts";
import { advance, DAY_MS, standTheClock } from "../../support/clock.ts";
import { newId, newMerchantId } from "../../support/sandbox/acquirer.ts";
import { callAlipayPlus, deliver } from "../../support/sandbox/alipayplus.ts";
import {
  call,
  type ErrorReply,
  type ExchangeReply,
  idOf,
  openCustomer,
  pay,
  post,
  sandboxEnv,
} from "../../support/sandbox/sandbox.ts";
import { beforeApprovalMode, disputesOf, sendDispute } from "../../support/sandbox/services.ts";
import { notifyDecisions } from "../../support/services/merchants.ts";
import { opsCall, walletCall } from "../../support/wallet/calls.ts";

standTheClock();

beforeEach(() => setAlipayPlus((request) => deliver(request)));

afterEach(() => setAlipayPlus());

type Shown = { readonly traffic: readonly ExchangeReply[] };

const interfacesShown = async (limit: number) =>
  (await call<Shown>("GET", `/traffic?limit=${limit}`)).traffic.map(({ exchange }) => exchange.interface);

describe("a merchant's registration", () => {
  it("is sent to the wallet, and what the wallet decides comes back [SBX-39]", async () => {
    const environment = beforeApprovalMode();
    const referenceMerchantId = newMerchantId();
    const sent = await call<ExchangeReply>("POST", "/registrations", { referenceMerchantId }, environment);
    expect(sent.result.resultCode).toBe("SUCCESS");
    const { registrationRequestId } = JSON.parse(sent.exchange.request.body) as { registrationRequestId: string };
    const merchant = `/merchants/${referenceMerchantId}`;
    expect((await opsCall("GET", merchant)).body).toMatchObject({ status: "PENDING", registrationRequestId });
    const rejectReasons = ["The licence has expired."];
    await opsCall("POST", `${merchant}/reject`, { body: { registrationRequestId, rejectReasons } });
    await notifyDecisions(referenceMerchantId);
    const { registrations } = await call<{ registrations: object[] }>("GET", "/registrations");
    expect(registrations).toContainEqual({
      registrationRequestId,
      referenceMerchantId,
      result: sent.result,
      registrationResult: { registrationStatus: "REJECTED", rejectReasons },
    });
    expect(await interfacesShown(4)).toContain("notifyRegistrationStatus");
  });

  it("is listed for each merchant for which its id was sent, with the wallet's answer", async () => {
    const registrationRequestId = newId();
    const [first, second] = [newMerchantId(), newMerchantId()];
    const sendFor = (referenceMerchantId: string, environment = sandboxEnv()) =>
      call<ExchangeReply>("POST", "/registrations", { registrationRequestId, referenceMerchantId }, environment);
    const taken = await sendFor(first, beforeApprovalMode());
    // The gateway without MERCHANT_REGISTRATION refuses.
    const refused = await sendFor(second);
    expect([taken.result.resultCode, refused.result.resultCode]).toEqual(["SUCCESS", "BUSINESS_NOT_SUPPORT"]);
    const { registrations } = await call<{ registrations: object[] }>("GET", "/registrations");
    expect(registrations.slice(0, 2)).toEqual([
      { registrationRequestId, referenceMerchantId: second, result: refused.result },
      { registrationRequestId, referenceMerchantId: first, result: taken.result },
    ]);
  });

  it("that was never sent has no result", async () => {
    const registrationResult = { registrationStatus: "APPROVED" };
    const message = { referenceMerchantId: newMerchantId(), registrationRequestId: newId(), registrationResult };
    const { result } = await callAlipayPlus("/aps/api/v1/merchants/notifyRegistrationStatus", message);
    expect(result.resultCode).toBe("PROCESS_FAIL");
  });

  it.each([
    ["referenceMerchantId", {}],
    ["productCodes.0", { referenceMerchantId: "m", productCodes: ["ANY"] }],
    ["legalName", { referenceMerchantId: "m", legalName: "x" }],
  ])("is refused without a right %s", async (parameter, wish) => {
    const { error } = await call<ErrorReply>("POST", "/registrations", wish);
    expect(error.message).toContain(`Illegal parameter ${parameter}:`);
  });
});

async function paid(): Promise<string> {
  return idOf(await pay(await openCustomer(), hkd("1000")));
}

const retrieval = (paymentRequestId: string, disputeRequestId = newId()) =>
  callAlipayPlus("/aps/api/v1/disputes/initiateRetrieval", { disputeRequestId, paymentRequestId });

describe("a dispute", () => {
  it("of the wallet is taken, answered from the console, and shown on both sides [SBX-39]", async () => {
    const paymentRequestId = await paid();
    const body = { escalationAmount: { currency: "HKD", value: "600" }, reason: "Not delivered." };
    const { disputeRequestId } = (await opsCall("POST", `/payments/${paymentRequestId}/disputes/escalations`, { body }))
      .body;
    expect(await sendDispute(paymentRequestId, 1)).toEqual(["S"]);
    const { disputes } = await call<{ disputes: object[] }>("GET", "/disputes");
    expect(disputes[0]).toMatchObject({ disputeRequestId, paymentRequestId, kind: "ESCALATION", message: body });
    const answer = { refundType: "ACCEPT_PARTIAL_REFUND", refundAmount: { currency: "HKD", value: "500" } };
    const path = `/disputes/${disputeRequestId}/answer`;
    expect((await post(path, answer)).result.resultCode).toBe("SUCCESS");
    expect((await post(path, { refundType: "REFUSE_REFUND" })).result.resultCode).toBe("REPEAT_REQ_INCONSISTENT");
    expect(await disputesOf(paymentRequestId)).toMatchObject([
      { status: "ANSWERED", answerCode: "ACCEPT_PARTIAL_REFUND", acceptedAmount: answer.refundAmount },
    ]);
    const after = await call<{ disputes: object[] }>("GET", "/disputes");
    expect(after.disputes[0]).toMatchObject({ disputeRequestId, answer });
    expect(await interfacesShown(4)).toContain("responseEscalation");
  });

  it("by retrieval is answered with documents, and by nothing that the console does not know", async () => {
    const paymentRequestId = await paid();
    const { disputeRequestId } = (
      await opsCall("POST", `/payments/${paymentRequestId}/disputes/retrievals`, { body: {} })
    ).body;
    await sendDispute(paymentRequestId, 1);
    const path = `/disputes/${disputeRequestId}/answer`;
    for (const [parameter, answer] of [
      ["responseCode", { responseCode: "0009" }],
      ["refundType", { refundType: "ACCEPT_REFUND" }],
    ] as const) {
      const { error } = await call<ErrorReply>("POST", path, answer);
      expect(error.message).toContain(`Illegal parameter ${parameter}:`);
    }
    expect((await post(path, { otherDocumentation: "A receipt." })).result.resultCode).toBe("SUCCESS");
    expect(await disputesOf(paymentRequestId)).toMatchObject([
      { status: "ANSWERED", answerCode: "0001", answer: { otherDocumentation: "A receipt." } },
    ]);
    expect((await call<ErrorReply>("POST", "/disputes/none/answer", {})).error.code).toBe("DISPUTE_UNKNOWN");
  });

  it("is one by its id, of a payment that Alipay+ knows, open alone, and of at most five [SBX-39]", async () => {
    const paymentRequestId = await paid();
    const codeOf = async (...asked: Parameters<typeof retrieval>) => (await retrieval(...asked)).result.resultCode;
    const first = newId();
    expect(await codeOf(paymentRequestId, first)).toBe("SUCCESS");
    expect(await codeOf(paymentRequestId, first)).toBe("SUCCESS");
    expect(await codeOf(await paid(), first)).toBe("REPEAT_REQ_INCONSISTENT");
    expect(await codeOf(newId())).toBe("ORDER_NOT_EXIST");
    expect(await codeOf(paymentRequestId)).toBe("PROCESS_FAIL");
    for (const _ of [2, 3, 4, 5]) {
      advance(21 * DAY_MS);
      expect(await codeOf(paymentRequestId)).toBe("SUCCESS");
    }
    advance(21 * DAY_MS);
    expect(await codeOf(paymentRequestId)).toBe("PROCESS_FAIL");
  });
});

describe("an exchange rate", () => {
  it("is the one of the market in force [SBX-39]", async () => {
    const quotes = [{ quoteCurrencyPair: "JPY/HKD", quotePrice: "5.4321" }];
    await call("PUT", "/market", { quotes });
    const { body } = await walletCall("GET", "/quotes?sellCurrency=JPY&buyCurrency=HKD");
    await call("DELETE", "/market");
    expect(body).toMatchObject(quotes[0] ?? {});
    expect(await interfacesShown(1)).toEqual(["inquiryForeignExchangeQuote"]);
  });

  it("that the market does not have is refused", async () => {
    const { status, body } = await walletCall("GET", "/quotes?sellCurrency=XOF&buyCurrency=HKD");
    expect([status, body.detail]).toEqual([502, "CURRENCY_NOT_SUPPORT"]);
  });
});
