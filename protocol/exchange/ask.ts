/**
 * The wallet's client of Alipay+: signs, sends, verifies, and asks again until it knows or must give up.
 *
 * A try is the very same body with a fresh `Request-Time` and signature: the interfaces are idempotent (spec/01
 * Idempotency), so that an answer that was lost is told again. F is final by its code; U and silence are tried again.
 *
 * Source: spec/01; seeds/000 and seeds/001 "How to handle the result".
 */

import { type Endpoint, endpointOf, type InterfaceName } from "../endpoints.ts";
import type { KeyRing } from "../signature/key-ring.ts";
import { signMessage } from "../signature/sign.ts";
import { formatTime } from "../time.ts";
import { type Expectation, judgeAnswer, unknown, type Verdict } from "./judge-answer.ts";
import { type Clock, type RetryPolicy, retry, systemClock } from "./retry.ts";
import { ANSWER_SCHEMAS, type Answers, type Requests } from "./schemas.ts";

/** Sends a request: `(url, init) => fetch(url, init)`, or the same of a service binding, which ignores the host. */
export type SendRequest = (url: string, init: RequestInit) => Promise<Response>;

/** What a client is made of. Times are in milliseconds. */
export type AlipayPlusClientOptions = Partial<RetryPolicy> & {
  readonly ring: KeyRing;
  /** Whom we call as: names our signing key, and the key of Alipay+ that its answers are verified with. */
  readonly clientId: string;
  /** One of ALIPAYPLUS_ORIGINS, or another `https` origin that plays Alipay+. */
  readonly origin: string;
  readonly fetcher: SendRequest;
  readonly clock?: Clock;
  /** From 0 to below 1. */
  readonly random?: () => number;
  /** How far `Response-Time` may be from our clock, either way. */
  readonly responseTimeWindowMs?: number;
  readonly answerLimitBytes?: number;
};

/** The verdict on the last try, and how many there were. */
export type CallResult<Answer> = Verdict<Answer> & { readonly attempts: number };

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

/** Limits of a call that names none. A user waits for most of these answers. */
export const DEFAULT_POLICY: RetryPolicy = {
  attemptsLimit: 4,
  deadlineMs: 8_000,
  attemptTimeoutMs: 3_000,
  firstPauseMs: 200,
  pauseLimitMs: 2_000,
};

/** As wide as the window for requests to us (spec/01 Decisions). */
const RESPONSE_TIME_WINDOW_MS = 600_000;
/** What the signed content has room for; a list of code rules is the largest answer. */
const ANSWER_LIMIT_BYTES = 262_144;

/**
 * Makes a client.
 *
 * @throws RangeError when `origin` is no `https` origin
 */
export function createAlipayPlusClient(options: AlipayPlusClientOptions): AlipayPlusClient {
  const { origin, clock = systemClock, random = Math.random } = options;
  const policy = policyOf(options);
  endpointOf(origin, "getPaymentCode"); // A wrong origin shows when the client is made, not with a payment.
  return {
    async call(name, request, endpoint = endpointOf(origin, name)) {
      const body = JSON.stringify(request);
      const { outcome, attempts } = await retry(
        policy,
        clock,
        random,
        (timeLimitMs) => callOnce(options, clock, name, body, endpoint, timeLimitMs),
        (verdict) => verdict.outcome !== "U",
      );
      return { ...outcome, attempts };
    },
  };
}

/** The policy that the options name, the defaults where they name nothing. */
function policyOf(options: AlipayPlusClientOptions): RetryPolicy {
  const {
    attemptsLimit = DEFAULT_POLICY.attemptsLimit,
    deadlineMs = DEFAULT_POLICY.deadlineMs,
    attemptTimeoutMs = DEFAULT_POLICY.attemptTimeoutMs,
    firstPauseMs = DEFAULT_POLICY.firstPauseMs,
    pauseLimitMs = DEFAULT_POLICY.pauseLimitMs,
  } = options;
  return { attemptsLimit, deadlineMs, attemptTimeoutMs, firstPauseMs, pauseLimitMs };
}

/** One try, given up when its time is over even if the fetcher does not listen to the signal. */
async function callOnce<Name extends InterfaceName>(
  options: AlipayPlusClientOptions,
  clock: Clock,
  name: Name,
  body: string,
  endpoint: Endpoint,
  timeLimitMs: number,
): Promise<Verdict<Answers[Name]>> {
  const { ring, clientId, responseTimeWindowMs = RESPONSE_TIME_WINDOW_MS } = options;
  const expectation: Expectation<Answers[Name]> = {
    ring,
    pathAndQuery: endpoint.pathAndQuery,
    clientId,
    schema: ANSWER_SCHEMAS[name],
    nowMs: clock.nowMs,
    responseTimeWindowMs,
    answerLimitBytes: options.answerLimitBytes ?? ANSWER_LIMIT_BYTES,
  };
  const init = await signedRequest(ring, clientId, endpoint, clock.nowMs(), body);
  const abortion = new AbortController();
  let stopTimer: () => void = () => undefined;
  const timeout = new Promise<Verdict<never>>((resolve) => {
    stopTimer = clock.startTimer(timeLimitMs, () => {
      resolve(unknown("TIMED_OUT"));
      abortion.abort();
    });
  });
  try {
    const answer = exchange(options.fetcher, endpoint.url, { ...init, signal: abortion.signal }, expectation);
    return await Promise.race([answer, timeout]);
  } finally {
    stopTimer();
  }
}

async function signedRequest(
  ring: KeyRing,
  clientId: string,
  endpoint: Endpoint,
  nowMs: number,
  body: string,
): Promise<RequestInit> {
  const { pathAndQuery } = endpoint;
  const time = formatTime(nowMs);
  const { header } = await signMessage({ ring, method: "POST", pathAndQuery, clientId, time, body });
  const headers = {
    "Client-Id": clientId,
    "Request-Time": time,
    Signature: header,
    "Content-Type": "application/json; charset=UTF-8",
  };
  // A redirect would take the message to a path that is not the one that was signed.
  return { method: "POST", headers, body, redirect: "manual" };
}

async function exchange<Answer>(
  fetcher: SendRequest,
  url: string,
  init: RequestInit,
  expectation: Expectation<Answer>,
): Promise<Verdict<Answer>> {
  let response: Response;
  try {
    response = await fetcher(url, init);
  } catch {
    // Whatever fails on the way, the other side may have done what it was asked for.
    return unknown("CONNECTION_FAILED");
  }
  return judgeAnswer(response, expectation);
}
