/** What userInitiatedPay answers for an acquirer's order. Source: seeds/001; spec/03 Payment scenarios. */
import type { JsonObject } from "../../worker/json.ts";
import { orderWordsOf } from "../order-words.ts";
import { chargeParametersOf } from "./charge-words.ts";
import type { Charge, PaymentRecord, PaymentTerms } from "./payment-records.ts";

/** The order as its customer's wallet is told of it, as JSON text; always the same for the same payment. */
export function walletTermsOf({ paymentId, state }: PaymentRecord, terms: PaymentTerms, charge: Charge): string {
  const { scenario, order, paymentRedirectUrl, passThroughInfo } = terms;
  const words = orderWordsOf({
    paymentRequestId: paymentId,
    order: JSON.parse(order) as JsonObject,
    isCashier: scenario === "CASHIER",
    isPaymentEvaluation: false,
    amounts: chargeParametersOf(charge),
    passedOn: { paymentRedirectUrl, passThroughInfo },
    expiryTimeMs: state.expiryTimeMs,
  });
  return JSON.stringify(words);
}
