/** The orders of the kill test: merchants place them, customers scan and confirm or decline, Alipay+ is told. */
import { setTimeout as pause } from "node:timers/promises";
import type { RestartedGateway } from "../../support/end-to-end/killable-gateway.ts";
import { type Errand, forEachAtOnce } from "./load.ts";
import { ATTEMPT_OVER_MS, isOpen, type SettledOrder, type TrackedOrder } from "./order-checks.ts";
import type {
  NotificationView,
  OperatorView,
  OrderClient,
  PaymentView,
  PlacedOrder,
  WalletAnswer,
} from "./order-client.ts";

/** How often a customer declines. One who hears nothing may change their mind. */
const DECLINE_PROBABILITY = 0.2;
/** How often a customer tries again after a lost answer; otherwise they walk away, and the order is left to itself. */
const PATIENCE_PROBABILITY = 0.8;
/** Nobody begins anything so shortly before the expiry: whoever hears then that the order has expired was told right. */
const TOO_LATE_MS = 5_000;

/** An order of thirty seconds expires, or its confirmed debit is taken up by the resolver; with room for both. */
const SETTLE_TIMEOUT_MS = 90_000;
const SETTLE_POLL_INTERVAL_MS = 500;

/** What came of the orders. */
export type OrderCounts = {
  readonly lostCalls: number;
  readonly succeeded: number;
  readonly failed: number;
  readonly closed: number;
  /** Orders whose payment the gateway never knew: no scan got through. */
  readonly unknown: number;
  /** Attempts to notify, by what came of them; BEGUN: they died in a kill, and an operator had the result sent again. */
  readonly attempts: Readonly<Record<string, number>>;
};

/** What an order needs: a merchant's wish, a customer, and everybody's way to the gateway. */
export type OrderErrand = {
  readonly customerId: string;
  readonly payToAmountMinor: bigint;
  readonly client: OrderClient;
  readonly gateway: RestartedGateway;
  readonly random: () => number;
  /** Takes the order as soon as it is placed. */
  readonly track: (order: TrackedOrder) => void;
};

/** From the order code to the customer's word, or to where the customer gives up. */
export function orderErrand(errand: OrderErrand): Errand {
  const { client, random, track } = errand;
  return async () => {
    const order = await placeOrder(errand);
    track(order);
    const { placed, customerId } = order;
    if (!(await tryAgain(errand, order, () => client.scan(placed, customerId)))) return;
    await tryAgain(errand, order, () =>
      client.say(random() < DECLINE_PROBABILITY ? "decline" : "confirm", placed, customerId),
    );
  };
}

async function placeOrder({ customerId, payToAmountMinor, client, gateway }: OrderErrand): Promise<TrackedOrder> {
  for (let lostCalls = 0; ; lostCalls += 1) {
    await gateway.untilUp();
    const placed = await client.place(payToAmountMinor);
    if (placed) return { placed, customerId, answers: [], lostCalls };
  }
}

/** Makes a call until it is answered, it is too late, or the customer walks away, and keeps the answer. */
async function tryAgain(
  { gateway, random }: OrderErrand,
  order: TrackedOrder,
  call: () => Promise<WalletAnswer | undefined>,
): Promise<boolean> {
  const lastTimeMs = Date.parse(order.placed.paymentExpiryTime) - TOO_LATE_MS;
  do {
    await gateway.untilUp();
    if (Date.now() > lastTimeMs) return false;
    const answer = await call();
    if (answer) {
      order.answers.push(answer);
      return !("problem" in answer);
    }
    order.lostCalls += 1;
  } while (random() < PATIENCE_PROBABILITY);
  return false;
}

function isFinal(payment: PaymentView | "UNKNOWN"): boolean {
  return payment === "UNKNOWN" || !isOpen(payment);
}

/**
 * Waits until every order is final and told, has the customers who were answered confirm once more, and asks everybody
 * what they know. What does not come in time is told as it is.
 */
export async function settleOrders(orders: readonly TrackedOrder[], client: OrderClient): Promise<SettledOrder[]> {
  const deadlineMs = performance.now() + SETTLE_TIMEOUT_MS;
  const settled: SettledOrder[] = [];
  await forEachAtOnce(orders, async (order) => {
    const { placed, customerId } = order;
    while (!isFinal(await client.askWallet(placed)) && performance.now() < deadlineMs) {
      await pause(SETTLE_POLL_INTERVAL_MS);
    }
    const payment = await client.askWallet(placed);
    const operator = payment === "UNKNOWN" ? {} : await untilTold(placed, client, deadlineMs);
    if (payment !== "UNKNOWN" && order.answers.length > 0) {
      const answer = await client.say("confirm", placed, customerId);
      if (answer) order.answers.push(answer);
    }
    settled.push({ order, payment, ...operator, merchant: await client.askMerchant(placed) });
  });
  return settled;
}

/** Waits for the acknowledgement. A notification that died is sent again by hand, its next turn being minutes away. */
async function untilTold(placed: PlacedOrder, client: OrderClient, deadlineMs: number): Promise<OperatorView> {
  let wasSentAgain = false;
  let operator = await client.askOperator(placed);
  while (operator.notification?.acknowledgedTime === undefined && performance.now() < deadlineMs) {
    if (!wasSentAgain && hasDied(operator.notification)) {
      await client.notifyAgain(placed);
      wasSentAgain = true;
    }
    await pause(SETTLE_POLL_INTERVAL_MS);
    operator = await client.askOperator(placed);
  }
  return operator;
}

/** Whether an attempt was counted and nothing can be heard of it any more. One that was never begun is still to come. */
function hasDied(notification: NotificationView | undefined): boolean {
  const last = notification?.attempts.at(-1);
  return last !== undefined && Date.parse(last.time) + ATTEMPT_OVER_MS < Date.now();
}

/** Counts what came of the orders. */
export function countOrders(settled: readonly SettledOrder[]): OrderCounts {
  const countOf = (status: PaymentView["status"]): number =>
    settled.filter(({ payment }) => payment !== "UNKNOWN" && payment.status === status).length;
  return {
    lostCalls: settled.reduce((sum, { order }) => sum + order.lostCalls, 0),
    succeeded: countOf("SUCCEEDED"),
    failed: countOf("FAILED"),
    closed: countOf("CLOSED"),
    unknown: settled.filter(({ payment }) => payment === "UNKNOWN").length,
    attempts: countAttempts(settled),
  };
}

function countAttempts(settled: readonly SettledOrder[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of settled.flatMap(({ notification }) => notification?.attempts ?? [])) {
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  return counts;
}
