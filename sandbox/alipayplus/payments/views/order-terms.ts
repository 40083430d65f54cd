/**
 * The answer of userInitiatedPay for an order of the network. Source: docs/spec/wallet/user-initiated-pay.md;
 * docs/spec/wallet/pay.md#scenarios.
 */
import type { JsonObject } from "../../../../protocol/json.ts";
import { orderViewOf } from "../../for-wallets/order-view.ts";
import type { Charge, FixedAmounts, ManualOrder, PaymentRecord, PaymentTerms } from "../records/payment-records.ts";
import { chargeParametersOf } from "./charge-view.ts";

/** The order as its customer's wallet gets it; always the same for the same payment. */
export function walletTermsOf(payment: PaymentRecord, terms: PaymentTerms, charge: Charge): JsonObject {
  const { manual } = terms;
  return manual ? manualTermsOf(payment, terms, manual) : termsOf(payment, terms, chargeParametersOf(charge));
}

/** A manual order, as the wallet of every customer gets it. */
export function manualTermsOf(payment: PaymentRecord, terms: PaymentTerms, { amounts }: ManualOrder): JsonObject {
  return termsOf(payment, terms, JSON.parse(amounts) as FixedAmounts);
}

function termsOf({ paymentId, state }: PaymentRecord, terms: PaymentTerms, amounts: JsonObject): JsonObject {
  const { scenario, order, paymentRedirectUrl, passThroughInfo, isPaymentEvaluation = false, manual } = terms;
  const { paymentNotifyUrl } = manual ?? {};
  const authorizationInfo = manual?.authorizationInfo && (JSON.parse(manual.authorizationInfo) as JsonObject);
  return orderViewOf({
    paymentRequestId: paymentId,
    order: JSON.parse(order) as JsonObject,
    isCashier: scenario === "CASHIER",
    isPaymentEvaluation,
    amounts,
    passedOn: { paymentNotifyUrl, paymentRedirectUrl, authorizationInfo, passThroughInfo },
    expiryTimeMs: state.expiryTimeMs,
  });
}
