/**
 * The failures of the wallet's and the operators' API: problem details with a stable `code`.
 *
 * Source: RFC 9457.
 */
import * as z from "zod";
import type { JsonObject } from "../../protocol/json.ts";

/** Status and title of each code. A code never changes its meaning; new ones may be added. */
const PROBLEMS = {
  PARAM_ILLEGAL: [400, "The request is not well-formed."],
  UNAUTHENTICATED: [401, "The request carries no valid token."],
  CUSTOMER_NOT_ALLOWED: [403, "The token is not valid for this customer."],
  NOT_FOUND: [404, "There is nothing under this path."],
  PAYMENT_UNKNOWN: [404, "This call finds no such payment."],
  AUTHORIZATION_UNKNOWN: [404, "This call finds no such authorisation."],
  CUSTOMER_UNKNOWN: [404, "There is no such customer."],
  MERCHANT_UNKNOWN: [404, "No merchant was registered under this id."],
  DISPUTE_UNKNOWN: [404, "There is no such dispute of this payment."],
  METHOD_NOT_ALLOWED: [405, "The path does not take this method."],
  CODE_OF_ANOTHER_CUSTOMER: [409, "Another customer has opened the order of this code already."],
  AUTHORIZATION_TAKEN: [409, "A customer has agreed to this authorisation already."],
  UNBIND_AT_MERCHANT: [409, "The merchant does not let the wallet end this authorisation: the customer ends it there."],
  PAYMENT_NOT_FINAL: [409, "The payment has no final result yet: there is nothing to notify."],
  PAYMENT_NOT_SUCCESSFUL: [409, "Only a payment that succeeded, and is not closed, can be disputed."],
  DISPUTE_OPEN: [409, "The payment has a dispute of this kind that is not answered yet."],
  DISPUTE_COUNT_EXCEEDED: [409, "The payment has had as many disputes of this kind as Alipay+ takes."],
  DISPUTE_WINDOW_EXCEEDED: [409, "The time in which the payment can be disputed is over."],
  DISPUTE_ABANDONED: [409, "The text of this dispute was erased before Alipay+ answered: initiate another dispute."],
  DISPUTE_NOT_SENDING: [409, "Alipay+ has already answered this dispute: there is nothing to send."],
  ESCALATION_AMOUNT_EXCEEDED: [409, "The amount is above what may still be disputed."],
  PAYMENT_NOT_NOTIFIED: [409, "Alipay+ has named no URL for the result of this payment."],
  REGISTRATION_SUPERSEDED: [409, "This is not the merchant's latest registration: read the merchant again."],
  AUTHORIZATION_NOT_NOTIFIED: [409, "There is nothing about this authorisation that Alipay+ is to be notified of now."],
  CUSTOMERS_OF_THE_CORE: [409, "The wallet's own core keeps the customers and their money."],
  CUSTOMER_HAS_OPEN_PAYMENTS: [409, "The customer has a payment, refund or notification that is not final yet."],
  CUSTOMER_HAS_AUTHORIZATIONS: [409, "The customer has an authorisation that has not ended: unbind it first."],
  CURRENCY_IN_USE: [409, "The account has entries in another currency."],
  CURRENCY_DIFFERS: [409, "The account is in another currency."],
  FUNDING_INCONSISTENT: [409, "This fundingId belongs to a funding with another direction or amount."],
  BALANCE_NOT_ENOUGH: [409, "The balance is lower than the amount."],
  BALANCE_OUT_OF_RANGE: [409, "The account could not hold the amount and its refunds."],
  CODE_INVALID: [410, "The code is not valid."],
  CODE_EXPIRED: [410, "The code has expired."],
  ORDER_CLOSED: [410, "The order is closed."],
  AUTHORIZATION_CLOSED: [410, "The authorisation was declined, has ended or has expired."],
  BODY_TOO_LARGE: [413, "The body is too large."],
  MEDIA_TYPE_NOT_SUPPORTED: [415, "The body must be JSON in UTF-8."],
  NOT_CASHIER_ORDER: [422, "The code is not one of an online checkout; scan it where the merchant shows it."],
  AUTO_DEBIT_OFF: [422, "The wallet does not offer Auto Debit: AUTHORIZATION_URL and TOKEN_SECRETS are not set."],
  NOT_SUPPORTED: [422, "The order asks for something that this wallet does not offer."],
  UPGRADE_REQUIRED: [426, "This is a WebSocket: the request must ask for the upgrade."],
  TOO_MANY_REQUESTS: [429, "Too many requests at once."],
  TOO_MANY_DEVICES: [429, "Too many devices of this customer have payment codes; try again later."],
  TOO_MANY_PAYMENT_CODES: [429, "Payment codes were fetched too often for this customer; try again later."],
  INTERNAL_ERROR: [500, "The gateway failed; its log says more."],
  ALIPAYPLUS_REFUSED: [502, "Alipay+ refused the request."],
  ALIPAYPLUS_UNAVAILABLE: [503, "Alipay+ gives no answer; try again."],
  CODE_RULES_UNAVAILABLE: [503, "The code rules of Alipay+ are not known yet; try again."],
  UNAVAILABLE: [503, "A part of the gateway gives no answer; try again."],
  MISCONFIGURED: [503, "The gateway is not configured."],
} as const satisfies Record<string, readonly [status: number, title: string]>;

