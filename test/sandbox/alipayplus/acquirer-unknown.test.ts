/**
 * What Alipay+ does when the wallet gives no result, gives it late, or must be sent a cancel (docs/spec/time-limits.md,
 * docs/spec/results.md#how-a-result-is-reported, docs/spec/wallet/cancel-payment.md).
 */
import { afterEach, describe, expect, it, vi } from "vitest";
import { formatTime } from "../../../protocol/time.ts";
import { hkd } from "../../support/amounts.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, NOON_MS, SECOND_MS, standTheClock } from "../../support/clock.ts";
import {
  ask,
  callAs,
  entriesOf,
  NOTIFY_URL,
  newId,
  payByCode,
  reportOf,
  runAlarm,
} from "../../support/sandbox/acquirer.ts";
import { type GatewayHandler, realGateway, setGateway } from "../../support/sandbox/gateway-binding.ts";
import { type CustomerReply, call, openCustomer } from "../../support/sandbox/sandbox.ts";

/** The midnight of UTC+8 after it. */
const MIDNIGHT_MS = NOON_MS + 12 * HOUR_MS;

standTheClock(() => NOON_MS);

afterEach(() => setGateway());

/** The gateway, but for the interfaces whose answers are given; counts the requests. */
function playGateway(answers: Readonly<Record<string, GatewayHandler>>): string[] {
  const asked: string[] = [];
  setGateway((request) => {
    const name = new URL(request.url).pathname.split("/").at(-1) ?? "";
    asked.push(name);
    return (answers[name] ?? realGateway)(request);
  });
  return asked;
}

const lost: GatewayHandler = () => Promise.reject(new Error("lost"));

/** The wallet does what it is asked, and its answer is lost. */
const answerLost: GatewayHandler = async (request) => {
  await realGateway(request);
  throw new Error("lost");
};

const advance = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds);

const balanceOf = async (customerId: string) => (await call<CustomerReply>("GET", `/customers/${customerId}`)).balance;

describe("a payment whose result the wallet does not give", () => {
  it("is U, and polled after 4 s, 4 s, 30 s, 60 s, 60 s, 60 s, 5 min, 5 min [TIM-05]", async () => {
    const asked = playGateway({ pay: lost, inquiryPayment: lost });
    const paymentExpiryTime = formatTime(NOON_MS + HOUR_MS);
    const { answer, paymentRequestId } = await payByCode(await openCustomer(), { paymentExpiryTime });
    expect(answer.result).toMatchObject({ resultCode: "PAYMENT_IN_PROCESS", resultStatus: "U" });
    expect(answer).not.toHaveProperty("customerId");
    for (const pauseMs of [4, 4, 30, 60, 60, 60, 300, 300].map((seconds) => seconds * SECOND_MS)) {
      const polls = asked.length;
      advance(pauseMs - 1);
      await runAlarm();
      expect(asked).toHaveLength(polls);
      advance(1);
      await runAlarm();
      expect(asked.slice(polls)).toEqual(["inquiryPayment"]);
    }
    expect(await reportOf(paymentRequestId)).toMatchObject({ status: "ASKED", dueTime: paymentExpiryTime });
  });

  it("succeeds when a poll says so", async () => {
    playGateway({ pay: answerLost });
    const customerId = await openCustomer();
    const { paymentRequestId, message } = await payByCode(customerId);
    advance(4 * SECOND_MS);
    await runAlarm();
    const inquiry = await ask("inquiryPayment", { paymentRequestId });
    expect(inquiry).toMatchObject({ paymentResult: { resultCode: "SUCCESS" }, customerId });
    expect((await ask("pay", message)).result.resultCode).toBe("SUCCESS");
    expect(await balanceOf(customerId)).toBe("99000");
    const { refundAmount } = await ask("refund", {
      paymentRequestId,
      refundRequestId: newId(),
      refundAmount: hkd("1"),
    });
    expect(refundAmount).toEqual(hkd("1"));
  });

  it("fails when a poll says so", async () => {
    playGateway({ pay: answerLost });
    const { paymentRequestId } = await payByCode(await openCustomer({ balance: "1" }));
    advance(4 * SECOND_MS);
    await runAlarm();
    const inquiry = await ask("inquiryPayment", { paymentRequestId });
    expect(inquiry.paymentResult).toMatchObject({ resultCode: "USER_BALANCE_NOT_ENOUGH", resultStatus: "F" });
  });

  it("is closed at its expiry, and cancelled until the wallet confirms it; what was paid goes back [CAN-06]", async () => {
    const asked = playGateway({ pay: answerLost, inquiryPayment: lost, cancelPayment: lost });
    const customerId = await openCustomer();
    const { paymentRequestId, answer } = await payByCode(customerId);
    expect(await balanceOf(customerId)).toBe("99000");
    advance(3 * MINUTE_MS);
    await runAlarm();
    expect(asked.at(-1)).toBe("cancelPayment");
    expect((await reportOf(paymentRequestId)).status).toBe("CLOSING");
    const closed = await ask("inquiryPayment", { paymentRequestId });
    expect(closed.paymentResult).toMatchObject({ resultCode: "ORDER_IS_CLOSED" });
    playGateway({});
    advance(4 * SECOND_MS);
    await runAlarm();
    expect((await reportOf(paymentRequestId)).status).toBe("CLOSED");
    expect(await balanceOf(customerId)).toBe("100000");
    expect(await entriesOf(String(answer.paymentId))).toEqual([]);
  });

  it("is cancelled when its success arrives too late [TIM-04]", async () => {
    playGateway({
      pay: async (request) => {
        const response = await realGateway(request);
        advance(3 * MINUTE_MS);
        return response;
      },
    });
    const customerId = await openCustomer();
    const { paymentRequestId, answer } = await payByCode(customerId);
    expect(answer.result.resultCode).toBe("ORDER_IS_CLOSED");
    await runAlarm();
    expect((await reportOf(paymentRequestId)).status).toBe("CLOSED");
    expect(await balanceOf(customerId)).toBe("100000");
  });

  it("can be cancelled at once; the wallet hears of it until it confirms [CAN-07]", async () => {
    const asked = playGateway({ pay: lost, cancelPayment: lost });
    const { paymentRequestId } = await payByCode(await openCustomer());
    expect((await ask("cancelPayment", { paymentRequestId })).result.resultCode).toBe("SUCCESS");
    expect(asked).toEqual(["pay", "cancelPayment"]);
    playGateway({});
    advance(4 * SECOND_MS);
    await runAlarm();
    expect((await reportOf(paymentRequestId)).status).toBe("CLOSED");
  });

  it("cannot be refunded yet", async () => {
    playGateway({ pay: lost });
    const { paymentRequestId } = await payByCode(await openCustomer());
    const { result } = await ask("refund", { paymentRequestId, refundRequestId: newId(), refundAmount: hkd("1") });
    expect(result).toMatchObject({ resultCode: "PAYMENT_IN_PROCESS", resultStatus: "U" });
  });
});

