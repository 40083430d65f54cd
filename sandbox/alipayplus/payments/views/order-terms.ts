/** What userInitiatedPay answers for an order of the network. Source: seeds/001; spec/03 Payment scenarios. */
import type { JsonObject } from "../../../../protocol/json.ts";
import { orderWordsOf } from "../../for-wallets/order-view.ts";
import type { Charge, FixedAmounts, PaymentRecord, PaymentTerms, PlacedByHand } from "../records/payment-records.ts";
import { chargeParametersOf } from "./charge-view.ts";

/** The order as its customer's wallet is told of it; always the same for the same payment. */
export function walletTermsOf(payment: PaymentRecord, terms: PaymentTerms, charge: Charge): JsonObject {
  const { byHand } = terms;
  return byHand ? handPlacedTermsOf(payment, terms, byHand) : termsOf(payment, terms, chargeParametersOf(charge));
}

/** An order that was placed by hand, as whoever scans it is told of it. */
export function handPlacedTermsOf(payment: PaymentRecord, terms: PaymentTerms, { amounts }: PlacedByHand): JsonObject {
  return termsOf(payment, terms, JSON.parse(amounts) as FixedAmounts);
}

function termsOf({ paymentId, state }: PaymentRecord, terms: PaymentTerms, amounts: JsonObject): JsonObject {
  const { scenario, order, paymentRedirectUrl, passThroughInfo, byHand } = terms;
  const { paymentNotifyUrl, isPaymentEvaluation = false } = byHand ?? {};
  const authorizationInfo = byHand?.authorizationInfo && (JSON.parse(byHand.authorizationInfo) as JsonObject);
  return orderWordsOf({
    paymentRequestId: paymentId,
    order: JSON.parse(order) as JsonObject,
    isCashier: scenario === "CASHIER",
    isPaymentEvaluation,
    amounts,
    passedOn: { paymentNotifyUrl, paymentRedirectUrl, authorizationInfo, passThroughInfo },
    expiryTimeMs: state.expiryTimeMs,
  });
}
