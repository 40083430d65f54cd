import { describe, expect, it } from "vitest";
import { hkd } from "../../support/amounts.ts";
import { alipayPlus, callAlipayPlus } from "../../support/sandbox/alipayplus.ts";
import { CLOSED, close, notify, orderOf, placeOrder, SUCCESS, scan } from "../../support/sandbox/orders.ts";
import {
  bodyOf,
  call,
  type ErrorReply,
  type ExchangeReply,
  openCustomer,
  pay,
  sandboxEnv,
} from "../../support/sandbox/sandbox.ts";

const REFUSED = { resultCode: "USER_BALANCE_NOT_ENOUGH", resultStatus: "F", resultMessage: "No." };

/** An order that was scanned. */
async function scannedOrder(customerId = "alice"): Promise<string> {
  const { codeValue, paymentRequestId } = await placeOrder({ paymentAmount: hkd("1000") });
  await scan(codeValue, customerId);
  return paymentRequestId;
}

const receivedOf = async (id: string) =>
  (await orderOf(id)).notifications.map(({ resultCode, answer }) => `${resultCode} ${answer}`);

describe("an order", () => {
  it("is created, decoded, and paid or failed as the wallet notifies", async () => {
    const { codeValue, paymentRequestId } = await placeOrder();
    const created = await orderOf(paymentRequestId);
    expect(created).toMatchObject({ httpStatus: 200, status: "CREATED", codeValue, notifications: [] });
    await scan(codeValue, "bob");
    expect(await orderOf(paymentRequestId)).toMatchObject({ status: "DECODED", customerId: "bob" });
    expect(await notify(paymentRequestId, SUCCESS, { paymentId: "payment-1" })).toBe("SUCCESS");
    const paid = await orderOf(paymentRequestId);
    expect(paid).toMatchObject({ status: "PAID", notifications: [{ paymentId: "payment-1", resultStatus: "S" }] });

    const failed = await scannedOrder();
    expect(await notify(failed, REFUSED)).toBe("SUCCESS");
    expect(await orderOf(failed)).toMatchObject({ status: "FAILED" });
  });

  it("that was never placed is unknown", async () => {
    const reply = await call<ErrorReply>("GET", "/orders/nothing");
    expect([reply.httpStatus, reply.error.code]).toEqual([404, "ORDER_UNKNOWN"]);
    expect((await call<ErrorReply>("POST", "/orders/nothing/close")).error.code).toBe("ORDER_UNKNOWN");
  });

  it("can be refunded once the wallet has notified its success", async () => {
    const paymentRequestId = await scannedOrder();
    await notify(paymentRequestId, SUCCESS, { paymentId: "payment-1" });
    const reply = await call<ExchangeReply>("POST", "/refund", { paymentRequestId, refundAmount: hkd("400") });
    expect(bodyOf(reply.exchange.request)).toMatchObject({ paymentId: "payment-1", refundFromAmount: hkd("400") });
  });
});