describe("a cancel that overtakes its pay", () => {
  it("closes the payment, and what the wallet took goes back [CAN-06]", async () => {
    const started = Promise.withResolvers<void>();
    const finish = Promise.withResolvers<void>();
    playGateway({
      pay: async (request) => {
        started.resolve();
        await finish.promise;
        return realGateway(request);
      },
    });
    const customerId = await openCustomer();
    const paymentRequestId = newId();
    const paid = payByCode(customerId, { paymentRequestId });
    await started.promise;
    expect((await ask("cancelPayment", { paymentRequestId })).result.resultCode).toBe("SUCCESS");
    finish.resolve();
    expect((await paid).answer.result.resultCode).toBe("ORDER_IS_CLOSED");
    expect(await balanceOf(customerId)).toBe("100000");
    expect((await reportOf(paymentRequestId)).status).toBe("CLOSED");
  });
});

describe("the window of a cancel", () => {
  it("ends for acquirers at 00:15 UTC+8 of the next day [TIM-10]", async () => {
    const customerId = await openCustomer();
    const { paymentRequestId: first } = await payByCode(customerId);
    const { paymentRequestId: second } = await payByCode(customerId);
    vi.setSystemTime(MIDNIGHT_MS + 15 * MINUTE_MS - 1);
    expect((await ask("cancelPayment", { paymentRequestId: first })).result.resultCode).toBe("SUCCESS");
    vi.setSystemTime(MIDNIGHT_MS + 15 * MINUTE_MS);
    expect((await ask("cancelPayment", { paymentRequestId: second })).result.resultCode).toBe("CANCEL_WINDOW_EXCEED");
    expect((await ask("cancelPayment", { paymentRequestId: first })).result.resultCode).toBe("SUCCESS");
  });
});

describe("a refund whose result the wallet does not give", () => {
  it("is U, reserves its amount, and is asked for again until it is done [ACQ-14]", async () => {
    playGateway({ refund: answerLost });
    const customerId = await openCustomer();
    const { paymentRequestId } = await payByCode(customerId);
    const wish = { paymentRequestId, refundRequestId: newId(), refundAmount: hkd("600") };
    expect((await ask("refund", wish)).result).toMatchObject({ resultCode: "PAYMENT_IN_PROCESS", resultStatus: "U" });
    const more = { ...wish, refundRequestId: newId(), refundAmount: hkd("401") };
    expect((await ask("refund", more)).result.resultCode).toBe("REFUND_AMOUNT_EXCEED");
    playGateway({});
    advance(4 * SECOND_MS);
    await runAlarm();
    expect(await ask("refund", wish)).toMatchObject({ result: { resultCode: "SUCCESS" }, refundAmount: hkd("600") });
    expect(await balanceOf(customerId)).toBe("99600");
  });
});

