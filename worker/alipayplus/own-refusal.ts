/** The wallet's own rules about a payment, which are checked before its home is called. */
import type { Configuration, Env } from "../../durable/env.ts";
import { mayBePaid } from "../../durable/merchants/client.ts";
import type { OwnRefusal } from "../../durable/payments/machine/payment.ts";
import { isBelowSmallest } from "../../durable/payments/machine/smallest-amounts.ts";
import type { PaymentTerms } from "../../durable/payments/records.ts";

/**
 * Why the wallet's rules refuse a payment; undefined when they do not. Source: docs/spec/amounts.md#smallest-amounts,
 * docs/spec/wallet/other-services.md#merchant-registration.
 *
 * @throws what the runtime throws when the merchant's shard cannot be reached
 */
export async function ownRefusalOf(
  gateway: { readonly env: Env; readonly configuration: Configuration },
  terms: Pick<PaymentTerms, "payToAmount" | "productCode" | "referenceMerchantId">,
  nowMs: number,
): Promise<OwnRefusal | undefined> {
  if (isBelowSmallest(terms, gateway.configuration.smallestAmounts)) return "PAYMENT_BELOW_SMALLEST";
  return (await mayBePaid(gateway, terms.referenceMerchantId, nowMs)) ? undefined : "MERCHANT_NOT_REGISTERED";
}
