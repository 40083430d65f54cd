/**
 * Result codes, their status and message: a code without them does not compile.
 * Source: docs/spec/results.md#result-codes, docs/spec/wallet/pay.md, docs/spec/wallet/refund.md;
 * docs/spec/wallet/auto-debit.md; docs/spec/messages.md#early-refusals.
 */

/** S: success. F: final refusal. U: not known yet, ask again. */
type ResultStatus = "S" | "F" | "U";

const RESULTS = {
  SUCCESS: ["S", "Success"],
  ACCESS_DENIED: ["F", "The access is denied."],
  BUSINESS_NOT_SUPPORT: ["F", "The payment business is not supported."],
  CANCEL_WINDOW_EXCEED: ["F", "Exceed cancel window."],
  CURRENCY_NOT_SUPPORT: ["F", "The currency is not supported."],
  EXPIRED_ACCESS_TOKEN: ["F", "The access token is expired."],
  EXPIRED_CODE: ["F", "The code is expired."],
  EXPIRED_REFRESH_TOKEN: ["F", "The refresh token is expired."],
  INVALID_CLIENT: ["F", "The client is invalid."],
  INVALID_CODE: ["F", "The code is invalid."],
  INVALID_CONTRACT: ["F", "The contract is invalid."],
  INVALID_REFRESH_TOKEN: ["F", "The refresh token is invalid."],
  INVALID_SIGNATURE: ["F", "The signature is invalid."],
  INVALID_TOKEN: ["F", "The access token is invalid."],
  KEY_NOT_FOUND: ["F", "The key is not found."],
  MEDIA_TYPE_NOT_ACCEPTABLE: ["F", "The server does not implement the media type that is acceptable to the client."],
  MERCHANT_NOT_REGISTERED: ["F", "The merchant is not registered."],
  METHOD_NOT_SUPPORTED: ["F", "The server does not implement the requested HTTP method."],
  NO_INTERFACE_DEF: ["F", "API is not defined."],
  ORDER_IS_CLOSED: ["F", "The order is closed."],
  ORDER_NOT_EXIST: ["F", "The order doesn't exist."],
  PARAM_ILLEGAL: ["F", "Illegal parameters exist. For example, a non-numeric input, or an invalid date."],
  PAYMENT_AMOUNT_EXCEED_LIMIT: ["F", "The payment amount exceeds the limit."],
  PAYMENT_COUNT_EXCEED_LIMIT: ["F", "The number of payments exceeds the limit."],
  PROCESS_FAIL: ["F", "A general business failure occurred. Don't retry."],
  REFUND_AMOUNT_EXCEED: ["F", "The total refund amount exceeds the original payment amount."],
  REFUND_WINDOW_EXCEED: ["F", "The refund request is outside the allowable refund window."],
  REGULATION_RESTRICTION: ["F", "The payment failed due to regulatory restriction."],
  REPEAT_REQ_INCONSISTENT: ["F", "Repeated requests are inconsistent."],
  RISK_REJECT: ["F", "The request is rejected because of the risk control."],
  UNAVAILABLE_PAYMENT_METHOD: ["F", "The payment method is unavailable."],
  USER_AMOUNT_EXCEED_LIMIT: ["F", "The payment amount exceeds the user payment limit."],
  USER_BALANCE_NOT_ENOUGH: ["F", "The user balance is not enough for the payment."],
  USER_KYC_NOT_QUALIFIED: ["F", "The user is not KYC compliant."],
  USER_NOT_EXIST: ["F", "The user does not exist."],
  USER_PAYMENT_VERIFICATION_FAILED: [
    "F",
    "User fails to pass the payment verification in the methods like OTP, PIN, and so on.",
  ],
  USER_STATUS_ABNORMAL: ["F", "The user status is abnormal."],
  PAYMENT_IN_PROCESS: ["U", "The payment is being processed."],
  REQUEST_TRAFFIC_EXCEED_LIMIT: ["U", "The request traffic exceeds the limit."],
  UNKNOWN_EXCEPTION: ["U", "An API calling is failed, which is caused by unknown reasons."],
} as const satisfies Record<string, readonly [ResultStatus, string]>;

/** A result code that the gateway answers with. */
export type ResultCode = keyof typeof RESULTS;

/** `result` as every answer carries it. */
export type Result = {
  readonly resultCode: ResultCode;
  readonly resultStatus: ResultStatus;
  readonly resultMessage: string;
};

/** The body of an answer: `result`, and the parameters of its interface. */
export type Answer = { readonly result: Result; readonly [parameter: string]: unknown };

/** `result` of any party, which may have codes of its own. */
export type ReportedResult = {
  readonly resultCode: string;
  readonly resultStatus: ResultStatus;
  readonly resultMessage: string;
};

/** The body of an answer of any party. */
export type ReportedAnswer = { readonly result: ReportedResult; readonly [parameter: string]: unknown };

/** A result, with the code's own message unless another says more. */
export function resultOf(resultCode: ResultCode, message?: string): Result {
  const [resultStatus, resultMessage] = RESULTS[resultCode];
  return { resultCode, resultStatus, resultMessage: message ?? resultMessage };
}

/** An answer that carries nothing but its result. */
export function answerOf(resultCode: ResultCode, message?: string): Answer {
  return { result: resultOf(resultCode, message) };
}

/** `PARAM_ILLEGAL`, naming the parameter and what is wrong with it. */
export function illegalParameter(parameter: string, why: string): Answer {
  return answerOf("PARAM_ILLEGAL", `Illegal parameter ${parameter}: ${why}.`);
}