describe("the result for the acquirer", () => {
  const deliveriesOf = async (paymentRequestId: string) =>
    (await reportOf(paymentRequestId)).notification?.attempts.map(
      ({ resultCode: code, outcome }) => `${code} ${outcome}`,
    );

  it("is sent to its paymentNotifyUrl, once it is final, and acknowledged [ACQ-16, ACQ-17]", async () => {
    playGateway({ pay: answerLost });
    const { paymentRequestId } = await payByCode(await openCustomer(), { paymentNotifyUrl: NOTIFY_URL });
    await runAlarm();
    expect((await reportOf(paymentRequestId)).notification).toBeUndefined();
    advance(4 * SECOND_MS);
    await runAlarm();
    await runAlarm();
    expect(await deliveriesOf(paymentRequestId)).toEqual(["SUCCESS S"]);
    expect((await reportOf(paymentRequestId)).notification).toMatchObject({ acknowledgedTime: expect.any(String) });
    advance(2 * DAY_MS);
    await runAlarm();
    expect(await deliveriesOf(paymentRequestId)).toEqual(["SUCCESS S"]);
  });

  it("is shown whole, signed, from Alipay+ to ACQP [ACQ-15]", async () => {
    const { paymentRequestId, answer } = await payByCode(await openCustomer(), { paymentNotifyUrl: NOTIFY_URL });
    await runAlarm();
    const { traffic } = await call<{ traffic: { exchange: { to: string; request: { body: string } } }[] }>(
      "GET",
      "/traffic?limit=5",
    );
    const shown = traffic.find(({ exchange }) => exchange.to === "ACQP");
    expect(JSON.parse(shown?.exchange.request.body ?? "{}")).toMatchObject({
      paymentResult: { resultCode: "SUCCESS", resultStatus: "S" },
      paymentRequestId,
      paymentId: answer.paymentId,
      paymentAmount: hkd("1000"),
      paymentTime: answer.paymentTime,
      customerId: answer.customerId,
      walletBrandName: answer.walletBrandName,
    });
  });

  it.each(["F", "U", "NONE"])("is resent by the schedule of seven when it is answered %s [TIM-07]", async (wanted) => {
    const paymentNotifyUrl = `${NOTIFY_URL}?answer=${wanted}`;
    const { paymentRequestId } = await payByCode(await openCustomer(), { paymentNotifyUrl });
    await runAlarm();
    for (const [index, minutes] of [2, 10, 10, 60, 120, 360, 900].entries()) {
      advance(minutes * MINUTE_MS - 1);
      await runAlarm();
      expect(await deliveriesOf(paymentRequestId)).toHaveLength(index + 1);
      advance(1);
      await runAlarm();
      expect(await deliveriesOf(paymentRequestId)).toHaveLength(index + 2);
    }
    expect((await reportOf(paymentRequestId)).notification).not.toHaveProperty("dueTime");
  });

  it("is sent for a failure and an expiry, and not for the acquirer's own cancel [ACQ-16]", async () => {
    const urls = { paymentNotifyUrl: NOTIFY_URL };
    const { paymentRequestId: failed } = await payByCode(await openCustomer({ balance: "1" }), urls);
    await runAlarm();
    expect(await deliveriesOf(failed)).toEqual(["USER_BALANCE_NOT_ENOUGH S"]);
    playGateway({ pay: lost });
    const { paymentRequestId: expired } = await payByCode(await openCustomer(), urls);
    const { paymentRequestId: cancelled } = await payByCode(await openCustomer(), urls);
    await ask("cancelPayment", { paymentRequestId: cancelled });
    advance(3 * MINUTE_MS);
    await runAlarm();
    await runAlarm();
    expect(await deliveriesOf(expired)).toEqual(["ORDER_IS_CLOSED S"]);
    expect(await deliveriesOf(cancelled)).toBeUndefined();
  });

  it("is believed by the acquirer only when Alipay+ has signed it", async () => {
    const path = "/sandbox/acquirer/notifications";
    const byAcquirer = await callAs(path, { paymentResult: {} });
    expect([byAcquirer.result.resultCode, byAcquirer.verified]).toEqual(["INVALID_SIGNATURE", false]);
  });

  it("goes to no foreign server [SBX-09]", async () => {
    const paymentNotifyUrl = "https://acquirer.example.com/notifications";
    const { paymentRequestId } = await payByCode(await openCustomer(), { paymentNotifyUrl });
    await runAlarm();
    expect(await deliveriesOf(paymentRequestId)).toEqual(["SUCCESS URL_NOT_REACHABLE"]);
    expect((await reportOf(paymentRequestId)).notification).not.toHaveProperty("dueTime");
  });
});
