/** pay: every reason to refuse a payment, its result code, and that no money moves. docs/spec/wallet/pay.md. */
import { runInDurableObject } from "cloudflare:test";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { CustomerSettings } from "../../../durable/ledger/settings.ts";
import {
  customerOf,
  homeOfPayment,
  inquire,
  type Json,
  newId,
  newPaymentCode,
  openCustomer,
  pay,
  payMessage,
  type Reply,
} from "../../support/alipayplus.ts";

afterEach(() => {
  vi.useRealTimers();
});

/** Pays, and checks that a refusal is final, agrees with inquiry and repeat, and leaves the customer as it was. */
async function expectRefusal(customerId: string, message: Json, resultCode: string): Promise<Reply> {
  const before = await customerOf(customerId);
  const reply = await pay(message);
  expect(reply).toMatchObject({ status: 200, code: resultCode, resultStatus: "F", verified: true });
  expect(Object.keys(reply.body)).toEqual(["result"]);
  expect((await inquire(message.paymentRequestId)).body).toMatchObject({
    result: { resultCode: "SUCCESS", resultStatus: "S" },
    paymentResult: reply.body.result,
  });
  expect((await pay(message)).text).toBe(reply.text);
  expect(await customerOf(customerId)).toEqual(before);
  return reply;
}

/** The payment method of a customer who shows `paymentCode`. */
function shownCode(customerId: string, paymentCode: string): Json {
  return { paymentMethodType: "CONNECT_WALLET", paymentMethodId: paymentCode, customerId };
}

describe("what the wallet refuses", () => {
  const refusals: readonly [string, Partial<CustomerSettings>, string, string][] = [
    [
      "a payment over the limit of a single payment",
      { limits: { single: 999n } },
      "PAYMENT_AMOUNT_EXCEED_LIMIT",
      "The payment amount exceeds the limit.",
    ],
    [
      "a payment over the customer's accumulated limit",
      { limits: { daily: 999n } },
      "USER_AMOUNT_EXCEED_LIMIT",
      "The payment amount exceeds the user payment limit.",
    ],
    [
      "one payment too many",
      { limits: { dailyCount: 0 } },
      "PAYMENT_COUNT_EXCEED_LIMIT",
      "The number of payments exceeds the limit.",
    ],
    [
      "a payment over the balance",
      { balance: 999n },
      "USER_BALANCE_NOT_ENOUGH",
      "The user balance is not enough for the payment.",
    ],
    [
      "a customer whose KYC failed",
      { kyc: "NOT_QUALIFIED" },
      "USER_KYC_NOT_QUALIFIED",
      "The user is not KYC compliant.",
    ],
    [
      "a customer whose status is abnormal",
      { status: "FROZEN" },
      "USER_STATUS_ABNORMAL",
      "The user status is abnormal.",
    ],
    [
      "what the risk control declines",
      { risk: "REJECT" },
      "RISK_REJECT",
      "The request is rejected because of the risk control.",
    ],
    [
      "a payment method that is not available",
      { paymentMethod: "UNAVAILABLE" },
      "UNAVAILABLE_PAYMENT_METHOD",
      "The payment method is unavailable.",
    ],
    [
      "a merchant who fails the verification",
      { blockedMerchants: ["M0001"] },
      "MERCHANT_NOT_REGISTERED",
      "The merchant is not registered.",
    ],
    [
      "a customer who fails the verification",
      { verification: "FAILED" },
      "USER_PAYMENT_VERIFICATION_FAILED",
      "User fails to pass the payment verification in the methods like OTP, PIN, and so on.",
    ],
    [
      "a customer whose account is in another currency",
      { currency: "KRW" },
      "CURRENCY_NOT_SUPPORT",
      "The currency is not supported.",
    ],
  ];

  it.each(refusals)("refuses %s [AMT-08, PAY-08, RES-01]", async (_reason, settings, resultCode, resultMessage) => {
    const customerId = await openCustomer(settings);
    const reply = await expectRefusal(customerId, payMessage(customerId), resultCode);
    expect(reply.message).toBe(resultMessage);
  });

  it("refuses a customer it does not know [PAY-09]", async () => {
    const message = payMessage(newId("unknown"));
    const reply = await pay(message);
    expect(reply).toMatchObject({
      code: "USER_NOT_EXIST",
      resultStatus: "F",
      message: "The user does not exist.",
      verified: true,
    });
    expect((await inquire(message.paymentRequestId)).body).toMatchObject({ paymentResult: reply.body.result });
  });

  it("takes a payment that is exactly at every limit and at the balance [PAY-08]", async () => {
    const limits = { single: 1_000n, daily: 1_000n, dailyCount: 1 };
    const customerId = await openCustomer({ balance: 1_000n, limits });
    expect((await pay(payMessage(customerId))).code).toBe("SUCCESS");
    expect((await customerOf(customerId)).balance).toBe(0n);
  });

  it("counts what succeeded before towards the accumulated limits, and what was refused not", async () => {
    vi.useFakeTimers({ toFake: ["Date"] }); // The limits are a day's: no midnight may come between.
    const byAmount = await openCustomer({ limits: { single: 1_000n, daily: 2_000n } });
    const tooMuch = { currency: "HKD", value: "1001" };
    await expectRefusal(
      byAmount,
      payMessage(byAmount, { paymentAmount: tooMuch, payToAmount: tooMuch }),
      "PAYMENT_AMOUNT_EXCEED_LIMIT",
    );
    expect((await pay(payMessage(byAmount))).code).toBe("SUCCESS");
    expect((await pay(payMessage(byAmount))).code).toBe("SUCCESS");
    await expectRefusal(byAmount, payMessage(byAmount), "USER_AMOUNT_EXCEED_LIMIT");

    const byCount = await openCustomer({ limits: { dailyCount: 2 } });
    expect((await pay(payMessage(byCount))).code).toBe("SUCCESS");
    expect((await pay(payMessage(byCount))).code).toBe("SUCCESS");
    await expectRefusal(byCount, payMessage(byCount), "PAYMENT_COUNT_EXCEED_LIMIT");
  });

  it("stays with its refusal after the reason is gone: the result of a payment never changes [RES-04]", async () => {
    const customerId = await openCustomer({ balance: 1n });
    const message = payMessage(customerId);
    await expectRefusal(customerId, message, "USER_BALANCE_NOT_ENOUGH");
    await openCustomer({ balance: 5_000n }, customerId);
    await expectRefusal(customerId, message, "USER_BALANCE_NOT_ENOUGH");
  });
});

