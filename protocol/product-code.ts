/**
 * The products of Alipay+, by which limits and registrations are agreed. Source: docs/spec/wallet/other-services.md.
 */

/** Every product. */
export const PRODUCT_CODES = ["IN_STORE_PAYMENT", "CASHIER_PAYMENT", "AGREEMENT_PAYMENT"] as const;

/** A product: payments by a code in a store, the Cashier, Auto Debit. */
export type ProductCode = (typeof PRODUCT_CODES)[number];

/** The product of a payment, from its scenario (docs/spec/wallet/pay.md#scenarios). */
export function productCodeOf(factor: {
  readonly isInStorePayment?: boolean | undefined;
  readonly isAgreementPayment?: boolean | undefined;
}): ProductCode {
  if (factor.isAgreementPayment) return "AGREEMENT_PAYMENT";
  return factor.isInStorePayment ? "IN_STORE_PAYMENT" : "CASHIER_PAYMENT";
}
