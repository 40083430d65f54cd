/**
 * notifyPayment: where a result goes, and that every try sends the same
 * (docs/spec/wallet/user-initiated-pay.md#response-parameters, docs/spec/idempotency.md).
 */
import { abortAllDurableObjects } from "cloudflare:test";
import { expect, it } from "vitest";
import { type Json, openCustomer } from "../../support/alipayplus.ts";
import { playAlipayPlus, resultOf, SUCCESS } from "../../support/alipayplus-answers.ts";
import { advance, MINUTE_MS, standTheClock } from "../../support/clock.ts";
import { until } from "../../support/until.ts";
import { walletCall } from "../../support/wallet/calls.ts";
import { decodedOrder, inspect, notifications, orderCommand, placeOrder } from "../../support/wallet/order.ts";

/** Not the path of any interface: only the payment itself names it. */
const OWN_PATH = "/results/of-one-order";

standTheClock();

/** An order whose result is sent to its own URL. */
async function newOrder(customerId: string): Promise<string> {
  const answer = decodedOrder({ paymentNotifyUrl: `https://notify.test${OWN_PATH}` });
  const command = await orderCommand(customerId, {}, answer);
  await placeOrder(command);
  return command.paymentRequestId;
}

function confirm(paymentRequestId: string, customerId: string) {
  return walletCall("POST", `/payments/${paymentRequestId}/confirm`, { customerId });
}

async function attemptsOf(paymentRequestId: string) {
  return (await inspect(paymentRequestId)).notification?.attempts ?? [];
}

it("goes to the URL that the payment names, whatever its path [NOT-04]", async () => {
  const received = playAlipayPlus({ [OWN_PATH]: () => ({ result: SUCCESS }) });
  const customerId = await openCustomer();
  const paymentRequestId = await newOrder(customerId);
  await confirm(paymentRequestId, customerId);
  await notifications(received, paymentRequestId, 1);
  expect(received).toMatchObject([{ path: OWN_PATH, verified: true, body: { paymentRequestId } }]);
});

it("is repeated with every parameter unchanged, although time passes [IDM-07]", async () => {
  const received = playAlipayPlus({ [OWN_PATH]: () => resultOf("U", "UNKNOWN_EXCEPTION") });
  const customerId = await openCustomer();
  const paymentRequestId = await newOrder(customerId);
  await confirm(paymentRequestId, customerId);
  await notifications(received, paymentRequestId, 1);
  await until(async () => expect(await attemptsOf(paymentRequestId)).toHaveLength(1));
  advance(2 * MINUTE_MS);
  await notifications(received, paymentRequestId, 2);
  expect(received[1]?.body).toEqual(received[0]?.body);
});

it("is sent again when its object was torn down before the answer came", async () => {
  const { promise: answer, resolve: letGo } = Promise.withResolvers<Json>();
  const unanswered = playAlipayPlus({ [OWN_PATH]: () => answer });
  const customerId = await openCustomer();
  const paymentRequestId = await newOrder(customerId);
  await confirm(paymentRequestId, customerId);
  await notifications(unanswered, paymentRequestId, 1);
  await abortAllDurableObjects();
  letGo({ result: SUCCESS });

  const received = playAlipayPlus({ [OWN_PATH]: () => ({ result: SUCCESS }) });
  advance(2 * MINUTE_MS);
  await notifications(received, paymentRequestId, 1);
  expect(received[0]?.body).toEqual(unanswered[0]?.body);
  await until(async () => expect((await inspect(paymentRequestId)).notification?.acknowledgedTimeMs).toBeDefined());
});
