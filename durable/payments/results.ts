/**
 * What a payment, a cancel or a refund is answered: total maps from reasons to result codes. A new reason does not
 * compile until it is mapped.
 *
 * Source: docs/spec/results.md#result-codes; docs/spec/results.md#how-a-result-is-reported.
 */
import { type Answer, answerOf, type Result, type ResultCode, resultOf } from "../../protocol/results.ts";
import type { EvaluateReply, KnownPayReply } from "../messages.ts";
import type { CancelRefusal, PaymentRefusal } from "./machine/payment.ts";
import type { RefundRefusal } from "./machine/refund.ts";

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
  TOKEN_INVALID: "INVALID_TOKEN",
  TOKEN_EXPIRED: "EXPIRED_ACCESS_TOKEN",
  TOKEN_WITHOUT_SCOPE: "INVALID_TOKEN",
  TOKEN_OF_ANOTHER_CLIENT: "INVALID_TOKEN",
  PAYMENT_BELOW_SMALLEST: "PAYMENT_AMOUNT_EXCEED_LIMIT",
} as const satisfies Record<PaymentRefusal, ResultCode>;

/** The result codes that a payment fails with, or is closed with. */
export type Failure = (typeof PAYMENT_REFUSALS)[PaymentRefusal] | "ORDER_IS_CLOSED";

/** Where the code's own message says too little. */
const PAYMENT_MESSAGES: { readonly [Reason in PaymentRefusal]?: string } = {
  TOKEN_WITHOUT_SCOPE: "The access token is invalid: its authorization lacks the scope, AGREEMENT_PAY or SEND_OTP.",
  TOKEN_OF_ANOTHER_CLIENT: "The access token is invalid: it belongs to another authClientId.",
  PAYMENT_BELOW_SMALLEST: "The payment amount is below the smallest that the wallet takes.",
};

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
  REFUND_BELOW_SMALLEST: [
    "PROCESS_FAIL",
    "The refund amount is below the smallest that the wallet refunds, and it is not all that is left.",
  ],
  REFUND_WINDOW_EXCEEDED: ["REFUND_WINDOW_EXCEED"],
  CUSTOMER_UNKNOWN: ["PROCESS_FAIL", "The customer's account no longer exists."],
};

/**
 * What stays refused for a reason that only a later release knows, which has stored it
 * (docs/decisions/0016-deploying-and-going-back.md).
 */
const REFUSED = "PROCESS_FAIL";

/** The result of a payment that was refused. */
export function paymentRefusal(reason: PaymentRefusal): Result {
  return resultOf(PAYMENT_REFUSALS[reason] ?? REFUSED, PAYMENT_MESSAGES[reason]);
}

/**
 * A payment's own result: the same in the answer to pay, in an inquiry, in a notification, and for the wallet's app.
 */
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
  return answerOf(...(REFUND_REFUSALS[reason] ?? [REFUSED]));
}
