/**
 * Orders on a day of kills without faults: each answer to the wallet stands, and Alipay+ is notified of how each has
 * ended.
 */
import type { InspectedSale } from "../play/evidence.ts";
import { type Event, walletPaymentIn } from "../play/play.ts";
import type { InspectionView, NetworkView, SaleStatus, WalletView } from "../play/views.ts";

/** An attempt to notify takes five seconds at most: one that is unanswered for longer died with its process. */
const ATTEMPT_OVER_MS = 8_000;

/** What the acquirer may see of a payment that is final at the wallet. */
const ACQUIRER_STATUSES: Readonly<Partial<Record<WalletView["status"], readonly SaleStatus[]>>> = {
  SUCCEEDED: ["SUCCEEDED"],
  FAILED: ["FAILED", "CANCELLED"],
  CLOSED: ["FAILED", "CANCELLED"],
};

/**
 * What is wrong with an order.
 *
 * @param killTimesMs when the gateway was killed, in the rehearsal's time
 */
export function checkOrder(
  sale: InspectedSale,
  events: readonly Event[],
  killTimesMs: readonly number[],
): readonly string[] {
  const id = sale.sale.paymentRequestId;
  const ownEvents = events.filter(({ action }) => "sale" in action && action.sale === id);
  const { network, wallet } = sale;
  const faults =
    network === "UNKNOWN" || typeof wallet === "string"
      ? checkUnknown(sale, ownEvents)
      : [
          ...checkFinal(wallet),
          ...checkWalletAnswers(wallet, sale.inspection, ownEvents),
          ...checkNotified(sale, wallet, network),
          ...checkAttempts(sale.inspection, network, killTimesMs),
        ];
  return faults.map((fault) => `${id} ${fault}`);
}

/** Whether a payment has no final state yet. */
function isOpen({ status }: WalletView): boolean {
  return status === "AWAITING_CONFIRMATION" || status === "PROCESSING";
}

function paymentText({ paymentId, status, result }: WalletView): string {
  return `${status} ${result.resultCode} as ${paymentId}`;
}

/** Of an order that no scan has brought to the wallet, the wallet has answered and notified nothing. */
function checkUnknown({ network }: InspectedSale, events: readonly Event[]): string[] {
  const faults = events.flatMap((event) => {
    const answered = walletPaymentIn(event);
    return answered ? [`was answered ${paymentText(answered)} and is unknown now`] : [];
  });
  const isNotified = network !== "UNKNOWN" && network.received.length > 0;
  return isNotified ? [...faults, "is unknown to the wallet, which has notified its result"] : faults;
}

function checkFinal(wallet: WalletView): string[] {
  return isOpen(wallet) ? [`never became final: ${wallet.status}`] : [];
}

/** Only Alipay+ undoes a success: by its cancel at the expiry (docs/spec/wallet/cancel-payment.md). */
function isUndone(inspection: InspectionView | undefined): boolean {
  return inspection?.closedBy === "CANCEL";
}

/**
 * What was final for the customer still holds, what was open was the same payment, and nothing was refused, but an
 * answer to an order whose scan had not arrived.
 */
function checkWalletAnswers(
  wallet: WalletView,
  inspection: InspectionView | undefined,
  events: readonly Event[],
): string[] {
  let isScanned = false;
  const faults: string[] = [];
  for (const event of events) {
    const { action, reply } = event;
    if (reply === undefined || (action.act !== "SCAN" && action.act !== "SAY")) continue;
    const answered = walletPaymentIn(event);
    if (answered === undefined) {
      const code = (reply.body as { readonly code?: string }).code;
      if (action.act === "SAY" && !isScanned && code === "PAYMENT_UNKNOWN") continue;
      faults.push(`was refused: ${JSON.stringify(reply)}`);
      continue;
    }
    isScanned = true;
    const wasUndone = answered.status === "SUCCEEDED" && isUndone(inspection);
    const stands =
      isOpen(answered) || wasUndone
        ? answered.paymentId === wallet.paymentId
        : paymentText(answered) === paymentText(wallet);
    if (!stands) faults.push(`was answered ${paymentText(answered)} and is ${paymentText(wallet)} now`);
  }
  return faults;
}

/**
 * The result has arrived and was acknowledged, Alipay+ was never notified of another, but of a success that it has
 * undone since, and the acquirer knows it.
 */
function checkNotified({ sale, inspection }: InspectedSale, wallet: WalletView, { received }: NetworkView): string[] {
  const faults: string[] = [];
  if (!ACQUIRER_STATUSES[wallet.status]?.includes(sale.status)) {
    faults.push(`is ${wallet.status}, and ${sale.status} for its acquirer`);
  }
  if (inspection?.notification?.acknowledgedTime === undefined) {
    faults.push("has a result whose notification was never acknowledged");
  }
  if (received.length === 0) faults.push("has a result of which Alipay+ was never notified");
  for (const { resultCode, paymentId, answer } of received) {
    const stands = resultCode === wallet.result.resultCode || (resultCode === "SUCCESS" && isUndone(inspection));
    if (stands && paymentId === wallet.paymentId && answer === "SUCCESS") continue;
    faults.push(`is ${paymentText(wallet)} and was notified as ${resultCode} of ${paymentId}, answered ${answer}`);
  }
  return faults;
}

/** Every notification is counted as an attempt, and an attempt whose outcome is missing died in a kill. */
function checkAttempts(
  inspection: InspectionView | undefined,
  { received }: NetworkView,
  killTimesMs: readonly number[],
): string[] {
  const attempts = inspection?.notification?.attempts ?? [];
  const faults = attempts
    .filter(({ outcome, time }) => outcome === "BEGUN" && !isKilledAfter(Date.parse(time), killTimesMs))
    .map(({ time }) => `has no outcome of the notification of ${time}, and there was no kill`);
  return received.length > attempts.length
    ? [...faults, `was notified ${received.length} times in ${attempts.length} attempts`]
    : faults;
}

/** Times are cut to whole seconds. */
function isKilledAfter(beganTimeMs: number, killTimesMs: readonly number[]): boolean {
  return killTimesMs.some((timeMs) => timeMs >= beganTimeMs && timeMs <= beganTimeMs + ATTEMPT_OVER_MS);
}
