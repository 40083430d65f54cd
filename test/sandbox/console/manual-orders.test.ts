import { env } from "cloudflare:workers";
import { describe, expect, it, vi } from "vitest";
import { hkd, jpy } from "../../support/amounts.ts";
import { HOUR_MS, MINUTE_MS, NOON_MS, SECOND_MS } from "../../support/clock.ts";
import { ask, entriesOf, newId, payMessage, reportOf, runAlarm } from "../../support/sandbox/acquirer.ts";
import { callAlipayPlus } from "../../support/sandbox/alipayplus.ts";
import { setGateway } from "../../support/sandbox/gateway-binding.ts";
import {
  CLOSED,
  close,
  notify,
  type OrderCodeReply,
  orderOf,
  placeOrder,
  reachWallet,
  SUCCESS,
  scan,
  startAtNoon,
  walletCalls,
} from "../../support/sandbox/orders.ts";
import {
  bodyOf,
  type CustomerReply,
  call,
  type ExchangeReply,
  openCustomer,
  sandboxEnv,
} from "../../support/sandbox/sandbox.ts";
import { walletCall } from "../../support/wallet/calls.ts";

const REFUSED = { resultCode: "RISK_REJECT", resultStatus: "F", resultMessage: "No." };

startAtNoon();

/** From now on no message of Alipay+ reaches the wallet. */
const loseEverything = () => setGateway(() => Promise.reject(new Error("lost")));

/** Time passes, and Alipay+ does what is due by then. */
async function pass(milliseconds: number): Promise<void> {
  vi.setSystemTime(Date.now() + milliseconds);
  await runAlarm();
}

const statusOf = async (paymentRequestId: string) => (await orderOf(paymentRequestId)).status;
const balanceOf = async (customerId: string) => (await call<CustomerReply>("GET", `/customers/${customerId}`)).balance;

const scanInApp = ({ codeValue }: OrderCodeReply, customerId: string) =>
  walletCall("POST", "/scans", { customerId, codeValue });

/** An order of 7.00 HKD, which its customer has scanned and, in their wallet, paid; Alipay+ does not know. */
async function paidInNoAnswer() {
  const customerId = await openCustomer();
  const order = await placeOrder({ paymentAmount: hkd("700") });
  expect((await scanInApp(order, customerId)).body).toMatchObject({ action: "SHOW_PAYMENT" });
  const { paymentRequestId } = order;
  const { body } = await walletCall("POST", `/payments/${paymentRequestId}/confirm`, { customerId });
  expect(body.status).toBe("SUCCEEDED");
  return { customerId, paymentRequestId };
}

/** An order that a customer has scanned; its result is never notified. */
async function scannedOrder(changes: object = {}): Promise<OrderCodeReply> {
  const order = await placeOrder({ paymentAmount: hkd("700"), ...changes });
  await scan(order.codeValue);
  return order;
}

/** The state of a payment, which the order's own status does not show. */
async function stateOf(paymentId: string): Promise<string> {
  const reply = await env.NETWORK.getByName("network").inquire(paymentId);
  return reply.outcome === "KNOWN" ? reply.payment.state.status.name : reply.outcome;
}

