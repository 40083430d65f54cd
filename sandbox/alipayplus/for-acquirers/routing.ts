/**
 * The destination of a payment code that a merchant has scanned. Source: docs/spec/payment-codes.md#routing.
 */

/** Alipay+, a local wallet whose codes have the same shape, or the provider of any other code. */
type Route = "ALIPAY_PLUS" | "LOCAL_WALLET" | "OTHER_PROVIDER";

/** 16 to 24 digits that start with 25 to 30. */
const ALIPAY_PLUS_CODE = /^(?:2[5-9]|30)[0-9]{14,22}$/;

/**
 * Issuer identifiers of local wallets that merchants are integrated with themselves, beside Alipay+. The
 * documentation's own table is not public: this one is made up.
 */
const LOCAL_ISSUERS: ReadonlySet<string> = new Set(["288801", "299901"]);
const ISSUER_DIGITS = 6;

/** The destination of a payment code. */
export function routeOf(paymentCode: string): Route {
  if (!ALIPAY_PLUS_CODE.test(paymentCode)) return "OTHER_PROVIDER";
  return LOCAL_ISSUERS.has(paymentCode.slice(0, ISSUER_DIGITS)) ? "LOCAL_WALLET" : "ALIPAY_PLUS";
}
