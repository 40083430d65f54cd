import { classifyCode } from "../../../core-wasm/index.ts";

/** Whether a payment has what it can be paid by: the access token of an authorisation, or a payment code. */
export function hasMeans(terms: {
  readonly authorizationId?: string | undefined;
  readonly paymentCode: string | undefined;
}): boolean {
  return terms.authorizationId !== undefined || isPaymentCode(terms.paymentCode ?? "");
}

/**
 * Whether a text can be a payment code that Alipay+ routes to a wallet: any shape in use today, any that its routing
 * rule allows, and the reserved lengths (docs/spec/payment-codes.md: keep room for 32).
 */
export function isPaymentCode(value: string): boolean {
  switch (classifyCode(value)) {
    case "PAYMENT_CODE":
    case "PAYMENT_CODE_LEGACY":
    case "PAYMENT_CODE_ROUTABLE":
    case "PAYMENT_CODE_RESERVED":
      return true;
    default:
      return false;
  }
}