/** What went wrong, for the calling program. */
export type ProblemCode = keyof typeof PROBLEMS;

/** The body of a problem, as it is written in JSON. */
export const problemSchema = z.object({
  type: z.literal("about:blank"),
  title: z.string().describe("The code in a sentence."),
  status: z.int().describe("The HTTP status."),
  code: z.string().describe("What went wrong, for the calling program. New codes may be added."),
  detail: z.string().optional().describe("For the developer: which parameter, which result code of Alipay+."),
  actionForm: z.looseObject({}).optional().describe("From Alipay+, with its refusal of an order code."),
  requestId: z.string().describe("Names the call in the gateway's log."),
});

/** An expected failure of a route. */
export type Problem = {
  readonly problem: ProblemCode;
  /** For the developer: which parameter, which result code of Alipay+. Holds no personal data. */
  readonly detail?: string;
  /** After how many seconds the same call may be made again. */
  readonly retryAfterSeconds?: number;
  /** What Alipay+ wants done about its refusal, as it came. */
  readonly actionForm?: JsonObject;
  /** The methods of the path (RFC 9110 section 15.5.6). */
  readonly allowedMethods?: string;
};

/** Makes a problem. */
export function problem(code: ProblemCode, detail?: string): Problem {
  return detail === undefined ? { problem: code } : { problem: code, detail };
}

/** Whether an answer is a problem. */
export function isProblem(answer: object): answer is Problem {
  return "problem" in answer;
}

/** The HTTP status of a code. */
export function statusOf(code: ProblemCode): number {
  return PROBLEMS[code][0];
}

/** The title of a code, in one sentence. */
export function titleOf(code: ProblemCode): string {
  return PROBLEMS[code][1];
}

/** The problem as a response (`application/problem+json`). */
export function problemResponse(failure: Problem, requestId: string): Response {
  const { problem: code, detail, actionForm, retryAfterSeconds, allowedMethods } = failure;
  const body: z.output<typeof problemSchema> = {
    type: "about:blank",
    title: titleOf(code),
    status: statusOf(code),
    code,
    ...(detail === undefined ? {} : { detail }),
    ...(actionForm && { actionForm }),
    requestId,
  };
  const headers = new Headers({
    "Content-Type": "application/problem+json",
    "Cache-Control": "no-store",
    "plusgate-request-id": requestId,
  });
  if (retryAfterSeconds !== undefined) headers.set("Retry-After", String(retryAfterSeconds));
  if (allowedMethods !== undefined) headers.set("Allow", allowedMethods);
  if (code === "UNAUTHENTICATED") headers.set("WWW-Authenticate", "Bearer");
  return new Response(JSON.stringify(body), { status: statusOf(code), headers });
}
