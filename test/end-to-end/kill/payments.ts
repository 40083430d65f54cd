/** The payments of the kill test: customers show codes, Alipay+ sends pay, and what comes of it in the end. */
import { setTimeout as pause } from "node:timers/promises";
import { paymentCode } from "../../support/end-to-end/alipayplus-messages.ts";
import type { SettledPayment } from "./checks.ts";
import type { AlipayPlus, Inquired, TrackedPayment } from "./client.ts";
import type { RestartedGateway } from "./gateway.ts";
import { type Errand, forEachAtOnce } from "./load.ts";

/** How often Alipay+ sends the same payment again after a lost answer; otherwise it only asks later. */
const REPEAT_PROBABILITY = 0.5;

/** The resolver takes a payment up six seconds after its claim, and backs off from one second. */
const SETTLE_TIMEOUT_MS = 90_000;
const SETTLE_POLL_INTERVAL_MS = 500;

/** What came of the payments. */
export type PaymentCounts = {
  readonly lostCalls: number;
  readonly succeeded: number;
  readonly refused: number;
  /** Payments that were never answered and are final all the same: the resolver's work, for the most part. */
  readonly finishedUnanswered: number;
  /** Payments of which the gateway never heard. */
  readonly unknown: number;
};

/** A payment that was not sent yet. */
export function newPayment(index: number, customerId: string, payToAmountMinor: bigint): TrackedPayment {
  const terms = { paymentRequestId: `KILL_${index}`, paymentCode: paymentCode(index), customerId, payToAmountMinor };
  return { terms, answers: [], lostCalls: 0 };
}

/** Sends a payment until it is answered, or until Alipay+ leaves it at that. */
export function payErrand(
  payment: TrackedPayment,
  alipayplus: AlipayPlus,
  gateway: RestartedGateway,
  random: () => number,
): Errand {
  return async () => {
    await alipayplus.pay(payment);
    while (payment.answers.length === 0 && payment.lostCalls > 0 && random() < REPEAT_PROBABILITY) {
      await gateway.untilUp();
      await alipayplus.pay(payment);
    }
  };
}

function isFinal(inquired: Inquired | "UNKNOWN"): boolean {
  return inquired === "UNKNOWN" || inquired.resultStatus !== "U";
}

/**
 * Waits until every payment is final, asks for all of them, and sends those that were answered once more. Those that
 * are not final in time are told as they are.
 */
export async function settlePayments(
  payments: readonly TrackedPayment[],
  alipayplus: AlipayPlus,
): Promise<SettledPayment[]> {
  const deadlineMs = performance.now() + SETTLE_TIMEOUT_MS;
  const settled: SettledPayment[] = [];
  await forEachAtOnce(payments, async (payment) => {
    while (!isFinal(await alipayplus.inquire(payment)) && performance.now() < deadlineMs) {
      await pause(SETTLE_POLL_INTERVAL_MS);
    }
    settled.push({ payment, inquired: await alipayplus.inquire(payment) });
    if (payment.answers.length > 0) await alipayplus.pay(payment);
  });
  return settled;
}

/** Counts what came of the payments. */
export function countPayments(settled: readonly SettledPayment[]): PaymentCounts {
  const countOf = (holds: (settled: SettledPayment) => boolean): number => settled.filter(holds).length;
  const hasStatus =
    (status: "S" | "F") =>
    ({ inquired }: SettledPayment): boolean =>
      inquired !== "UNKNOWN" && inquired.resultStatus === status;
  return {
    lostCalls: settled.reduce((sum, { payment }) => sum + payment.lostCalls, 0),
    succeeded: countOf(hasStatus("S")),
    refused: countOf(hasStatus("F")),
    finishedUnanswered: countOf(
      ({ payment, inquired }) => payment.answers.length === 0 && inquired !== "UNKNOWN" && isFinal(inquired),
    ),
    unknown: countOf(({ inquired }) => inquired === "UNKNOWN"),
  };
}
