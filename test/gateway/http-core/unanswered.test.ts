/**
 * What every caller sees while the wallet's core does not answer
 * (docs/spec/results.md#how-a-result-is-reported).
 */
import { abortAllDurableObjects } from "cloudflare:test";
import { expect, it } from "vitest";
import {
  balanceOf,
  cancel,
  homeOfPayment,
  inquire,
  newId,
  openCustomer,
  pay,
  payByOurCode,
  payMessage,
  refund,
  runResolver,
} from "../../support/alipayplus.ts";
import { playAlipayPlus, SUCCESS } from "../../support/alipayplus-answers.ts";
import { advance, HOUR_MS, MINUTE_MS, standTheClock } from "../../support/clock.ts";
import { setCoreFault } from "../../support/core-faults.ts";
import { until } from "../../support/until.ts";
import { bind, payByTokenMessage, takeAuthNotifications } from "../../support/wallet/authorizations.ts";
import { walletCall } from "../../support/wallet/calls.ts";
import { listen } from "../../support/wallet/live.ts";
import { decodedOrder, notifications, orderCommand, placeOrder } from "../../support/wallet/order.ts";

const NOTIFY_PATH = "/results/of-one-order";

standTheClock();

/** An order that waits for its customer, and whose result is sent to its own URL. */
async function newOrder(customerId: string): Promise<string> {
  const command = await orderCommand(
    customerId,
    {},
    decodedOrder({ paymentNotifyUrl: `https://notify.test${NOTIFY_PATH}` }),
  );
  await placeOrder(command);
  return command.paymentRequestId;
}

function decide(decision: "confirm" | "decline", paymentRequestId: string, customerId: string) {
  return walletCall("POST", `/payments/${paymentRequestId}/${decision}`, { customerId });
}

it("answers U PAYMENT_IN_PROCESS while the wallet's core has not answered, as pay does [RES-03, RES-06]", async () => {
  const customerId = await openCustomer();
  setCoreFault(customerId, "debit", "LOST");
  const message = payMessage(customerId);
  const result = {
    resultCode: "PAYMENT_IN_PROCESS",
    resultStatus: "U",
    resultMessage: "The payment is being processed.",
  };
  expect((await pay(message)).body).toEqual({ result });
  expect((await inquire(message.paymentRequestId)).body).toMatchObject({ result: SUCCESS, paymentResult: result });
  setCoreFault(customerId, "debit");
});

it("does not refund a payment whose result is not known yet: U, and nothing is remembered of it", async () => {
  const customerId = await openCustomer();
  setCoreFault(customerId, "debit", "LOST");
  const message = payMessage(customerId);
  expect((await pay(message)).code).toBe("PAYMENT_IN_PROCESS");
  const refundRequestId = newId("refund");
  const early = await refund(message.paymentRequestId, "1000", { refundRequestId });
  expect(early).toMatchObject({ code: "PAYMENT_IN_PROCESS", resultStatus: "U" });
  setCoreFault(customerId, "debit");
  await cancel(message.paymentRequestId);
  expect((await refund(message.paymentRequestId, "1000", { refundRequestId })).code).toBe("ORDER_IS_CLOSED");
});

it("answers PROCESSING while the wallet's core does not answer, and takes the money once", async () => {
  const customerId = await openCustomer();
  const paymentRequestId = await newOrder(customerId);
  setCoreFault(customerId, "debit", "MUTE");
  expect((await decide("confirm", paymentRequestId, customerId)).body).toMatchObject({ status: "PROCESSING" });
  expect((await decide("decline", paymentRequestId, customerId)).body).toMatchObject({ status: "PROCESSING" });
  expect((await decide("confirm", paymentRequestId, customerId)).body).toMatchObject({ status: "PROCESSING" });
  expect(await balanceOf(customerId)).toBe(99_000n);
});

it("publishes a success that was found after the object of the payment was torn down", async () => {
  const customerId = await openCustomer();
  setCoreFault(customerId, "debit", "HELD");
  const message = await payByOurCode(customerId);
  const answer = pay(message);
  await until(async () => (await balanceOf(customerId)) === 99_000n);
  await abortAllDurableObjects();
  expect(await answer).toMatchObject({ resultStatus: "U" });
  setCoreFault(customerId, "debit");
  const app = await listen(customerId);
  advance(10_000);
  await runResolver(await homeOfPayment(message.paymentRequestId));
  expect(await app.next()).toMatchObject({ paymentRequestId: message.paymentRequestId, status: "SUCCEEDED" });
});

it("sends a success that the resolver has found, once it is known", async () => {
  const received = playAlipayPlus({ [NOTIFY_PATH]: () => ({ result: SUCCESS }) });
  const customerId = await openCustomer();
  const paymentRequestId = await newOrder(customerId);
  setCoreFault(customerId, "debit", "MUTE");
  expect((await decide("confirm", paymentRequestId, customerId)).body.status).toBe("PROCESSING");
  await runResolver(await homeOfPayment(paymentRequestId));
  expect(received).toEqual([]);
  setCoreFault(customerId, "debit");
  advance(10_000);
  await runResolver(await homeOfPayment(paymentRequestId));
  await notifications(received, paymentRequestId, 1);
  expect(received[0]?.body).toMatchObject({ paymentRequestId, paymentResult: SUCCESS });
});

it("reverses a debit by a token that is not known to have succeeded a minute after the first message [AUT-47]", async () => {
  takeAuthNotifications();
  const { accessToken, customerId } = await bind();
  setCoreFault(customerId, "debit", "MUTE");
  const paymentExpiryTime = new Date(Date.now() + HOUR_MS).toISOString();
  const message = payByTokenMessage(accessToken, { paymentExpiryTime });
  expect((await pay(message)).code).toBe("PAYMENT_IN_PROCESS");
  advance(MINUTE_MS / 2);
  expect((await pay(message)).code).toBe("PAYMENT_IN_PROCESS");
  expect(await balanceOf(customerId)).toBe(99_000n);
  setCoreFault(customerId, "debit");
  advance(MINUTE_MS / 2);
  await runResolver(await homeOfPayment(message.paymentRequestId));
  expect((await pay(message)).code).toBe("ORDER_IS_CLOSED");
  expect(await balanceOf(customerId)).toBe(100_000n);
});
