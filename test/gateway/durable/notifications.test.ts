/**
 * notifyPayment: every final result is sent until it is acknowledged (docs/spec/wallet/notify-payment.md,
 * docs/spec/time-limits.md).
 */
import { describe, expect, it } from "vitest";
import { cancel, homeOfPayment, openCustomer, pay, payMessage, runResolver } from "../../support/alipayplus.ts";
import { resultOf, SUCCESS } from "../../support/alipayplus-answers.ts";
import { advance, HOUR_MS, MINUTE_MS, standTheClock } from "../../support/clock.ts";
import { until } from "../../support/until.ts";
import { walletCall } from "../../support/wallet/calls.ts";
import {
  decodedOrder,
  inspect,
  NOTIFY_PATH,
  notifications,
  orderCommand,
  placeOrder,
  takeNotifications,
} from "../../support/wallet/order.ts";

/** docs/spec/time-limits.md#resending: resent after 2 min, 10 min, 10 min, 1 h, 2 h, 6 h, 15 h. */
const PAUSES_MS = [2, 10, 10, 60, 120, 360, 900].map((minutes) => minutes * MINUTE_MS);

standTheClock();

async function newOrder(customerId: string, answer = decodedOrder(), changes = {}): Promise<string> {
  const command = await orderCommand(customerId, changes, answer);
  await placeOrder(command);
  return command.paymentRequestId;
}

async function confirm(paymentRequestId: string, customerId: string) {
  return walletCall("POST", `/payments/${paymentRequestId}/confirm`, { customerId });
}

/** The attempts that have an outcome. */
async function endedAttemptsOf(paymentRequestId: string) {
  const { notification } = await inspect(paymentRequestId);
  return notification?.attempts.filter(({ outcome }) => outcome !== "BEGUN") ?? [];
}

describe("a final result", () => {
  it("is due from the turn on that stores it", async () => {
    const received = takeNotifications();
    const customerId = await openCustomer();
    const confirmed = await newOrder(customerId);
    await confirm(confirmed, customerId);
    const message = payMessage(customerId, { paymentNotifyUrl: `https://alipayplus.test${NOTIFY_PATH}` });
    await pay(message);
    for (const paymentRequestId of [confirmed, String(message.paymentRequestId)]) {
      expect((await inspect(paymentRequestId)).notification).toMatchObject({ dueTimeMs: Date.now(), attempts: [] });
    }
    await notifications(received, confirmed, 2);
  });

  it("is sent with all its parameters, signed, to the payment's own URL [NOT-01]", async () => {
    const received = takeNotifications();
    const customerId = await openCustomer();
    const paymentRequestId = await newOrder(customerId);
    const { body } = await confirm(paymentRequestId, customerId);
    const [notification] = await notifications(received, paymentRequestId, 1);
    expect(notification).toMatchObject({ path: NOTIFY_PATH, verified: true });
    expect(notification?.body).toEqual({
      paymentResult: SUCCESS,
      paymentRequestId,
      paymentId: body.paymentId,
      paymentTime: body.paymentTime,
      paymentAmount: { currency: "HKD", value: "1000" },
      payToAmount: { currency: "HKD", value: "1000" },
      customerId,
    });
  });

  it("is sent once when it is acknowledged [NOT-03]", async () => {
    const received = takeNotifications();
    const customerId = await openCustomer();
    const paymentRequestId = await newOrder(customerId);
    await confirm(paymentRequestId, customerId);
    await notifications(received, paymentRequestId, 1);
    await until(async () => expect((await inspect(paymentRequestId)).notification?.acknowledgedTimeMs).toBeDefined());
    advance(48 * HOUR_MS);
    await runResolver(await homeOfPayment(paymentRequestId));
    expect(received).toHaveLength(1);
    expect(await endedAttemptsOf(paymentRequestId)).toMatchObject([
      { attemptNumber: 1, resultCode: "SUCCESS", outcome: "S" },
    ]);
  });

  it("is counted before it is sent: an attempt without an answer is shown, and made again", async () => {
    const unanswered = Promise.withResolvers<{ result: typeof SUCCESS }>();
    const received = takeNotifications(() => unanswered.promise);
    const customerId = await openCustomer();
    const paymentRequestId = await newOrder(customerId);
    const beganTimeMs = Date.now();
    await confirm(paymentRequestId, customerId);
    await notifications(received, paymentRequestId, 1);
    expect((await inspect(paymentRequestId)).notification).toEqual({
      acknowledgedTimeMs: undefined,
      dueTimeMs: beganTimeMs + 2 * MINUTE_MS,
      attempts: [{ attemptNumber: 1, timeMs: beganTimeMs, resultCode: "SUCCESS", outcome: "BEGUN" }],
    });
    unanswered.resolve({ result: SUCCESS });
    await until(async () => expect(await endedAttemptsOf(paymentRequestId)).toMatchObject([{ outcome: "S" }]));
  });

  it("is sent for a failure, and when an order is declined, expires or is cancelled [NOT-02]", async () => {
    const received = takeNotifications();
    const poor = await openCustomer({ balance: 1n });
    const failed = await newOrder(poor);
    await confirm(failed, poor);
    await notifications(received, failed, 1);

    const customerId = await openCustomer();
    const declined = await newOrder(customerId);
    await walletCall("POST", `/payments/${declined}/decline`, { customerId });
    await notifications(received, declined, 2);

    const cancelled = await newOrder(customerId);
    await cancel(cancelled);
    await notifications(received, cancelled, 3);

    const expired = await newOrder(customerId);
    advance(600_000);
    await runResolver(await homeOfPayment(expired));
    await notifications(received, expired, 4);

    const sent = received.map(({ body }) => [
      body.paymentRequestId,
      (body.paymentResult as { resultCode: string }).resultCode,
    ]);
    expect(sent).toEqual([
      [failed, "USER_BALANCE_NOT_ENOUGH"],
      [declined, "ORDER_IS_CLOSED"],
      [cancelled, "ORDER_IS_CLOSED"],
      [expired, "ORDER_IS_CLOSED"],
    ]);
  });

  it("is sent again when a success is cancelled", async () => {
    const received = takeNotifications();
    const customerId = await openCustomer();
    const paymentRequestId = await newOrder(customerId);
    await confirm(paymentRequestId, customerId);
    await notifications(received, paymentRequestId, 1);
    expect((await cancel(paymentRequestId)).code).toBe("SUCCESS");
    await notifications(received, paymentRequestId, 2);
    expect(received.map(({ body }) => (body.paymentResult as { resultCode: string }).resultCode)).toEqual([
      "SUCCESS",
      "ORDER_IS_CLOSED",
    ]);
  });

  it("of a payment by code is sent as well, where Alipay+ names a URL", async () => {
    const received = takeNotifications();
    const message = payMessage(await openCustomer(), { paymentNotifyUrl: `https://alipayplus.test${NOTIFY_PATH}` });
    await pay(message);
    await notifications(received, String(message.paymentRequestId), 1);
    expect(received[0]?.body).toMatchObject({ paymentRequestId: message.paymentRequestId, paymentResult: SUCCESS });
  });

  it("is not sent while there is none [NOT-02, NOT-04]", async () => {
    const received = takeNotifications();
    const customerId = await openCustomer();
    const paymentRequestId = await newOrder(customerId);
    await runResolver(await homeOfPayment(paymentRequestId));
    expect((await inspect(paymentRequestId)).notification).toBeUndefined();
    expect(received).toHaveLength(0);
    // Left open, it would expire and be sent in the time of another test.
    await walletCall("POST", `/payments/${paymentRequestId}/decline`, { customerId });
    await notifications(received, paymentRequestId, 1);
  });
});

