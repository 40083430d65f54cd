/**
 * The result table of the older merchant interface, and how a result of today reads in it.
 *
 * Source: docs/spec/acquirer/older-interface.md#results for the spellings.
 */
import { type ReportedResult, type ResultCode, resultOf } from "../../../../protocol/results.ts";
import type { PaymentState } from "../../payments/machine/payment.ts";
import { paymentResultOf } from "../../payments/views/payment-view.ts";

/** Codes and messages of this interface alone; the others are those of the interfaces of today. */
const MESSAGES = {
  ACCESS_DENIED: "Access denied",
  API_INVALID: "API is invalid or not active.",
  CLIENT_INVALID: "The client is invalid.",
  INVALID_ACCESS_TOKEN: "The access token is invalid.",
  NO_PAY_OPTION: "This is not a valid payment option.",
  ORDER_IS_CANCELED: "The order is canceled.",
  ORDER_IS_CLOSED: "The order is closed, which might be caused by payment expiration.",
  ORDER_NOT_EXIST: "The order does not exist.",
  PAYMENT_NOT_QUALIFIED:
    "The merchant is not qualified to pay because the merchant is not registered, does not have contract for auto debit payment, or is forbidden to make a payment.",
  PROCESS_FAIL: "A general business failure occurred. Do not retry.",
  SIGNATURE_INVALID: "The signature is invalid.",
} as const;

type OlderResultCode = keyof typeof MESSAGES;

/**
 * The codes of today that this interface spells otherwise, or lacks, and replaces by the nearest. Those of its
 * neighbours cancel and refund, whose tables are not public, stay.
 */
const OLDER_CODES: Partial<Record<ResultCode, ResultCode | OlderResultCode>> = {
  ACCESS_DENIED: "ACCESS_DENIED",
  BUSINESS_NOT_SUPPORT: "INVALID_CONTRACT",
  INVALID_CLIENT: "CLIENT_INVALID",
  INVALID_SIGNATURE: "SIGNATURE_INVALID",
  INVALID_TOKEN: "INVALID_ACCESS_TOKEN",
  MERCHANT_NOT_REGISTERED: "PAYMENT_NOT_QUALIFIED",
  NO_INTERFACE_DEF: "API_INVALID",
  ORDER_IS_CLOSED: "ORDER_IS_CLOSED",
  ORDER_NOT_EXIST: "ORDER_NOT_EXIST",
  PROCESS_FAIL: "PROCESS_FAIL",
  REGULATION_RESTRICTION: "PROCESS_FAIL",
  UNAVAILABLE_PAYMENT_METHOD: "NO_PAY_OPTION",
  USER_KYC_NOT_QUALIFIED: "USER_STATUS_ABNORMAL",
  USER_PAYMENT_VERIFICATION_FAILED: "RISK_REJECT",
};

const ORDER_IS_CANCELED: ReportedResult = {
  resultCode: "ORDER_IS_CANCELED",
  resultStatus: "F",
  resultMessage: MESSAGES.ORDER_IS_CANCELED,
};

/** A payment's own result: one that its acquirer has cancelled differs from one that has expired. */
export function olderPaymentResultOf(state: PaymentState): ReportedResult {
  const { status } = state;
  const isCancelled = (status.name === "CLOSING" || status.name === "CLOSED") && status.closedBy === "CANCEL";
  return isCancelled ? ORDER_IS_CANCELED : olderResult(paymentResultOf(state));
}

/** A result as the older interface spells it. */
export function olderResult(result: ReportedResult): ReportedResult {
  const { resultCode, resultStatus, resultMessage } = result;
  const code = resultCode in OLDER_CODES ? OLDER_CODES[resultCode as ResultCode] : undefined;
  if (code === undefined) return result;
  // A message that says more than the code is kept.
  const isPlain = resultMessage === resultOf(resultCode as ResultCode).resultMessage;
  return { resultCode: code, resultStatus, resultMessage: isPlain ? messageOf(code) : resultMessage };
}

function messageOf(code: ResultCode | OlderResultCode): string {
  return code in MESSAGES ? MESSAGES[code as OlderResultCode] : resultOf(code as ResultCode).resultMessage;
}
