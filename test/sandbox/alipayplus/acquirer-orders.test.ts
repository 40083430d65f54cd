/**
 * Payments that a customer scans or opens: order code, entry code, cashier (docs/spec/wallet/pay.md#scenarios,
 * docs/spec/wallet/user-initiated-pay.md, docs/spec/acquirer/interfaces.md).
 */
import { afterEach, describe, expect, it, vi } from "vitest";
import { ANSWER_SCHEMAS } from "../../../protocol/exchange/schemas.ts";
import { formatTime } from "../../../protocol/time.ts";
import sandbox from "../../../sandbox/index.ts";
import { hkd, jpy } from "../../support/amounts.ts";
import { MINUTE_MS } from "../../support/clock.ts";
import { ask, entriesOf, NOTIFY_URL, newId, reportOf, runAlarm } from "../../support/sandbox/acquirer.ts";
import { CASHIER, ENTRY_CODE, type Form, ORDER_CODE, offer, resultOf, scan } from "../../support/sandbox/offers.ts";
import { CLOSED, notify, SUCCESS } from "../../support/sandbox/orders.ts";
import { openCustomer, sandboxEnv } from "../../support/sandbox/sandbox.ts";

afterEach(() => {
  vi.useRealTimers();
});

describe("an order code", () => {
  it("is in process, and shown as text and as three images until it expires [ACQ-05, OBJ-04]", async () => {
    const { answer, message } = await offer();
    expect(answer.result).toMatchObject({ resultCode: "PAYMENT_IN_PROCESS", resultStatus: "U" });
    const form = answer.orderCodeForm as Form;
    expect(form).toMatchObject({ paymentMethodType: "CONNECT_WALLET" });
    expect(form.codeDetails.map(({ displayType }) => displayType)).toEqual([
      "TEXT",
      "SMALLIMAGE",
      "MIDDLEIMAGE",
      "BIGIMAGE",
    ]);
    expect((Date.parse(form.expireTime) - Date.now()) / MINUTE_MS).toBeCloseTo(10, 0);
    expect(answer).not.toHaveProperty("paymentUrl");
    expect((await ask("pay", message)).text).toBe(answer.text);
    const image = form.codeDetails[1]?.codeValue ?? "";
    const response = await sandbox.fetch(new Request(image), sandboxEnv(), {} as ExecutionContext);
    expect([response.status, response.headers.get("Content-Type")]).toEqual([200, "image/svg+xml"]);
    expect(await response.text()).toContain("<svg");
  });

  it("decodes for the first customer, in the currency of the customer's wallet, always to the same [OCD-07]", async () => {
    const { codeValue, paymentId, message } = await offer();
    const [alice, bob] = [await openCustomer(), await openCustomer()];
    const { headers: _, ...decoded } = await scan(codeValue, alice);
    const { headers: __, ...again } = await scan(codeValue, alice);
    expect(again).toEqual(decoded);
    expect(ANSWER_SCHEMAS.userInitiatedPay.safeParse(decoded).success).toBe(true);
    expect(decoded).toMatchObject({
      codeType: "ORDER_CODE",
      paymentRequestId: paymentId,
      paymentAmount: jpy("1000"),
      payToAmount: hkd("5200"),
      order: message.order,
      paymentFactor: { isInStorePayment: "true", isCashierPayment: "true" },
    });
    expect((await scan(codeValue, bob)).result.resultCode).toBe("REPEAT_REQ_INCONSISTENT");
  });

  it("is paid as the wallet notifies, of which the acquirer is notified; then it can be refunded [RES-08]", async () => {
    const customerId = await openCustomer();
    const { codeValue, paymentId, paymentRequestId } = await offer({ paymentNotifyUrl: NOTIFY_URL });
    await scan(codeValue, customerId);
    const details = { paymentId: "wallet-1", customerId, paymentAmount: jpy("1000"), payToAmount: hkd("5200") };
    expect(await notify(paymentId, SUCCESS, details)).toBe("SUCCESS");
    expect(await notify(paymentId, SUCCESS, details)).toBe("SUCCESS");
    expect((await resultOf(paymentRequestId)).resultCode).toBe("SUCCESS");
    expect(await entriesOf(paymentId)).toHaveLength(4);
    await runAlarm();
    const { notification, wallet } = await reportOf(paymentRequestId);
    expect(notification?.attempts).toMatchObject([{ resultCode: "SUCCESS", outcome: "S" }]);
    expect(wallet?.paymentId).toBe("wallet-1");
  });

  it.each([
    ["another customer", { customerId: "mallory" }],
    ["another amount", { payToAmount: hkd("1") }],
    ["another currency", { paymentAmount: hkd("1000") }],
  ])("takes no notification with %s [NOT-05]", async (_, details) => {
    const { codeValue, paymentId, paymentRequestId } = await offer();
    await scan(codeValue, await openCustomer());
    expect(await notify(paymentId, SUCCESS, { paymentId: "wallet-1", ...details })).toBe("REPEAT_REQ_INCONSISTENT");
    expect((await resultOf(paymentRequestId)).resultCode).toBe("PAYMENT_IN_PROCESS");
  });

  it("takes neither a failure after a success, nor a success after a failure [NOT-05]", async () => {
    const refused = { resultCode: "USER_BALANCE_NOT_ENOUGH", resultStatus: "F", resultMessage: "No." };
    const paid = await offer();
    await scan(paid.codeValue, await openCustomer());
    await notify(paid.paymentId, SUCCESS, { paymentId: "wallet-1" });
    expect(await notify(paid.paymentId, refused)).toBe("REPEAT_REQ_INCONSISTENT");
    expect(await notify(paid.paymentId, SUCCESS, { paymentId: "wallet-2" })).toBe("REPEAT_REQ_INCONSISTENT");
    const failed = await offer();
    await scan(failed.codeValue, await openCustomer());
    expect(await notify(failed.paymentId, refused)).toBe("SUCCESS");
    expect(await notify(failed.paymentId, SUCCESS)).toBe("REPEAT_REQ_INCONSISTENT");
    expect((await resultOf(failed.paymentRequestId)).resultCode).toBe("USER_BALANCE_NOT_ENOUGH");
  });

  it("that is not scanned is closed without a message to the wallet, by a cancel or its expiry [OCD-06]", async () => {
    const cancelled = await offer();
    await ask("cancelPayment", { paymentRequestId: cancelled.paymentRequestId });
    expect((await scan(cancelled.codeValue, "alice")).result.resultCode).toBe("ORDER_IS_CLOSED");
    expect((await resultOf(cancelled.paymentRequestId)).resultCode).toBe("ORDER_IS_CLOSED");
    const expired = await offer({ paymentNotifyUrl: NOTIFY_URL });
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 11 * MINUTE_MS });
    expect((await scan(expired.codeValue, "alice")).result.resultCode).toBe("EXPIRED_CODE");
    await runAlarm();
    expect((await resultOf(expired.paymentRequestId)).resultCode).toBe("ORDER_IS_CLOSED");
    await runAlarm();
    expect((await reportOf(expired.paymentRequestId)).notification?.attempts).toMatchObject([
      { resultCode: "ORDER_IS_CLOSED" },
    ]);
  });

  it("whose success arrives after the close is cancelled at the wallet", async () => {
    const { codeValue, paymentId, paymentRequestId } = await offer();
    await scan(codeValue, await openCustomer());
    await ask("cancelPayment", { paymentRequestId });
    expect((await reportOf(paymentRequestId)).status).toBe("CLOSED");
    expect(await notify(paymentId, SUCCESS, { paymentId: "wallet-1" })).toBe("SUCCESS");
    expect((await reportOf(paymentRequestId)).status).toBe("CLOSING");
    await runAlarm();
    expect((await reportOf(paymentRequestId)).status).toBe("CLOSED");
    expect(await notify(paymentId, CLOSED)).toBe("SUCCESS");
    expect(await entriesOf(paymentId)).toEqual([]);
  });

  it("does not decode for a currency without a quote, and has then failed [OCD-07]", async () => {
    const { codeValue, paymentRequestId } = await offer();
    const customerId = await openCustomer({ currency: "BRL" });
    expect((await scan(codeValue, customerId)).result.resultCode).toBe("CURRENCY_NOT_SUPPORT");
    expect((await scan(codeValue, customerId)).result.resultCode).toBe("CURRENCY_NOT_SUPPORT");
    expect((await resultOf(paymentRequestId)).resultCode).toBe("CURRENCY_NOT_SUPPORT");
  });
});