describe("a manual order whose result the wallet does not notify", () => {
  it("is polled, and paid when the wallet has it so; then it can be refunded from the console [SBX-01]", async () => {
    const { customerId, paymentRequestId } = await paidInNoAnswer();
    expect(await statusOf(paymentRequestId)).toBe("DECODED");
    await pass(4 * SECOND_MS);
    expect(walletCalls).toEqual(["inquiryPayment"]);
    expect(await orderOf(paymentRequestId)).toMatchObject({ status: "PAID", notifications: [] });

    const wish = { paymentRequestId, refundAmount: hkd("300") };
    const refund = await call<ExchangeReply>("POST", "/refund", wish);
    expect(refund).toMatchObject({
      result: { resultCode: "SUCCESS" },
      exchange: { ledger: { before: "99300", after: "99600" } },
    });
    expect(bodyOf(refund.exchange.request)).toMatchObject({ refundFromAmount: hkd("300") });
    expect(await balanceOf(customerId)).toBe("99600");
  });

  it("is closed at its expiry, and the wallet is sent the cancel until it answers S [SBX-02]", async () => {
    const { codeValue, paymentRequestId } = await scannedOrder();
    loseEverything();
    await pass(10 * MINUTE_MS);
    expect(await statusOf(paymentRequestId)).toBe("CLOSED");
    expect((await scan(codeValue)).result.resultCode).toBe("EXPIRED_CODE");
    reachWallet();
    await pass(5 * MINUTE_MS);
    expect(walletCalls).toEqual(["cancelPayment"]);
    await pass(HOUR_MS);
    expect(walletCalls).toEqual(["cancelPayment"]);
  });

  it("refunds what the wallet has taken, when its success did not arrive before the expiry [SBX-02]", async () => {
    const { customerId, paymentRequestId } = await paidInNoAnswer();
    expect(await balanceOf(customerId)).toBe("99300");
    await pass(10 * MINUTE_MS);
    expect(walletCalls).toEqual(["cancelPayment"]);
    expect(await statusOf(paymentRequestId)).toBe("CLOSED");
    expect(await balanceOf(customerId)).toBe("100000");
  });

  it("that is not scanned is closed at its expiry without a message to the wallet", async () => {
    const { codeValue, paymentRequestId } = await placeOrder();
    await pass(10 * MINUTE_MS);
    expect(await statusOf(paymentRequestId)).toBe("CLOSED");
    expect((await scan(codeValue)).result.resultCode).toBe("EXPIRED_CODE");
    expect(walletCalls).toEqual([]);
  });

  it("that is an evaluation is neither polled nor cancelled [SBX-03]", async () => {
    const { codeValue, paymentRequestId } = await scannedOrder({ isPaymentEvaluation: "true" });
    expect(await statusOf(paymentRequestId)).toBe("DECODED");
    expect((await scan(codeValue, "bob")).result.resultCode).toBe("REPEAT_REQ_INCONSISTENT");
    await pass(MINUTE_MS);
    await pass(10 * MINUTE_MS);
    expect([await statusOf(paymentRequestId), walletCalls]).toEqual(["CLOSED", []]);
  });
});

describe("a success of a manual order that comes too late", () => {
  it.each([
    ["after its expiry", () => pass(10 * MINUTE_MS)],
    ["after its close", (id: string) => close(id)],
  ])("%s is cancelled at the wallet, once more", async (_, end) => {
    const { paymentRequestId } = await scannedOrder();
    await end(paymentRequestId);
    expect(await stateOf(paymentRequestId)).toBe("CLOSED");
    walletCalls.length = 0;
    expect(await notify(paymentRequestId, SUCCESS, { paymentId: "payment-1" })).toBe("SUCCESS");
    await pass(0);
    expect([walletCalls, await stateOf(paymentRequestId)]).toEqual([["cancelPayment"], "CLOSED"]);
    expect(await notify(paymentRequestId, CLOSED, { paymentId: "payment-1" })).toBe("SUCCESS");
    expect(await statusOf(paymentRequestId)).toBe("CLOSED");
  });
});

describe("a close from the console", () => {
  it("whose cancel is lost is closed all the same, and Alipay+ sends the cancel again", async () => {
    const { codeValue, paymentRequestId } = await scannedOrder();
    const path = `/orders/${paymentRequestId}/close`;
    const lost = sandboxEnv({ GATEWAY: { fetch: () => Promise.reject(new Error("lost")) } as unknown as Fetcher });
    const closed = await call<object>("POST", path, undefined, lost);
    expect(closed).toMatchObject({ order: { status: "CLOSED" }, result: { resultStatus: "U" } });
    expect((await scan(codeValue)).result.resultCode).toBe("ORDER_IS_CLOSED");
    expect(await stateOf(paymentRequestId)).toBe("CLOSING");
    await pass(12 * SECOND_MS);
    expect([walletCalls, await stateOf(paymentRequestId)]).toEqual([["cancelPayment"], "CLOSED"]);
  });

  it("leaves an order that has failed as it is", async () => {
    const { paymentRequestId } = await scannedOrder();
    await notify(paymentRequestId, REFUSED);
    expect(await close(paymentRequestId)).toMatchObject({ order: { status: "FAILED" }, result: { resultStatus: "S" } });
  });

  it("of a paid order works as long as the wallet cancels, and is no longer paid for the network either", async () => {
    const { customerId, paymentRequestId } = await paidInNoAnswer();
    await pass(4 * SECOND_MS);
    // Alipay+ itself would not ask the wallet any more, a developer may until 00:30 UTC+8.
    vi.setSystemTime(NOON_MS + 12 * HOUR_MS + 20 * MINUTE_MS);
    const closed = await close(paymentRequestId);
    expect(closed).toMatchObject({
      order: { status: "CLOSED" },
      exchange: { ledger: { before: "99300", after: "100000" } },
    });
    expect(await balanceOf(customerId)).toBe("100000");
  });
});