describe("notifyPayment", () => {
  it("is acknowledged to the gateway's client, again and again", async () => {
    const paymentRequestId = await scannedOrder();
    const message = { paymentRequestId, paymentResult: SUCCESS, paymentId: "payment-1", customerId: "alice" } as const;
    const first = await alipayPlus.call("notifyPayment", message);
    const again = await alipayPlus.call("notifyPayment", message);
    expect([first.outcome, again.outcome, again.attempts]).toEqual(["S", "S", 1]);
    expect(await receivedOf(paymentRequestId)).toEqual(["SUCCESS SUCCESS", "SUCCESS SUCCESS"]);
  });

  it("may take a success back after a cancel", async () => {
    const paymentRequestId = await scannedOrder();
    await notify(paymentRequestId, SUCCESS, { paymentId: "payment-1" });
    expect(await notify(paymentRequestId, CLOSED)).toBe("SUCCESS");
    expect(await receivedOf(paymentRequestId)).toEqual(["SUCCESS SUCCESS", "ORDER_IS_CLOSED SUCCESS"]);
    expect(await orderOf(paymentRequestId)).toMatchObject({ status: "CLOSED" });
  });

  it.each([
    ["another refusal", REFUSED, { ...REFUSED, resultCode: "RISK_REJECT" }, {}],
    ["a success after a refusal", REFUSED, SUCCESS, {}],
    ["a refusal after a success", SUCCESS, REFUSED, {}],
    ["another amount", SUCCESS, SUCCESS, { payToAmount: hkd("999") }],
    ["another payment", SUCCESS, SUCCESS, { paymentId: "payment-2" }],
  ])("with %s is recorded in order, and changes nothing", async (_, before, after, changes) => {
    const paymentRequestId = await scannedOrder();
    await notify(paymentRequestId, before);
    const { status } = await orderOf(paymentRequestId);
    expect(await notify(paymentRequestId, after, changes)).toBe("REPEAT_REQ_INCONSISTENT");
    expect(await receivedOf(paymentRequestId)).toEqual([
      `${before.resultCode} SUCCESS`,
      `${after.resultCode} REPEAT_REQ_INCONSISTENT`,
    ]);
    expect((await orderOf(paymentRequestId)).status).toBe(status);
    expect(await notify(paymentRequestId, before)).toBe("SUCCESS");
  });

  it("of a payment from the console is taken, and makes known a success whose answer was lost", async () => {
    const GATEWAY = { fetch: () => Promise.reject(new Error("lost")) } as unknown as Fetcher;
    const urls = { paymentNotifyUrl: "https://open-sea-global.alipayplus.com/aps/api/v1/payments/notifyPayment" };
    const lost = await pay(await openCustomer(), hkd("100"), urls, sandboxEnv({ GATEWAY }));
    const { paymentRequestId } = bodyOf(lost.exchange.request) as { paymentRequestId: string };
    const wish = { paymentRequestId, refundAmount: hkd("1") };
    expect((await call<ErrorReply>("POST", "/refund", wish)).error.code).toBe("PAYMENT_NOT_SUCCESSFUL");
    expect(await notify(paymentRequestId, REFUSED)).toBe("SUCCESS");
    expect(await notify(paymentRequestId, SUCCESS, { paymentId: "payment-1" })).toBe("SUCCESS");
    const refund = await call<ExchangeReply>("POST", "/refund", wish);
    expect(bodyOf(refund.exchange.request)).toMatchObject({ paymentId: "payment-1" });
  });

  it("may overtake the answer to pay", async () => {
    let answered = "";
    const GATEWAY = {
      fetch: async (_: string, { body }: { body: string }) => {
        answered = await notify((JSON.parse(body) as { paymentRequestId: string }).paymentRequestId, SUCCESS);
        return new Response();
      },
    } as unknown as Fetcher;
    const urls = { paymentNotifyUrl: "https://notify.test/payments" };
    await pay(await openCustomer(), hkd("100"), urls, sandboxEnv({ GATEWAY }));
    expect(answered).toBe("SUCCESS");
  });

  it("of a payment that Alipay+ never sent is refused with ORDER_NOT_EXIST", async () => {
    expect(await notify(crypto.randomUUID(), SUCCESS)).toBe("ORDER_NOT_EXIST");
  });

  it.each([
    ["paymentRequestId", { paymentRequestId: undefined }],
    ["paymentResult", { paymentResult: undefined }],
    ["paymentResult.resultStatus", { paymentResult: { ...SUCCESS, resultStatus: "U" } }],
    ["paymentResult", { paymentResult: { ...SUCCESS, resultStatus: "F" } }],
    ["paymentResult.resultCode", { paymentResult: { ...SUCCESS, resultCode: "ok" } }],
    ["payToAmount.value", { payToAmount: hkd("1.5") }],
    ["paymentTime", { paymentTime: "today" }],
  ])("with an illegal %s is refused by name [NOT-01]", async (parameter, changes) => {
    const message = { paymentRequestId: "x", paymentResult: SUCCESS, ...changes };
    const { result } = await callAlipayPlus("/aps/api/v1/payments/notifyPayment", message);
    expect(result.resultCode).toBe("PARAM_ILLEGAL");
    expect(result.resultMessage).toContain(`Illegal parameter ${parameter}:`);
  });
});

describe("POST /sandbox/orders/{paymentRequestId}/close", () => {
  it("closes what is not scanned without a message to the wallet", async () => {
    const { codeValue, paymentRequestId } = await placeOrder();
    const closed = await close(paymentRequestId);
    expect([closed.order.status, closed.exchange]).toEqual(["CLOSED", undefined]);
    expect((await scan(codeValue)).result.resultCode).toBe("ORDER_IS_CLOSED");
  });

  it("has the wallet cancel what it has scanned, and stays closed after a late success", async () => {
    const { codeValue, paymentRequestId } = await placeOrder();
    await scan(codeValue);
    const closed = await close(paymentRequestId);
    expect(closed).toMatchObject({
      order: { status: "CLOSED" },
      exchange: { from: "Alipay+", to: "MPP", interface: "cancelPayment", response: { verified: true } },
      result: { resultCode: "SUCCESS" },
    });
    expect((await scan(codeValue)).result.resultCode).toBe("ORDER_IS_CLOSED");
    expect(await notify(paymentRequestId, SUCCESS)).toBe("SUCCESS");
    expect(await notify(paymentRequestId, CLOSED)).toBe("SUCCESS");
    expect(await orderOf(paymentRequestId)).toMatchObject({ status: "CLOSED" });
  });

  it("closes a paid order only when the wallet has cancelled the payment", async () => {
    const paymentRequestId = await scannedOrder();
    await notify(paymentRequestId, SUCCESS, { paymentId: "payment-1" });
    const GATEWAY = { fetch: () => Promise.reject(new Error("lost")) } as unknown as Fetcher;
    const path = `/orders/${paymentRequestId}/close`;
    const unknown = await call<object>("POST", path, undefined, sandboxEnv({ GATEWAY }));
    expect(unknown).toMatchObject({ order: { status: "PAID" }, result: { resultStatus: "U" } });
    expect((await close(paymentRequestId)).order.status).toBe("CLOSED");
  });

  it("is done by a cancel from the console, too", async () => {
    const paymentRequestId = await scannedOrder();
    await call("POST", "/cancelPayment", { paymentRequestId });
    expect((await orderOf(paymentRequestId)).status).toBe("CLOSED");
  });
});
