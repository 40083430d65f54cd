/** Which scenario a payment belongs to. Source: docs/spec/wallet/pay.md#scenarios. */
import type * as z from "zod";
import type { paymentFactor } from "../../../protocol/parameters.ts";
import { illegalParameter, type ReportedAnswer } from "../../../protocol/results.ts";
import type { Scenario } from "../payments/records/payment-records.ts";

type PaymentFactor = z.infer<typeof paymentFactor>;

const SCENARIO_OF_CODE = {
  PaymentCode: "PAYMENT_CODE",
  OrderCode: "ORDER_CODE",
  EntryCode: "ENTRY_CODE",
} as const satisfies Record<string, Scenario>;

/** The scenario that a `paymentFactor` names, or the refusal of one that names none. */
export function scenarioOf(factor: PaymentFactor): Scenario | ReportedAnswer {
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
  return isCashierPayment ? "CASHIER" : "AUTO_DEBIT";
}

function contradiction(member: string): ReportedAnswer {
  return illegalParameter(`paymentFactor.${member}`, "contradicts the rest");
}