describe("a payment that its customer opens", () => {
  it.each([
    ["entry code", ENTRY_CODE, "true"],
    ["cashier", CASHIER, "false"],
  ])("by %s is led to paymentUrl, which the wallet decodes [CSH-02]", async (_, paymentFactor, isInStorePayment) => {
    const paymentRedirectUrl = "https://merchant.test/thanks";
    const { answer, codeValue } = await offer({ paymentFactor, paymentRedirectUrl });
    expect([answer.result.resultStatus, answer.orderCodeForm]).toEqual(["U", undefined]);
    expect(new URL(codeValue).protocol).toBe("https:");
    expect(await scan(codeValue, await openCustomer())).toMatchObject({
      result: { resultCode: "SUCCESS" },
      paymentFactor: { isInStorePayment, isCashierPayment: "true" },
      paymentRedirectUrl,
    });
  });

  it.each<[string, object | undefined]>([
    ["env", undefined],
    ["env.terminalType", {}],
    ["env.terminalType", { terminalType: "TV" }],
    ["env.osType", { terminalType: "APP" }],
    ["env.osType", { terminalType: "WAP", osType: "OTHER" }],
  ])("at the cashier is refused for its order.%s: %# [ACQ-30]", async (name, env) => {
    const { answer } = await offer({ paymentFactor: CASHIER, order: { orderDescription: "Tea", env } });
    expect(answer.result.resultCode).toBe("PARAM_ILLEGAL");
    expect(answer.result.resultMessage).toContain(`order.${name}`);
  });

  it("at the cashier says where the customer orders, elsewhere it need not [ACQ-30]", async () => {
    const order = { orderDescription: "Tea", env: { terminalType: "MINI_APP", osType: "IOS" } };
    expect((await offer({ paymentFactor: CASHIER, order })).answer.result.resultStatus).toBe("U");
    const without = { orderDescription: "Tea" };
    expect((await offer({ paymentFactor: ENTRY_CODE, order: without })).answer.result.resultStatus).toBe("U");
  });

  it("at the cashier expires after ten minutes at the most, elsewhere as the acquirer asks [TIM-03]", async () => {
    const paymentExpiryTime = formatTime(Date.now() + 30 * MINUTE_MS);
    const minutesOf = async (paymentFactor: object) => {
      const { paymentRequestId } = await offer({ paymentRequestId: newId(), paymentFactor, paymentExpiryTime });
      const { paymentExpiryTime: answered } = (await reportOf(paymentRequestId)) as unknown as {
        paymentExpiryTime: string;
      };
      return (Date.parse(answered) - Date.now()) / MINUTE_MS;
    };
    expect(await minutesOf(CASHIER)).toBeCloseTo(10, 0);
    expect(await minutesOf(ORDER_CODE)).toBeCloseTo(30, 0);
  });
});
