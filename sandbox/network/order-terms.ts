/** What userInitiatedPay answers for an acquirer's order. Source: seeds/001; spec/03 Payment scenarios. */
import type { JsonObject } from "../../worker/json.ts";
import { definedMembers } from "../defined-members.ts";
import { orderTermsOf } from "../order-terms.ts";
import type { Charge, PaymentRecord, PaymentTerms } from "./payment-records.ts";

/**
 * The order as its customer's wallet is told of it, as JSON text; always the same for the same payment.
 *
 * @returns undefined when there is no amount in the wallet's currency; a charge was made of it before
 */
export function walletTermsOf(payment: PaymentRecord, terms: PaymentTerms, charge: Charge): string | undefined {
  const { scenario, requested, order, paymentRedirectUrl, passThroughInfo } = terms;
  const wish = {
    paymentAmount: requested,
    walletCurrency: charge.payTo.currency,
    isCashier: scenario === "CASHIER",
    isPaymentEvaluation: false,
    paymentExpiryTime: payment.state.expiryTimeMs,
    codeForm: "PRIVATE_ORDER_CODE",
  } as const;
  const passedOn = definedMembers({ order: JSON.parse(order) as JsonObject, paymentRedirectUrl, passThroughInfo });
  const told = orderTermsOf(payment.paymentId, wish, passedOn, payment.createdTimeMs);
  return "terms" in told ? JSON.stringify(told.terms) : undefined;
}