describe("the payment code", () => {
  it.each([
    ["15 digits", "281006021234567"],
    ["33 digits", "281006021234567890123456789012345"],
    ["a start outside 25 to 30", "311006021234567890123456"],
    ["letters among the digits", "281006050000000000125733DAHJ1234"],
    ["a space at its end", "281006021234567890123456 "],
    ["a line feed at its end", "281006021234567890123456\n"],
    ["digits of another script", "２８１００６０２１２３４５６７８９０１２３４５６"],
    ["a sign", "+28100602123456789012345"],
    ["an access token's form", "2020042900000000000000001A2B3C"],
    ["512 digits", "2".repeat(512)],
    ["a URL", "https://example.test/281006021234567890123456"],
  ])("refuses a code of %s with INVALID_CODE [PAY-10]", async (_shape, paymentCode) => {
    const customerId = await openCustomer();
    const message = payMessage(customerId, { paymentMethod: shownCode(customerId, paymentCode) });
    expect((await expectRefusal(customerId, message, "INVALID_CODE")).message).toBe("The code is invalid.");
  });

  it("refuses a code that another payment has used with INVALID_CODE [PAY-10]", async () => {
    const customerId = await openCustomer();
    const paymentMethod = shownCode(customerId, newPaymentCode());
    expect((await pay(payMessage(customerId, { paymentMethod }))).code).toBe("SUCCESS");
    await expectRefusal(customerId, payMessage(customerId, { paymentMethod }), "INVALID_CODE");
  });

  it("refuses a code that another payment tried to use, although no money moved [PCD-06]", async () => {
    const paymentCode = newPaymentCode();
    const poor = await openCustomer({ balance: 0n });
    const refused = payMessage(poor, { paymentMethod: shownCode(poor, paymentCode) });
    await expectRefusal(poor, refused, "USER_BALANCE_NOT_ENOUGH");
    const rich = await openCustomer();
    const second = payMessage(rich, { paymentMethod: shownCode(rich, paymentCode) });
    await expectRefusal(rich, second, "INVALID_CODE");
  });
});

describe("the expiry", () => {
  it("closes a payment that arrives after its paymentExpiryTime, and leaves its code unused [TIM-02]", async () => {
    const customerId = await openCustomer();
    const paymentMethod = shownCode(customerId, newPaymentCode());
    const late = payMessage(customerId, { paymentMethod, paymentExpiryTime: "2020-01-01T12:01:01+08:30" });
    expect((await expectRefusal(customerId, late, "ORDER_IS_CLOSED")).message).toBe("The order is closed.");
    expect((await pay(payMessage(customerId, { paymentMethod }))).code).toBe("SUCCESS");
  });

  it("is three minutes after its arrival when paymentExpiryTime is left out [TIM-01]", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const customerId = await openCustomer();
    const message = payMessage(customerId);
    await pay(message);
    const shard = await homeOfPayment(message.paymentRequestId);
    const stored = await runInDurableObject(shard, (_payments, { storage }) =>
      storage.sql
        .exec<{ expiry_time_ms: number }>(
          "SELECT expiry_time_ms FROM payments WHERE payment_request_id = ?",
          String(message.paymentRequestId),
        )
        .one(),
    );
    expect(stored.expiry_time_ms).toBe(Date.now() + 180_000);
  });

  it("takes a payment before its paymentExpiryTime, in whichever offset it is written", async () => {
    const inAMinuteMs = Date.now() + 60_000;
    const elsewhere = new Date(inAMinuteMs - 8.5 * 3_600_000).toISOString().replace("Z", "-08:30");
    for (const paymentExpiryTime of [new Date(inAMinuteMs).toISOString(), elsewhere]) {
      const customerId = await openCustomer();
      expect((await pay(payMessage(customerId, { paymentExpiryTime }))).code).toBe("SUCCESS");
    }
  });
});
