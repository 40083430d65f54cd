/**
 * What acquirers learn from answers, inquiries and notifications, and what they do not
 * (docs/spec/acquirer/older-interface.md, docs/spec/acquirer/interfaces.md#notifypayment).
 */
import { afterEach, describe, expect, it, vi } from "vitest";
import { resultOf } from "../../../protocol/results.ts";
import { olderResult } from "../../../sandbox/alipayplus/for-acquirers/older/results.ts";
import { hkd, jpy, usd } from "../../support/amounts.ts";
import { ask, NOTIFY_URL, newId, payByCode, payMessage, reportOf, runAlarm } from "../../support/sandbox/acquirer.ts";
import { call, codeOf, openCustomer } from "../../support/sandbox/sandbox.ts";

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** The last notification that went out about a payment. */
async function notificationOf(paymentRequestId: string): Promise<unknown> {
  type Traffic = { traffic: readonly { exchange: { interface: string; to: string; request: { body: string } } }[] };
  const { traffic } = await call<Traffic>("GET", "/traffic?limit=50");
  const bodies = traffic.filter(({ exchange }) => exchange.interface === "notifyPayment" && exchange.to === "ACQP");
  return bodies
    .map(({ exchange }) => JSON.parse(exchange.request.body))
    .find((body) => body.paymentRequestId === paymentRequestId);
}

describe("a settlement in another currency", () => {
  it("is in the answer, the inquiry and the notification with its quote, and for a refund its own part [ACQ-04]", async () => {
    const terms = { paymentAmount: jpy("1000"), settlementStrategy: { settlementCurrency: "USD" } };
    const { answer, paymentRequestId } = await payByCode(await openCustomer(), {
      ...terms,
      paymentNotifyUrl: NOTIFY_URL,
    });
    await runAlarm();
    const settlement = { settlementAmount: usd("667"), settlementQuote: { quoteCurrencyPair: "JPY/USD" } };
    expect(answer).toMatchObject(settlement);
    expect(await ask("inquiryPayment", { paymentRequestId })).toMatchObject(settlement);
    expect(await notificationOf(paymentRequestId)).toMatchObject(settlement);
    const refund = { paymentRequestId, refundRequestId: newId(), refundAmount: jpy("300") };
    expect(await ask("refund", refund)).toMatchObject({
      ...settlement,
      settlementAmount: usd("200"),
      refundAmount: jpy("300"),
      refundTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+08:00$/),
    });
  });

  it("within one currency is in none of them", async () => {
    const { answer, paymentRequestId } = await payByCode(await openCustomer(), { paymentNotifyUrl: NOTIFY_URL });
    await runAlarm();
    const refund = { paymentRequestId, refundRequestId: newId(), refundAmount: hkd("300") };
    const messages = [
      answer,
      await ask("inquiryPayment", { paymentRequestId }),
      await notificationOf(paymentRequestId),
      await ask("refund", refund),
    ];
    for (const message of messages) {
      expect(message).not.toHaveProperty("settlementAmount");
      expect(message).not.toHaveProperty("settlementQuote");
    }
  });
});

describe("a payment by code", () => {
  it("leads the customer nowhere: it has neither paymentUrl nor orderCodeForm [ACQ-05]", async () => {
    const { answer } = await payByCode(await openCustomer());
    expect(answer.result.resultCode).toBe("SUCCESS");
    expect(answer).not.toHaveProperty("paymentUrl");
    expect(answer).not.toHaveProperty("orderCodeForm");
  });

  it("is EXPIRED_CODE once the minute of the code is over, and takes nothing [PCD-08]", async () => {
    const customerId = await openCustomer();
    const message = payMessage(await codeOf(customerId));
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 61_000 });
    expect((await ask("pay", message)).result).toMatchObject({ resultCode: "EXPIRED_CODE", resultStatus: "F" });
    expect(await call("GET", `/customers/${customerId}`)).toMatchObject({ balance: "100000" });
  });
});

it("the older interface says INVALID_CONTRACT for what is not supported [OLD-13]", () => {
  expect(olderResult(resultOf("BUSINESS_NOT_SUPPORT"))).toEqual(resultOf("INVALID_CONTRACT"));
});

describe("an acknowledgement", () => {
  it("counts only when the acquirer has signed it [ACQ-01]", async () => {
    const answer = { result: { resultCode: "SUCCESS", resultStatus: "S", resultMessage: "Success" } };
    const acquirer = vi.spyOn(globalThis, "fetch").mockImplementation(async () => Response.json(answer));
    const paymentNotifyUrl = "http://127.0.0.1:9/acquirer";
    const { paymentRequestId } = await payByCode(await openCustomer(), { paymentNotifyUrl });
    await runAlarm();
    const { notification } = await reportOf(paymentRequestId);
    expect(acquirer).toHaveBeenCalledOnce();
    expect(notification?.attempts).toMatchObject([{ resultCode: "SUCCESS", outcome: "SIGNATURE_MISSING" }]);
    expect(notification).not.toHaveProperty("acknowledgedTime");
    expect(notification).toHaveProperty("dueTime");
  });
});
