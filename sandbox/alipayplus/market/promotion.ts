/**
 * Promotions that Alipay+ pays: as they are configured, and as a wallet gets them. Source: docs/spec/amounts.md;
 * docs/spec/objects.md.
 */
import * as z from "zod";
import type { Money } from "../../../protocol/money.ts";
import { amountOf, identifier, positiveAmount, text } from "../../../protocol/parameters.ts";

/** How many promotions an order or the market may have. */
const PROMOTIONS_LIMIT = 16;

/** What every promotion has; `savingsAmount` is in the transaction's or in the wallet's currency. */
export const promotionMembers = {
  promoId: identifier.optional(),
  promoName: text(256).optional(),
  promoType: text(64).optional(),
  savingsAmount: positiveAmount,
};

/** A list of promotions. */
export function promotionList<Promotion extends z.ZodType>(promotion: Promotion) {
  return z
    .array(promotion, "must be a list")
    .max(PROMOTIONS_LIMIT, `must have at most ${PROMOTIONS_LIMIT} elements`)
    .optional();
}

/** What names a promotion. */
export type PromotionName = { readonly promoId: string; readonly promoName: string; readonly promoType: string };

/** A promotion as a message has it. */
export type PromoDetail = PromotionName & {
  readonly savingsAmount: { readonly currency: string; readonly value: string };
};

type WantedName = {
  readonly promoId?: string | undefined;
  readonly promoName?: string | undefined;
  readonly promoType?: string | undefined;
};

/** The name of a promotion; without one, the sandbox's own, by its place in the list. */
export function promotionNameOf(wanted: WantedName, index: number): PromotionName {
  const { promoId = `SANDBOX_PROMO_${index + 1}`, promoName = "Coupon", promoType = "DISCOUNT" } = wanted;
  return { promoId, promoName, promoType };
}

/** A promotion with what it takes off `payToAmount` (docs/spec/amounts.md#worked-cases). */
export function promoDetailOf({ promoId, promoName, promoType }: PromotionName, savings: Money): PromoDetail {
  return { promoId, promoName, promoType, savingsAmount: amountOf(savings) };
}
