/**
 * A charge as its wallet gets it, in pay and in userInitiatedPay. Source: docs/spec/amounts.md; docs/spec/objects.md.
 */

import { definedMembers } from "../../../../protocol/absent-parameters.ts";
import type { JsonObject, JsonValue } from "../../../../protocol/json.ts";
import { amountOf } from "../../../../protocol/parameters.ts";
import type { Charge } from "../records/payment-records.ts";

/** The amounts with their quotes and promotions, each under its condition. */
export function chargeParametersOf(charge: Charge): JsonObject {
  const { payment, payTo, quote, surcharge, promotions } = charge;
  return definedMembers({
    paymentAmount: amountOf(payment),
    payToAmount: amountOf(payTo),
    paymentQuote: quote,
    surchargeInfo: surcharge && surchargeInfoOf(charge, surcharge.amountMinor),
    paymentPromoInfo: promotions.length > 0 ? { paymentPromoDetails: promotions } : undefined,
  });
}

/**
 * `surchargeInfo` of a payment or of one of its refunds; undefined when the payment has no surcharge.
 *
 * @param customerMinor the customer's payment or refund, in minor units of the wallet's currency
 */
export function surchargeInfoOf({ payTo, surcharge }: Charge, customerMinor: bigint): JsonValue | undefined {
  if (!surcharge) return undefined;
  return { surchargeAmount: amountOf({ ...payTo, amountMinor: customerMinor }), surchargeQuote: surcharge.quote };
}
