/**
 * Result codes, their status and message, and the total maps from the gateway's own reasons to them: a reason
 * without a code does not compile. Source: spec/02 Result codes and messages, pay, refund; spec/01.
 */

import type { EvaluateReply, KnownPayReply } from "../durable/messages.ts";
import type { CancelRefusal, PaymentRefusal } from "../durable/payments/machine/payment.ts";
import type { RefundRefusal } from "../durable/payments/machine/refund.ts";

/** S: done. F: refused for good. U: not known yet, ask again. */
export type ResultStatus = "S" | "F" | "U";

const RESULTS = {
  SUCCESS: ["S", "Success"],
  ACCESS_DENIED: ["F", "The access is denied."],
  BUSINESS_NOT_SUPPORT: ["F", "The payment business is not supported."],
  CANCEL_WINDOW_EXCEED: ["F", "Exceed cancel window."],
  CURRENCY_NOT_SUPPORT: ["F", "The currency is not supported."],
  EXPIRED_CODE: ["F", "The code is expired."],
  INVALID_CLIENT: ["F", "The client is invalid."],
  INVALID_CODE: ["F", "The code is invalid."],
  INVALID_CONTRACT: ["F", "The contract is invalid."],
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

const PAYMENT_REFUSALS = {
  PAYMENT_LIMIT_EXCEEDED: "PAYMENT_AMOUNT_EXCEED_LIMIT",
  DAILY_AMOUNT_LIMIT_EXCEEDED: "USER_AMOUNT_EXCEED_LIMIT",
  DAILY_COUNT_LIMIT_EXCEEDED: "PAYMENT_COUNT_EXCEED_LIMIT",
  BALANCE_NOT_ENOUGH: "USER_BALANCE_NOT_ENOUGH",
  KYC_NOT_QUALIFIED: "USER_KYC_NOT_QUALIFIED",
  CUSTOMER_UNKNOWN: "USER_NOT_EXIST",
  CUSTOMER_STATUS_ABNORMAL: "USER_STATUS_ABNORMAL",
  RISK_REJECTED: "RISK_REJECT",
  METHOD_UNAVAILABLE: "UNAVAILABLE_PAYMENT_METHOD",
  MERCHANT_NOT_REGISTERED: "MERCHANT_NOT_REGISTERED",
  VERIFICATION_FAILED: "USER_PAYMENT_VERIFICATION_FAILED",
  CURRENCY_NOT_SUPPORTED: "CURRENCY_NOT_SUPPORT",
  PAYMENT_EXPIRED: "ORDER_IS_CLOSED",
  PAYMENT_REVERSED: "ORDER_IS_CLOSED",
  CODE_INVALID: "INVALID_CODE",
  CODE_ALREADY_USED: "INVALID_CODE",
  CODE_OF_ANOTHER_CUSTOMER: "INVALID_CODE",
  CODE_EXPIRED: "EXPIRED_CODE",
  CODE_NOT_ISSUED: "INVALID_CODE",
  AMOUNTS_DIFFER: "PROCESS_FAIL",
} as const satisfies Record<PaymentRefusal, ResultCode>;

/** The result codes that a payment fails with, or is closed with. */
export type Failure = (typeof PAYMENT_REFUSALS)[PaymentRefusal] | "ORDER_IS_CLOSED";

const CANCEL_REFUSALS: Record<CancelRefusal, readonly [ResultCode, string?]> = {
  CANCEL_WINDOW_EXCEEDED: ["CANCEL_WINDOW_EXCEED"],
  PAYMENT_HAS_REFUND: ["PROCESS_FAIL", "The payment has a refund and can no longer be cancelled."],
};

const REFUND_REFUSALS: Record<RefundRefusal, readonly [ResultCode, string?]> = {
  PAYMENT_UNKNOWN: ["ORDER_NOT_EXIST"],
  PAYMENT_CLOSED: ["ORDER_IS_CLOSED"],
  PAYMENT_REVERSED: ["ORDER_IS_CLOSED"],
  PAYMENT_NOT_SUCCESSFUL: ["PROCESS_FAIL", "The payment did not succeed: there is nothing to refund."],
  REFUND_AMOUNT_EXCEEDED: ["REFUND_AMOUNT_EXCEED"],
  REFUND_EXCEEDS_PAYMENT: ["REFUND_AMOUNT_EXCEED"],
  REFUND_WINDOW_EXCEEDED: ["REFUND_WINDOW_EXCEED"],
  CUSTOMER_UNKNOWN: ["PROCESS_FAIL", "The customer's account no longer exists."],
};

/** The result of a payment that was refused. */
export function paymentRefusal(reason: PaymentRefusal): Result {
  return resultOf(PAYMENT_REFUSALS[reason]);
}

/** A payment's own result: the same in the answer to pay, in an inquiry, in a notification, and for the wallet's app. */
export function paymentResultOf(reply: KnownPayReply): Result {
  switch (reply.outcome) {
    case "SUCCEEDED":
      return resultOf("SUCCESS");
    case "IN_PROCESS":
      return resultOf("PAYMENT_IN_PROCESS");
    case "REFUSED":
      return paymentRefusal(reply.reason);
    case "CLOSED":
      return resultOf("ORDER_IS_CLOSED");
  }
}

/** What an evaluation came to: SUCCESS when the payment could be made. */
export function evaluationResultOf(reply: EvaluateReply): Result {
  switch (reply.outcome) {
    case "POSSIBLE":
      return resultOf("SUCCESS");
    case "INCONSISTENT":
      return resultOf("REPEAT_REQ_INCONSISTENT");
    default:
      return paymentResultOf(reply);
  }
}

/** The answer to a cancel that cannot be done. */
export function cancelRefusal(reason: CancelRefusal): Answer {
  return answerOf(...CANCEL_REFUSALS[reason]);
}

/** The answer to a refund that was refused. */
export function refundRefusal(reason: RefundRefusal): Answer {
  return answerOf(...REFUND_REFUSALS[reason]);
}
