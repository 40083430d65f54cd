/**
 * The wallet's client of Alipay+: asks until it knows, or must give up.
 *
 * A try is the very same body with a fresh `Request-Time` and signature: the interfaces are idempotent
 * (docs/spec/idempotency.md), so that the next try gets the answer that was lost. F is final by its code; U and no
 * answer are tried again.
 *
 * Source: docs/spec/messages.md; docs/spec/time-limits.md#budgets; docs/spec/wallet/get-payment-code.md and
 * docs/spec/wallet/user-initiated-pay.md#handling-the-result.
 */

import { type Clock, systemClock } from "../clock.ts";
import { type Endpoint, endpointOf, type InterfaceName } from "../endpoints.ts";
import type { KeyRing } from "../signature/key-ring.ts";
import { ask, type SendRequest } from "./ask.ts";
import { type RetryPolicy, retry } from "./retry.ts";
import { ANSWER_SCHEMAS, type Answers, type Requests } from "./schemas.ts";
import { budgetMsOf } from "./time-budget.ts";
import { type Verdict, verdictOf } from "./verdict.ts";

/** The parameters of a client. Times are in milliseconds; a deadline can only shorten the budget of an interface. */
export type AlipayPlusClientOptions = Partial<RetryPolicy> & {
  readonly ring: KeyRing;
  /** The Client-Id of our calls: names our signing key, and the key of Alipay+ that verifies its answers. */
  readonly clientId: string;
  /** One of ALIPAYPLUS_ORIGINS, or another `https` origin that plays Alipay+. */
  readonly origin: string;
  readonly fetcher: SendRequest;
  readonly clock?: Clock;
  /** From 0 to below 1. */
  readonly random?: () => number;
  readonly answerLimitBytes?: number;
};

/** The verdict on the last try, and how many there were. */
type CallResult<Answer> = Verdict<Answer> & { readonly attempts: number };

/** The interfaces of Alipay+ that a wallet calls. Made by {@link createAlipayPlusClient}. */
export type AlipayPlusClient = {
  /**
   * Calls an interface. The body is written once, before this function returns.
   *
   * @param endpoint Where a notification goes that has a `paymentNotifyUrl` of its own (`notificationEndpoint`).
   * @throws SigningFault without a usable key of the client or for a body that cannot be signed: both are bugs here.
   */
  readonly call: <Name extends InterfaceName>(
    name: Name,
    request: Requests[Name],
    endpoint?: Endpoint,
  ) => Promise<CallResult<Answers[Name]>>;
};

/**
 * How often a call that names no limits is tried. A try may take what is left of the budget: Alipay+ may use all of it
 * for its answer.
 */
const DEFAULT_POLICY = { attemptsLimit: 4, firstPauseMs: 200, pauseLimitMs: 2_000 };

/** As wide as the window for requests to us (docs/spec/messages.md#headers). */
const RESPONSE_TIME_WINDOW_MS = 600_000;
/** As much as the signed content can hold; a list of code rules is the largest answer. */
const ANSWER_LIMIT_BYTES = 262_144;

/**
 * Makes a client.
 *
 * @throws RangeError when `origin` is no `https` origin
 */
export function createAlipayPlusClient(options: AlipayPlusClientOptions): AlipayPlusClient {
  const {
    ring,
    clientId,
    origin,
    fetcher: send,
    clock = systemClock,
    random = Math.random,
    answerLimitBytes = ANSWER_LIMIT_BYTES,
  } = options;
  endpointOf(origin, "getPaymentCode"); // A wrong origin fails here, not at the first payment.
  return {
    async call(name, request, endpoint = endpointOf(origin, name)) {
      const body = JSON.stringify(request);
      const schema = ANSWER_SCHEMAS[name];
      const limits = { answerLimitBytes, responseTimeWindowMs: RESPONSE_TIME_WINDOW_MS };
      const question = { ring, clientId, endpoint, body, send, clock, schema, ...limits };
      const deadlineMs = Math.min(budgetMsOf(name), options.deadlineMs ?? Number.POSITIVE_INFINITY);
      const policy = { attemptTimeoutMs: deadlineMs, ...DEFAULT_POLICY, ...options, deadlineMs };
      const { outcome, attempts } = await retry(
        policy,
        clock,
        random,
        async (timeLimitMs) => verdictOf((await ask({ ...question, timeLimitMs })).replies[0].judgement),
        (verdict) => verdict.outcome !== "U",
      );
      return { ...outcome, attempts };
    },
  };
}
