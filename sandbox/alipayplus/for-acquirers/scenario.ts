/** Which scenario a payment belongs to, and how long it may take. Source: spec/03 Payment scenarios, Time limits. */
import type * as z from "zod";
import type { paymentFactor } from "../../../protocol/parameters.ts";
import { answerOf, illegalParameter } from "../../../protocol/results.ts";
import type { SandboxAnswer } from "../answer.ts";
import type { Scenario } from "../payments/records/payment-records.ts";

type PaymentFactor = z.infer<typeof paymentFactor>;

const SCENARIO_OF_CODE = {
  PaymentCode: "PAYMENT_CODE",
  OrderCode: "ORDER_CODE",
  EntryCode: "ENTRY_CODE",
} as const satisfies Record<string, Scenario>;

/** How long a payment may take when the acquirer does not say. */
const TIME_LIMIT_MS: Record<Scenario, number> = {
  PAYMENT_CODE: 180_000,
  ORDER_CODE: 600_000,
  ENTRY_CODE: 600_000,
  CASHIER: 600_000,
};

/** The scenario that a `paymentFactor` names, or the refusal of one that names none. Auto Debit is not supported. */
export function scenarioOf(factor: PaymentFactor): Scenario | SandboxAnswer {
  const { isInStorePayment, inStorePaymentScenario, isCashierPayment, isAgreementPayment, presentmentMode } = factor;
  if (isInStorePayment === true) {
    if (isCashierPayment || isAgreementPayment) return contradiction("isInStorePayment");
    return inStorePaymentScenario
      ? SCENARIO_OF_CODE[inStorePaymentScenario]
      : illegalParameter("paymentFactor.inStorePaymentScenario", "is required");
  }
  if (isInStorePayment === undefined) return illegalParameter("paymentFactor.isInStorePayment", "is required");
  if (isAgreementPayment === isCashierPayment) return contradiction("isCashierPayment");
  if (presentmentMode === undefined) return illegalParameter("paymentFactor.presentmentMode", "is required");
  return isCashierPayment ? "CASHIER" : answerOf("BUSINESS_NOT_SUPPORT");
}

function contradiction(member: string): SandboxAnswer {
  return illegalParameter(`paymentFactor.${member}`, "contradicts the rest");
}

/**
 * Until when a payment may succeed, to the second, as messages write it; at most ten minutes for the cashier.
 *
 * @param wantedTimeMs `paymentExpiryTime`, epoch milliseconds
 */
export function expiryTimeOf(scenario: Scenario, wantedTimeMs: number | undefined, nowMs: number): number {
  const usualTimeMs = nowMs + TIME_LIMIT_MS[scenario];
  const timeMs = scenario === "CASHIER" ? Math.min(wantedTimeMs ?? usualTimeMs, usualTimeMs) : wantedTimeMs;
  return Math.floor((timeMs ?? usualTimeMs) / 1_000) * 1_000;
}
