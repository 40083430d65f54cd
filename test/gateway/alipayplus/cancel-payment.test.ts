/**
 * cancelPayment: Alipay+ closes a payment, whatever its state. docs/spec/wallet/cancel-payment.md,
 * docs/spec/time-limits.md.
 */
import { afterEach, describe, expect, it, vi } from "vitest";
import {
  balanceOf,
  cancel,
  customerOf,
  entriesOf,
  inquire,
  type Json,
  newId,
  newPaymentCode,
  openCustomer,
  PARTIES,
  pay,
  payMessage,
  refund,
  send,
} from "../../support/alipayplus.ts";

const SUCCESS = { resultCode: "SUCCESS", resultStatus: "S", resultMessage: "Success" };
const CLOSED = { resultCode: "ORDER_IS_CLOSED", resultStatus: "F", resultMessage: "The order is closed." };

/** Sets the clock of Alipay+ and of every object; timers go on. */
function setClock(time: string): void {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.parse(time) });
}

afterEach(() => {
  vi.useRealTimers();
});

describe("a cancel before its pay", () => {
  it("answers S, and the pay that arrives afterwards gets ORDER_IS_CLOSED without a debit [CAN-04, PAY-07]", async () => {
    const customerId = await openCustomer();
    const message = payMessage(customerId);
    expect((await cancel(message.paymentRequestId)).body).toEqual({ result: SUCCESS });
    expect((await pay(message)).body).toEqual({ result: CLOSED });
    expect((await pay(message)).body).toEqual({ result: CLOSED });
    expect((await cancel(message.paymentRequestId)).body).toEqual({ result: SUCCESS });
    expect(await balanceOf(customerId)).toBe(100_000n);
    expect(await entriesOf(customerId, "DEBIT")).toHaveLength(0);
  });

  it("is a closed order in the answer of inquiryPayment [CAN-04]", async () => {
    const paymentRequestId = newId("pay");
    await cancel(paymentRequestId);
    expect((await inquire(paymentRequestId)).body).toEqual({
      result: SUCCESS,
      paymentResult: CLOSED,
      paymentId: expect.any(String),
    });
  });

  it("leaves the payment code to another payment", async () => {
    const customerId = await openCustomer();
    const paymentMethod = { paymentMethodType: "CONNECT_WALLET", paymentMethodId: newPaymentCode(), customerId };
    const closed = payMessage(customerId, { paymentMethod });
    await cancel(closed.paymentRequestId);
    expect((await pay(closed)).code).toBe("ORDER_IS_CLOSED");
    expect((await pay(payMessage(customerId, { paymentMethod }))).code).toBe("SUCCESS");
  });
});

describe("a cancel of a success", () => {
  it("refunds the full amount, answers S, and S again without refunding more [CAN-02]", async () => {
    const customerId = await openCustomer();
    const message = payMessage(customerId);
    await pay(message);
    for (const _repeat of [1, 2, 3]) {
      const reply = await cancel(message.paymentRequestId);
      expect(reply).toMatchObject({ status: 200, verified: true });
      expect(reply.body).toEqual({ result: SUCCESS });
      expect(await balanceOf(customerId)).toBe(100_000n);
    }
    expect(await entriesOf(customerId, "REVERSAL")).toHaveLength(1);
  });

  it("refunds the surcharge too, and takes no fee: all accounts are as before [CAN-02]", async () => {
    const customerId = await openCustomer();
    const message = payMessage(customerId, {
      paymentFactor: { isInStorePayment: "true", needSurcharge: "true" },
      surchargeInfo: { surchargeAmount: { currency: "HKD", value: "1047" } },
    });
    await pay(message);
    expect(await balanceOf(customerId)).toBe(98_953n);
    expect((await cancel(message.paymentRequestId)).code).toBe("SUCCESS");
    const { balance, entries } = await customerOf(customerId);
    expect(balance).toBe(100_000n);
    expect(entries[0]?.legs).toEqual(
      entries[1]?.legs.map(({ account, amountMinor }) => ({ account, amountMinor: -amountMinor })),
    );
  });

  it("gives the day's limits free again", async () => {
    vi.useFakeTimers({ toFake: ["Date"] }); // The limits are a day's: no midnight may come between.
    const customerId = await openCustomer({ limits: { daily: 1_000n, dailyCount: 1 } });
    const message = payMessage(customerId);
    await pay(message);
    await cancel(message.paymentRequestId);
    expect((await pay(payMessage(customerId))).code).toBe("SUCCESS");
  });

  it("does not make its payment code good for another payment", async () => {
    const customerId = await openCustomer();
    const message = payMessage(customerId);
    await pay(message);
    await cancel(message.paymentRequestId);
    const { paymentMethod } = message;
    expect((await pay(payMessage(customerId, { paymentMethod }))).code).toBe("INVALID_CODE");
  });

  it("compares nothing but paymentRequestId [IDM-05]", async () => {
    const customerId = await openCustomer();
    const message = payMessage(customerId);
    await pay(message);
    const { paymentRequestId } = message;
    const other: Json = { acquirerId: "other", pspId: "other", paymentRequestId, unknown: "other" };
    expect((await send("/payments/cancelPayment", other)).code).toBe("SUCCESS");
    expect((await cancel(paymentRequestId)).code).toBe("SUCCESS");
    expect(await balanceOf(customerId)).toBe(100_000n);
  });

  it("leaves other payments of the customer alone", async () => {
    const customerId = await openCustomer();
    const [cancelled, kept] = [payMessage(customerId), payMessage(customerId)];
    await pay(cancelled);
    await pay(kept);
    await cancel(cancelled.paymentRequestId);
    expect(await balanceOf(customerId)).toBe(99_000n);
    expect((await inquire(kept.paymentRequestId)).body).toMatchObject({ paymentResult: SUCCESS });
  });
});

