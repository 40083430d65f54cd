/**
 * Sales of the sandbox's merchants, in every scenario. Source: docs/spec/wallet/pay.md#scenarios,
 * docs/spec/acquirer/interfaces.md.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { formatTime } from "../../../protocol/time.ts";
import { setAlipayPlus } from "../../support/alipayplus-binding.ts";
import { hkd, jpy, usd } from "../../support/amounts.ts";
import { MINUTE_MS, NOON_MS, standTheClock } from "../../support/clock.ts";
import { reportOf } from "../../support/sandbox/acquirer.ts";
import {
  act,
  balanceOf,
  connectWallet,
  exchangesAbout,
  newId,
  notifyAcquirer,
  payInWallet,
  refusalOf,
  runSalesAlarm,
  type ShownSale,
  saleOf,
  sell,
  sellTo,
} from "../../support/sandbox/sales.ts";
import { call, codeOf, type ErrorReply, openCustomer } from "../../support/sandbox/sandbox.ts";

standTheClock(() => NOON_MS);

beforeEach(connectWallet);

afterEach(() => setAlipayPlus());

describe("a sale by payment code", () => {
  it("succeeds with the answer to pay [ACQ-06]", async () => {
    const customerId = await openCustomer();
    const sale = await sellTo(customerId);
    expect(sale).toMatchObject({
      httpStatus: 200,
      interface: "TODAY",
      scenario: "PaymentCode",
      paymentAmount: jpy("1000"),
      status: "SUCCEEDED",
      result: { resultCode: "SUCCESS", resultStatus: "S" },
      paymentTime: formatTime(NOON_MS),
      paymentExpiryTime: formatTime(NOON_MS + 3 * MINUTE_MS),
      inquiries: 0,
      refunds: [],
    });
    expect(sale).not.toHaveProperty("dueTime");
    expect(sale.paymentId).toBe((await reportOf(sale.paymentRequestId)).paymentId);
    expect(await balanceOf(customerId)).toBe("94800");
    expect(await saleOf(sale)).toEqual(sale);
  });

  it("fails as the answer to pay says", async () => {
    const sale = await sellTo(await openCustomer({ balance: "1" }));
    expect(sale).toMatchObject({ status: "FAILED", result: { resultCode: "USER_BALANCE_NOT_ENOUGH" } });
    expect(sale).not.toHaveProperty("dueTime");
    const unknown = await sell({ paymentCode: "281006020000000000000000" });
    expect(unknown).toMatchObject({ status: "FAILED", result: { resultCode: "INVALID_CODE", resultStatus: "F" } });
    const late = await sellTo(await openCustomer(), { paymentExpiryTime: formatTime(NOON_MS - 1_000) });
    expect(late).toMatchObject({ status: "FAILED", result: { resultCode: "ORDER_IS_CLOSED" } });
  });

  it("is settled in the currency that the acquirer wants, at Alipay+'s quote", async () => {
    const sale = await sellTo(await openCustomer(), { settlementCurrency: "USD" });
    expect(sale).toMatchObject({ settlementAmount: usd("667"), settlementQuote: { quoteCurrencyPair: "JPY/USD" } });
    expect(await sellTo(await openCustomer())).not.toHaveProperty("settlementAmount");
  });

  it("speaks the older merchant interface", async () => {
    const sale = await sellTo(await openCustomer(), { interface: "OLDER", settlementCurrency: "USD" });
    expect(sale).toMatchObject({ interface: "OLDER", status: "SUCCEEDED", settlementAmount: usd("667") });
    const [exchange] = await exchangesAbout(sale);
    expect(exchange?.request.path).toBe("/sandbox/v1/payments/pay");
    const { productCode, order, paymentFactor } = JSON.parse(exchange?.request.body ?? "{}");
    expect([productCode, paymentFactor]).toEqual(["IN_STORE_PAYMENT", { inStorePaymentScenario: "PaymentCode" }]);
    expect(order.env.storeTerminalRequestTime).toMatch(/\.[0-9]{3}Z$/);
    expect(await act(sale, "cancel")).toMatchObject({ status: "CANCELLED" });
  });

  it("sends the merchant's own order, and a repeat of the same wish sends nothing", async () => {
    const order = { referenceOrderId: newId(), orderDescription: "Tea" };
    const wish = { paymentRequestId: newId(), paymentCode: await codeOf(await openCustomer()), order };
    const sale = await sell(wish);
    expect(await sell(wish)).toEqual(sale);
    const exchanges = await exchangesAbout(sale);
    expect(exchanges).toHaveLength(1);
    expect(JSON.parse(exchanges[0]?.request.body ?? "{}").order).toEqual(order);
    expect(await refusalOf({ ...wish, paymentAmount: jpy("1001") })).toMatch(/^409 REPEAT_INCONSISTENT/);
  });
});

describe("a sale that its customer scans or opens", () => {
  it.each([
    ["OrderCode", "TODAY", "codeValue"],
    ["OrderCode", "OLDER", "codeValue"],
    ["EntryCode", "TODAY", "paymentUrl"],
    ["EntryCode", "OLDER", "paymentUrl"],
    ["Cashier", "TODAY", "paymentUrl"],
  ] as const)(
    "by %s, %s, is shown, paid in the wallet, and succeeds with the notification [OLD-05]",
    async (...row) => {
      const [scenario, called, shownAs] = row;
      const customerId = await openCustomer();
      const sale = await sell({ scenario, interface: called });
      expect(sale).toMatchObject({ status: "SHOWN", result: { resultStatus: "U" }, dueTime: sale.paymentExpiryTime });
      expect(Object.keys(sale).filter((name) => name === "codeValue" || name === "paymentUrl")).toEqual([shownAs]);
      expect(await payInWallet(customerId, sale[shownAs])).toBe("SUCCEEDED");
      expect((await saleOf(sale)).status).toBe("SHOWN");
      await notifyAcquirer();
      expect(await saleOf(sale)).toMatchObject({ status: "SUCCEEDED", notifications: 1, inquiries: 0 });
      expect(await saleOf(sale)).not.toHaveProperty("dueTime");
      expect(await balanceOf(customerId)).toBe("94800");
    },
  );

  it.each(["TODAY", "OLDER"])("learns what it is settled in from every message, %s [OLD-09]", async (called) => {
    const wish = { scenario: "OrderCode", settlementCurrency: "USD", interface: called };
    const [notified, asked] = [await sell(wish), await sell(wish)];
    for (const { codeValue } of [notified, asked]) await payInWallet(await openCustomer(), codeValue);
    const settled = { settlementAmount: usd("667"), settlementQuote: { quoteCurrencyPair: "JPY/USD" } };
    expect(await act(asked, "inquire")).toMatchObject({ notifications: 0, ...settled });
    expect(await saleOf(notified)).not.toHaveProperty("settlementAmount");
    await notifyAcquirer();
    expect(await saleOf(notified)).toMatchObject({ inquiries: 0, ...settled });
    const refund = call("POST", `/sales/${asked.paymentRequestId}/refund`, { refundAmount: jpy("300") });
    expect(await refund).toMatchObject({ refunds: [{ status: "SUCCEEDED", settlementAmount: usd("200") }] });
  });

  it("at the cashier expires after ten minutes at the most, whatever the merchant asks for", async () => {
    const paymentExpiryTime = formatTime(NOON_MS + 30 * MINUTE_MS);
    const sale = await sell({ scenario: "Cashier", paymentExpiryTime });
    expect(sale.paymentExpiryTime).toBe(formatTime(NOON_MS + 10 * MINUTE_MS));
    expect(await reportOf(sale.paymentRequestId)).toMatchObject({ paymentExpiryTime: sale.paymentExpiryTime });
    const order = await sell({ scenario: "OrderCode", paymentExpiryTime });
    expect(order.paymentExpiryTime).toBe(paymentExpiryTime);
  });

  it("and closed by its merchant cannot be paid any more [OCD-06]", async () => {
    const sale = await sell({ scenario: "OrderCode" });
    expect(await act(sale, "cancel")).toMatchObject({
      status: "CANCELLED",
      result: { resultCode: "ORDER_IS_CLOSED", resultStatus: "F" },
    });
    expect(await payInWallet(await openCustomer(), sale.codeValue)).toBe("ORDER_CLOSED");
    expect(await act(sale, "cancel")).toMatchObject({ status: "CANCELLED" });
  });

  it("and that is never paid is inquired from its expiry on, and fails as Alipay+ answers", async () => {
    const sale = await sell({ scenario: "OrderCode" });
    vi.setSystemTime(NOON_MS + 10 * MINUTE_MS - 1);
    await runSalesAlarm();
    expect(await saleOf(sale)).toMatchObject({ status: "SHOWN", inquiries: 0 });
    vi.setSystemTime(NOON_MS + 10 * MINUTE_MS);
    await runSalesAlarm();
    expect(await saleOf(sale)).toMatchObject({ status: "PAYING", inquiries: 1 });
    await notifyAcquirer();
    await notifyAcquirer();
    const failed = { status: "FAILED", result: { resultCode: "ORDER_IS_CLOSED" }, notifications: 1 };
    expect(await saleOf(sale)).toMatchObject(failed);
  });
});

describe("a sale that succeeded", () => {
  it("is cancelled, and the money goes back", async () => {
    const customerId = await openCustomer();
    const sale = await sellTo(customerId);
    expect(await act(sale, "cancel")).toMatchObject({ status: "CANCELLED" });
    expect(await balanceOf(customerId)).toBe("100000");
    expect(await act(sale, "inquire")).toMatchObject({ status: "CANCELLED" });
  });

  it("is refunded in parts, down to the last unit and no further", async () => {
    const customerId = await openCustomer();
    const sale = await sellTo(customerId, { settlementCurrency: "USD" });
    for (const value of ["333", "333", "333", "1"]) await act(sale, "refund", { refundAmount: jpy(value) });
    expect(await balanceOf(customerId)).toBe("100000");
    const { refunds, status } = await act(sale, "refund", { refundAmount: jpy("1") });
    expect(status).toBe("SUCCEEDED");
    expect(refunds.map((refund) => refund.status)).toEqual([...Array(4).fill("SUCCEEDED"), "FAILED"]);
    expect(refunds.at(-1)?.result.resultCode).toBe("REFUND_AMOUNT_EXCEED");
    const given = refunds.flatMap(({ settlementAmount }) => settlementAmount ?? []);
    expect(given.reduce((sum, { value }) => sum + Number(value), 0)).toBe(Number(sale.settlementAmount?.value));
    expect(new Set(refunds.slice(0, 4).map(({ refundId }) => refundId)).size).toBe(4);
  });

  it("is refunded once for a refundRequestId", async () => {
    const customerId = await openCustomer();
    const sale = await sellTo(customerId);
    const wish = { refundAmount: jpy("100"), refundRequestId: newId() };
    const refunded = await act(sale, "refund", wish);
    expect(await act(sale, "refund", wish)).toEqual(refunded);
    expect(await balanceOf(customerId)).toBe("95320");
    const other = await act<ErrorReply>(sale, "refund", { ...wish, refundAmount: jpy("101") });
    expect([other.httpStatus, other.error.code]).toEqual([409, "REPEAT_INCONSISTENT"]);
  });

  it("with a refund can no longer be cancelled, and stays as it is", async () => {
    const customerId = await openCustomer();
    const sale = await sellTo(customerId);
    await act(sale, "refund", { refundAmount: jpy("100") });
    expect(await act(sale, "cancel")).toMatchObject({ status: "SUCCEEDED" });
    expect(await balanceOf(customerId)).toBe("95320");
  });

  it("can be refunded after the cancel window; a cancel then becomes a refund of the whole", async () => {
    const customerId = await openCustomer();
    const [first, second] = [await sellTo(customerId), await sellTo(customerId)];
    vi.setSystemTime(NOON_MS + 12 * 60 * MINUTE_MS + 15 * MINUTE_MS);
    const { refunds } = await act(first, "refund", { refundAmount: jpy("1000") });
    expect(refunds).toMatchObject([{ status: "SUCCEEDED", refundAmount: jpy("1000") }]);
    expect(await balanceOf(customerId)).toBe("94800");
    expect((await act(second, "cancel")).status).toBe("REFUNDING");
    await runSalesAlarm();
    expect(await saleOf(second)).toMatchObject({ status: "REFUNDED", refunds: [{ refundAmount: jpy("1000") }] });
    expect(await balanceOf(customerId)).toBe("100000");
  });
});

describe("a sale that did not succeed", () => {
  it("has nothing to refund", async () => {
    const sale = await sellTo(await openCustomer({ balance: "1" }));
    const refused = await act<ErrorReply>(sale, "refund", { refundAmount: jpy("1") });
    expect([refused.httpStatus, refused.error.code]).toEqual([409, "PAYMENT_NOT_SUCCESSFUL"]);
  });

  it("can be cancelled all the same", async () => {
    const sale = await sellTo(await openCustomer({ balance: "1" }));
    expect((await act(sale, "cancel")).status).toBe("CANCELLED");
  });
});

describe("the list of sales", () => {
  it("has the newest first, as many as are asked for", async () => {
    const sales = [await sell({ scenario: "OrderCode" }), await sell({ scenario: "Cashier" })];
    const listed = await call<{ sales: ShownSale[] }>("GET", "/sales?limit=2");
    expect(listed.sales.map(({ paymentRequestId }) => paymentRequestId)).toEqual(
      sales.map(({ paymentRequestId }) => paymentRequestId).reverse(),
    );
    for (const limit of ["0", "201", "x", ""]) {
      const { httpStatus, error } = await call<ErrorReply>("GET", `/sales?limit=${limit}`);
      expect([limit, httpStatus, error.message]).toEqual([limit, 400, expect.stringContaining("limit")]);
    }
  });

  it("knows no other sale", async () => {
    for (const path of ["", "/inquire", "/cancel", "/refund"]) {
      const method = path === "" ? "GET" : "POST";
      const body = path === "/refund" ? { refundAmount: jpy("1") } : undefined;
      const { httpStatus, error } = await call<ErrorReply>(method, `/sales/${newId()}${path}`, body);
      expect([path, httpStatus, error.code]).toEqual([path, 404, "PAYMENT_UNKNOWN"]);
    }
  });
});

describe("a wish that is wrong", () => {
  const code = "281006021234567890123456";

  it.each<[string, object]>([
    ["paymentAmount", { paymentAmount: { currency: "JPY", value: "0" }, paymentCode: code }],
    ["paymentAmount.currency", { paymentAmount: { currency: "ABC", value: "1" }, paymentCode: code }],
    ["paymentCode", {}],
    ["paymentCode", { paymentCode: "" }],
    ["paymentCode", { scenario: "OrderCode", paymentCode: code }],
    ["paymentRequestId", { paymentCode: code, paymentRequestId: "x".repeat(65) }],
    ["scenario", { scenario: "AutoDebit" }],
    ["interface", { paymentCode: code, interface: "NEWEST" }],
    ["interface", { scenario: "Cashier", interface: "OLDER" }],
    ["terminalType", { scenario: "Cashier", terminalType: "TV" }],
    ["terminalType", { scenario: "OrderCode", terminalType: "APP" }],
    ["terminalType", { scenario: "Cashier", terminalType: "APP", order: {} }],
    ["settlementCurrency", { paymentCode: code, settlementCurrency: "yen" }],
    ["paymentExpiryTime", { paymentCode: code, paymentExpiryTime: "tomorrow" }],
    ["paymentExpiryTime", { paymentCode: code, paymentExpiryTime: "9999-12-31T00:00:00Z" }],
    ["paymentRedirectUrl", { scenario: "Cashier", paymentRedirectUrl: "javascript:alert(1)" }],
    ["amount", { scenario: "OrderCode", amount: "1" }],
  ])("is refused and named: %s", async (parameter, wish) => {
    expect(await refusalOf(wish)).toMatch(new RegExp(`^400 PARAM_ILLEGAL .*${parameter.replaceAll(".", "\\.")}`));
  });

  it("is refused and named in a refund", async () => {
    const sale = await sellTo(await openCustomer());
    for (const [parameter, wish] of [
      ["refundAmount", {}],
      ["refundRequestId", { refundAmount: jpy("1"), refundRequestId: "" }],
      ["reason", { refundAmount: jpy("1"), reason: "cold" }],
    ] as const) {
      const { httpStatus, error } = await act<ErrorReply>(sale, "refund", wish);
      expect([httpStatus, error.message]).toEqual([400, expect.stringContaining(parameter)]);
    }
    const { refunds } = await act(sale, "refund", { refundAmount: hkd("1") });
    expect(refunds).toMatchObject([{ status: "FAILED", result: { resultCode: "PARAM_ILLEGAL" } }]);
  });
});
