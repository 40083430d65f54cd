/** A payment as the acquirer gets it. Source: docs/spec/acquirer/interfaces.md. */

import { definedMembers } from "../../../../protocol/absent-parameters.ts";
import type { JsonObject, JsonValue } from "../../../../protocol/json.ts";
import { amountOf } from "../../../../protocol/parameters.ts";
import { type ReportedResult, resultOf } from "../../../../protocol/results.ts";
import { formatTime } from "../../../../protocol/time.ts";
import { PARTIES } from "../../message.ts";
import type { PaymentState } from "../machine/payment.ts";
import { WALLET_BRAND_NAME } from "../network-wallets.ts";
import type { PaymentRecord, PaymentTerms } from "../records/payment-records.ts";

/** A payment's own result, as every answer and notification has it. */
export function paymentResultOf({ status }: PaymentState): ReportedResult {
  switch (status.name) {
    case "OFFERED":
    case "ASKED":
      return resultOf("PAYMENT_IN_PROCESS");
    case "SUCCEEDED":
      return resultOf("SUCCESS");
    case "FAILED":
      return { ...status.failure, resultStatus: "F" };
    case "CLOSING":
    case "CLOSED":
      return resultOf("ORDER_IS_CLOSED");
  }
}

/**
 * What an answer or a notification has of a payment beside its result: the customer and the wallet once it has
 * succeeded, the settlement where its currency is another than the transaction's.
 */
export function paymentParametersOf({ paymentId, state, terms, charge }: PaymentRecord): JsonObject {
  const { status } = state;
  const success = status.name === "SUCCEEDED" ? status : undefined;
  return definedMembers({
    acquirerId: PARTIES.acquirerId,
    pspId: charge && PARTIES.pspId,
    paymentId,
    paymentTime: success && formatTime(success.paymentTimeMs),
    paymentAmount: terms && amountOf(terms.requested),
    customerId: success && charge?.customerId,
    walletBrandName: success && WALLET_BRAND_NAME,
    ...(success && terms ? settlementParametersOf(terms, terms.settlement.amountMinor) : {}),
  });
}

/**
 * `settlementAmount` and `settlementQuote` of a payment or a refund, which are empty within one currency
 * (docs/spec/acquirer/older-interface.md#answer).
 */
export function settlementParametersOf(
  { settlement, settlementQuote }: PaymentTerms,
  amountMinor: bigint,
): Readonly<Record<string, JsonValue>> {
  if (!settlementQuote) return {};
  return { settlementAmount: amountOf({ ...settlement, amountMinor }), settlementQuote };
}