it("answers S to a cancel of a failed payment, which keeps its reason [CAN-03]", async () => {
  const customerId = await openCustomer({ balance: 0n });
  const message = payMessage(customerId);
  const refused = await pay(message);
  expect((await cancel(message.paymentRequestId)).body).toEqual({ result: SUCCESS });
  expect((await pay(message)).text).toBe(refused.text);
  expect((await inquire(message.paymentRequestId)).body).toMatchObject({ paymentResult: refused.body.result });
  expect(await balanceOf(customerId)).toBe(0n);
});

it("answers S to a cancel of a payment that its expiry has closed [CAN-03]", async () => {
  const customerId = await openCustomer();
  const message = payMessage(customerId, { paymentExpiryTime: "2020-01-01T00:00:00Z" });
  await pay(message);
  expect((await cancel(message.paymentRequestId)).body).toEqual({ result: SUCCESS });
  expect(await balanceOf(customerId)).toBe(100_000n);
});

describe("the cancel window", () => {
  it.each([
    ["2030-03-10T00:00:00+08:00", "2030-03-11T00:29:59.999+08:00"],
    ["2030-03-10T12:00:00+08:00", "2030-03-11T00:29:59+08:00"],
    ["2030-03-10T23:59:59.999+08:00", "2030-03-11T00:29:59.999+08:00"],
    ["2030-03-11T00:00:00+08:00", "2030-03-12T00:29:59.999+08:00"],
  ])("of a payment at %s is still open at %s [TIM-09]", async (paymentTime, cancelTime) => {
    setClock(paymentTime);
    const customerId = await openCustomer();
    const message = payMessage(customerId);
    expect((await pay(message)).code).toBe("SUCCESS");
    setClock(cancelTime);
    expect((await cancel(message.paymentRequestId)).code).toBe("SUCCESS");
    expect(await balanceOf(customerId)).toBe(100_000n);
  });

  it.each([
    ["2030-03-10T00:00:00+08:00", "2030-03-11T00:30:00+08:00"],
    ["2030-03-10T23:59:59.999+08:00", "2030-03-11T00:30:00+08:00"],
    ["2030-03-11T00:00:00+08:00", "2030-03-12T00:30:00+08:00"],
  ])(
    "of a payment at %s is over at %s: CANCEL_WINDOW_EXCEED, and nothing changes [TIM-09]",
    async (paymentTime, cancelTime) => {
      setClock(paymentTime);
      const customerId = await openCustomer();
      const message = payMessage(customerId);
      await pay(message);
      const after = await customerOf(customerId);
      setClock(cancelTime);
      expect(await cancel(message.paymentRequestId)).toMatchObject({
        code: "CANCEL_WINDOW_EXCEED",
        resultStatus: "F",
        message: "Exceed cancel window.",
        verified: true,
      });
      expect(await customerOf(customerId)).toEqual(after);
      expect((await inquire(message.paymentRequestId)).body).toMatchObject({ paymentResult: SUCCESS });
      expect((await refund(message.paymentRequestId, "1000")).code).toBe("SUCCESS");
    },
  );

  it("does not matter to a repeat of a cancel, nor to a payment that holds no money", async () => {
    setClock("2030-03-10T12:00:00+08:00");
    const [cancelled, failed] = [await openCustomer(), await openCustomer({ balance: 0n })];
    const messages = [payMessage(cancelled), payMessage(failed)];
    for (const message of messages) await pay(message);
    await cancel(messages[0]?.paymentRequestId);
    setClock("2030-03-12T12:00:00+08:00");
    for (const { paymentRequestId } of messages) expect((await cancel(paymentRequestId)).code).toBe("SUCCESS");
    expect((await cancel(newId("pay"))).code).toBe("SUCCESS");
  });
});

describe("a cancel of a payment with a refund", () => {
  it("answers PROCESS_FAIL, says why, and refunds nothing [CAN-05]", async () => {
    const customerId = await openCustomer();
    const message = payMessage(customerId);
    await pay(message);
    await refund(message.paymentRequestId, "1");
    expect(await cancel(message.paymentRequestId)).toMatchObject({
      code: "PROCESS_FAIL",
      resultStatus: "F",
      message: expect.stringMatching(/refund/),
      verified: true,
    });
    expect(await balanceOf(customerId)).toBe(99_001n);
    expect((await inquire(message.paymentRequestId)).body).toMatchObject({ paymentResult: SUCCESS });
  });

  it("is done where the refund was refused [CAN-05]", async () => {
    const customerId = await openCustomer();
    const message = payMessage(customerId);
    await pay(message);
    expect((await refund(message.paymentRequestId, "1001")).code).toBe("REFUND_AMOUNT_EXCEED");
    expect((await cancel(message.paymentRequestId)).code).toBe("SUCCESS");
    expect(await balanceOf(customerId)).toBe(100_000n);
  });
});

it.each(["acquirerId", "pspId", "paymentRequestId"])("requires %s [CAN-01]", async (parameter) => {
  const customerId = await openCustomer();
  const message = payMessage(customerId);
  await pay(message);
  const { paymentRequestId } = message;
  const reply = await send("/payments/cancelPayment", { ...PARTIES, paymentRequestId, [parameter]: null });
  expect(reply).toMatchObject({ code: "PARAM_ILLEGAL", message: `Illegal parameter ${parameter}: is required.` });
  expect((await inquire(paymentRequestId)).body).toMatchObject({ paymentResult: SUCCESS });
});