describe("a result that is not acknowledged", () => {
  for (const [how, answer] of [
    ["is refused", () => resultOf("F", "ORDER_NOT_EXIST")],
    ["is not known to have arrived", () => resultOf("U", "UNKNOWN_EXCEPTION")],
    ["finds no server", () => new Response(null, { status: 503 })],
  ] as const) {
    it(`is sent on the documented schedule when it ${how}, then no more [TIM-08]`, async () => {
      const received = takeNotifications(answer);
      const customerId = await openCustomer();
      const paymentRequestId = await newOrder(customerId);
      await confirm(paymentRequestId, customerId);
      await notifications(received, paymentRequestId, 1);
      for (const [index, pauseMs] of PAUSES_MS.entries()) {
        await until(async () => expect(await endedAttemptsOf(paymentRequestId)).toHaveLength(index + 1));
        expect((await inspect(paymentRequestId)).notification?.acknowledgedTimeMs).toBeUndefined();
        advance(pauseMs - 1);
        await runResolver(await homeOfPayment(paymentRequestId));
        expect(received).toHaveLength(index + 1);
        advance(1);
        await notifications(received, paymentRequestId, index + 2);
      }
      await until(async () => expect(await endedAttemptsOf(paymentRequestId)).toHaveLength(8));
      advance(48 * HOUR_MS);
      await runResolver(await homeOfPayment(paymentRequestId));
      expect(received).toHaveLength(8);
      const { notification } = await inspect(paymentRequestId);
      expect(notification).toMatchObject({ acknowledgedTimeMs: undefined, dueTimeMs: undefined });
    });
  }

  it("can be sent again by an operator, from the beginning of the schedule [TIM-08]", async () => {
    const received = takeNotifications(() => resultOf("F", "PROCESS_FAIL"));
    const customerId = await openCustomer();
    const paymentRequestId = await newOrder(customerId);
    const { body } = await confirm(paymentRequestId, customerId);
    await notifications(received, paymentRequestId, 1);
    await until(async () => expect(await endedAttemptsOf(paymentRequestId)).toHaveLength(1));
    const again = takeNotifications();
    const payments = await homeOfPayment(paymentRequestId);
    expect(await payments.notifyAgain(String(body.paymentId))).toMatchObject({ outcome: "DUE" });
    await notifications(again, paymentRequestId, 1);
    await until(async () =>
      expect(await endedAttemptsOf(paymentRequestId)).toMatchObject([{ outcome: "F PROCESS_FAIL" }, { outcome: "S" }]),
    );
  });
});

describe("a URL that cannot be used", () => {
  it("is recorded, and nothing is sent there", async () => {
    const received = takeNotifications();
    const customerId = await openCustomer();
    const paymentRequestId = await newOrder(customerId, decodedOrder({ paymentNotifyUrl: "http://plain.test/" }));
    await confirm(paymentRequestId, customerId);
    await runResolver(await homeOfPayment(paymentRequestId));
    expect(await endedAttemptsOf(paymentRequestId)).toMatchObject([{ outcome: "URL_NOT_USABLE" }]);
    expect(received).toHaveLength(0);
  });
});