describe("the price of a manual order", () => {
  it("is fixed for every customer, and whatever has become of the market", async () => {
    const order = await placeOrder({ paymentAmount: jpy("1000") });
    await call("PUT", "/market", {
      quotes: [{ quoteCurrencyPair: "JPY/HKD", quotePrice: "9.9" }],
      promotions: [{ savingsAmount: jpy("5") }],
    });
    const wealthy = await openCustomer({ currency: "KRW" });
    const { terms } = await orderOf(order.paymentRequestId);
    const { result, httpStatus, headers, verified, ...answered } = await scan(order.codeValue, wealthy);
    await call("DELETE", "/market");
    expect([result.resultCode, answered]).toEqual(["SUCCESS", terms]);
    expect(answered).toMatchObject({ paymentAmount: jpy("1000"), payToAmount: hkd("5200") });
    expect(answered).not.toHaveProperty("paymentPromoInfo");
    const paid = { paymentId: "payment-1", paymentAmount: jpy("1000"), payToAmount: hkd("5200") };
    expect(await notify(order.paymentRequestId, SUCCESS, { ...paid, payToAmount: hkd("9900") })).not.toBe("SUCCESS");
    expect(await notify(order.paymentRequestId, SUCCESS, paid)).toBe("SUCCESS");
  });
});

describe("a manual order belongs to no acquirer", () => {
  it("who cannot find, cancel or refund it, and is owed nothing for it", async () => {
    const { paymentRequestId: paymentId } = await scannedOrder();
    await notify(paymentId, SUCCESS, { paymentId: "payment-1" });
    expect(await statusOf(paymentId)).toBe("PAID");
    expect(await entriesOf(paymentId)).toEqual([]);
    for (const name of ["inquiryPayment", "cancelPayment"] as const) {
      expect((await ask(name, { paymentId })).result.resultCode).toBe("ORDER_NOT_EXIST");
    }
    const refund = { paymentId, refundRequestId: newId(), refundAmount: hkd("700") };
    expect((await ask("refund", refund)).result.resultCode).toBe("ORDER_NOT_EXIST");
    expect(await statusOf(paymentId)).toBe("PAID");
    expect((await call<ExchangeReply>("POST", "/cancelPayment", { paymentRequestId: paymentId })).result).toMatchObject(
      {
        resultStatus: "S",
      },
    );
    expect([await statusOf(paymentId), await entriesOf(paymentId)]).toEqual(["CLOSED", []]);
  });

  it("and an acquirer's order is not a manual one: it cannot be seen or closed as one", async () => {
    const paymentFactor = { isInStorePayment: "true", inStorePaymentScenario: "OrderCode" };
    const paymentMethod = { paymentMethodType: "CONNECT_WALLET" };
    const message = payMessage("", { paymentFactor, paymentMethod });
    const paymentId = String((await ask("pay", message)).paymentId);
    expect((await orderOf(paymentId)).httpStatus).toBe(404);
    expect(await close(paymentId)).toMatchObject({ error: { code: "ORDER_UNKNOWN" } });
    await call("POST", "/cancelPayment", { paymentRequestId: paymentId });
    expect((await reportOf(String(message.paymentRequestId))).status).toBe("OFFERED");
  });
});

describe("four hundred orders at once", () => {
  it("are placed, scanned and paid, each its own", async () => {
    const orders = await Promise.all(Array.from({ length: 400 }, () => placeOrder()));
    expect(new Set(orders.map(({ codeValue }) => codeValue)).size).toBe(400);
    const network = env.NETWORK.getByName("network");
    const decode = ({ codeValue }: OrderCodeReply, customerId: string) => network.decode({ codeValue, customerId });
    await Promise.all(orders.map((order, index) => decode(order, `customer-${index}`)));
    const again = await Promise.all(orders.map((order, index) => decode(order, `customer-${index}`)));
    const ids = again.map((reply) => reply.outcome === "DECODED" && JSON.parse(reply.terms).paymentRequestId);
    expect(ids).toEqual(orders.map(({ paymentRequestId }) => paymentRequestId));
    const last = orders.at(-1)?.paymentRequestId ?? "";
    const notified = {
      paymentRequestId: last,
      paymentResult: SUCCESS,
      paymentId: "payment-1",
      customerId: "customer-399",
    };
    expect((await callAlipayPlus("/aps/api/v1/payments/notifyPayment", notified)).result.resultCode).toBe("SUCCESS");
    expect(await statusOf(last)).toBe("PAID");
    expect(await statusOf(orders[0]?.paymentRequestId ?? "")).toBe("DECODED");
  });
});
