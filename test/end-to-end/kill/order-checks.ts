/** What must hold of every order after any number of kills. Each check tells what is wrong in sentences. */
import type { Owed } from "./checks.ts";
import type { MerchantView, OperatorView, PaymentView, PlacedOrder, WalletAnswer } from "./order-client.ts";

/** An order with everything that the wallet was answered about it. */
export type TrackedOrder = {
  readonly placed: PlacedOrder;
  readonly customerId: string;
  /** In the order in which they came. */
  readonly answers: WalletAnswer[];
  /** Calls that got no answer at all. */
  lostCalls: number;
};

/** An order in the end: as the wallet, the operators and the merchant see it. */
export type SettledOrder = OperatorView & {
  readonly order: TrackedOrder;
  readonly payment: PaymentView | "UNKNOWN";
  readonly merchant: MerchantView;
};

/** An attempt to notify takes five seconds at most; after that, one without an answer has died with its process. */
export const ATTEMPT_OVER_MS = 8_000;

/** What the merchant may see of a payment that is final. */
const MERCHANT_STATUSES: Readonly<Record<string, readonly string[]>> = {
  SUCCEEDED: ["PAID"],
  FAILED: ["FAILED", "CLOSED"],
  CLOSED: ["FAILED", "CLOSED"],
};

/** Whether a payment has no final state yet. */
export function isOpen({ status }: PaymentView): boolean {
  return status === "AWAITING_CONFIRMATION" || status === "PROCESSING";
}

function paymentText({ paymentId, status, result }: PaymentView): string {
  return `${status} ${result.resultCode} as ${paymentId}`;
}

/**
 * Every order has one final state, the wallet was never told otherwise, and the merchant knows it.
 *
 * @param killTimesMs when the gateway was killed, epoch milliseconds
 */
export function checkOrder(settled: SettledOrder, killTimesMs: readonly number[]): string[] {
  const { order, payment } = settled;
  const faults =
    payment === "UNKNOWN"
      ? checkUnknown(settled)
      : [...checkKnown(settled, payment), ...checkAttempts(settled, killTimesMs)];
  return faults.map((fault) => `${order.placed.paymentRequestId} ${fault}`);
}

/** What the customer owes for an order: nothing unless it succeeded. */
export function owedForOrder({ order, payment }: SettledOrder): Owed[] {
  if (payment === "UNKNOWN" || payment.status !== "SUCCEEDED") return [];
  const { paymentRequestId, payToAmount } = order.placed;
  const { paymentId } = payment;
  return [{ customerId: order.customerId, paymentRequestId, paymentId, amountMinor: BigInt(payToAmount.value) }];
}

/** Of an order that nobody could scan nothing may be known anywhere. */
function checkUnknown({ order, merchant }: SettledOrder): string[] {
  const faults = order.answers.map((answer) => `was answered ${answerText(answer)} and is not known any more`);
  if (merchant.notifications.length > 0) faults.push("is not known, and its merchant has a notification");
  return faults;
}

function checkKnown(settled: SettledOrder, payment: PaymentView): string[] {
  if (isOpen(payment)) return [`never became final: ${payment.status}`];
  return [...checkAnswers(settled, payment), ...checkTold(settled, payment)];
}

function answerText(answer: WalletAnswer): string {
  return "problem" in answer ? answer.problem : paymentText(answer);
}

/**
 * What was final for the wallet still holds; what was open was the same payment; nothing was refused. Only Alipay+ undoes a
 * success: by its cancel at the expiry, when no word of it got through (spec/03 Cancel).
 */
function checkAnswers({ order, closedBy }: SettledOrder, payment: PaymentView): string[] {
  const stands = (answer: WalletAnswer): boolean => {
    if ("problem" in answer) return false;
    const isUndone = answer.status === "SUCCEEDED" && closedBy === "CANCEL";
    if (isOpen(answer) || isUndone) return answer.paymentId === payment.paymentId;
    return paymentText(answer) === paymentText(payment);
  };
  return order.answers
    .filter((answer) => !stands(answer))
    .map((answer) => `was answered ${answerText(answer)} and is now ${paymentText(payment)}`);
}

/** The result has arrived and was acknowledged, and nothing else was ever told. */
function checkTold({ notification, merchant }: SettledOrder, payment: PaymentView): string[] {
  const faults: string[] = [];
  if (!MERCHANT_STATUSES[payment.status]?.includes(merchant.status)) {
    faults.push(`is ${payment.status}, and ${merchant.status} for its merchant`);
  }
  if (notification?.acknowledgedTime === undefined) faults.push("has a result that was never acknowledged");
  if (merchant.notifications.length === 0) faults.push("has a result that was never told");
  for (const { resultCode, paymentId, answer } of merchant.notifications) {
    if (resultCode === payment.result.resultCode && paymentId === payment.paymentId && answer === "SUCCESS") continue;
    faults.push(`is ${paymentText(payment)} and was told as ${resultCode} of ${paymentId}, answered ${answer}`);
  }
  return faults;
}

/** No notification went uncounted, and an attempt of which nothing was heard died in a kill. */
function checkAttempts({ notification, merchant }: SettledOrder, killTimesMs: readonly number[]): string[] {
  const attempts = notification?.attempts ?? [];
  const faults = attempts
    .filter(({ outcome, time }) => outcome === "BEGUN" && !hasKillAfter(Date.parse(time), killTimesMs))
    .map(({ time }) => `has heard nothing of the notification of ${time}, and there was no kill`);
  const arrived = merchant.notifications.length;
  return arrived > attempts.length ? [...faults, `was told ${arrived} times in ${attempts.length} attempts`] : faults;
}

function hasKillAfter(beganTimeMs: number, killTimesMs: readonly number[]): boolean {
  return killTimesMs.some((timeMs) => timeMs >= beganTimeMs && timeMs <= beganTimeMs + ATTEMPT_OVER_MS);
}
