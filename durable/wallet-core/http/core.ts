/**
 * The HTTP wallet core: the port's operations as signed JSON messages to the wallet's own server.
 *
 * Messages are signed in the Standard Webhooks manner, so that a core checks them with a library of its language.
 * docs/core.md describes how a wallet builds its side; kit/core-contract checks one.
 */
import type { Webhook } from "standardwebhooks";
import type * as z from "zod";
import { type Clock, runtimeTimeMs, systemClock } from "../../../protocol/clock.ts";
import { retry, type Tried, within } from "../../../protocol/exchange/retry.ts";
import { Connections } from "../../platform/connections.ts";
import { UNANSWERED, type Unanswered } from "../../platform/deadline.ts";
import type {
  DebitAnswer,
  DebitRequest,
  EvaluateAnswer,
  InquireAnswer,
  PaymentKey,
  RefundAnswer,
  RefundRequest,
  ReverseAnswer,
  WalletCore,
} from "../port.ts";
import type { CoreTrouble, TroubleCause } from "../trouble.ts";
import { type Admission, Breaker, type BreakerLimits } from "./breaker.ts";
import { type Attempt, attempt, type CoreMessage, type Fetch } from "./exchange.ts";
import { debitMessage, keyMessage, messageIdOf, refundMessage } from "./messages.ts";
import { type CoreAnswer, type CoreOperation, type CoreRequest, coreMessages } from "./schema.ts";
import { type HttpCoreSettings, webhookOf } from "./settings.ts";

/**
 * How often one operation is tried at most, the first time included, and how long it waits between: up to 100 ms, then
 * 200 ms.
 */
const TRIES = { attemptsLimit: 3, firstPauseMs: 100, pauseLimitMs: 200, randomShare: 1 };
/** After five operations in a row without an answer the core is not called for five seconds. */
const BREAKER_LIMITS: BreakerLimits = { failureLimit: 5, coolingTimeMs: 5_000 };

/** Where the core is and how long it may take; the members after `report` are for tests. */
export type HttpCoreOptions = HttpCoreSettings & {
  /** How long one operation may take, all tries included, from its sending; then it is UNANSWERED. */
  readonly timeoutMs: number;
  /** Of the object; missing: the core has all of them. */
  readonly connections?: Connections;
  /** Gets why an operation is UNANSWERED, before its caller gets the answer. Must not throw. */
  readonly report?: (trouble: CoreTrouble) => void;
  /** Sends what has expired, too: only to see how a core refuses it. */
  readonly sendsExpired?: boolean;
  readonly fetch?: Fetch;
  readonly breakerLimits?: BreakerLimits;
  readonly clock?: Clock;
  /** From 0 to below 1. */
  readonly random?: () => number;
};

/**
 * A core behind HTTPS. Make one for an object and keep it: it counts the object's connections, and remembers whether
 * the core has answered.
 *
 * Whatever is not a well-formed answer within `timeoutMs` is UNANSWERED: a lost connection, any status but 200, a
 * malformed body, too many bytes. A network failure, 5xx, 408, 429 and an unreadable answer are tried again with the
 * same id. An operation that waits for a connection loses none of its time, and a debit whose expiry comes first is not
 * sent.
 *
 * @param options `url` and `secret` as `parseHttpCoreSettings` has them
 * @throws Error when the secret cannot be read
 */
export function createHttpCore(options: HttpCoreOptions): WalletCore {
  return new HttpCore(options);
}

class HttpCore implements WalletCore {
  readonly #url: string;
  readonly #webhook: Webhook;
  readonly #timeoutMs: number;
  readonly #fetch: Fetch;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #breaker: Breaker;
  readonly #connections: Connections;
  readonly #sendsExpired: boolean;
  readonly #report: (trouble: CoreTrouble) => void;
  /** How the last try failed. */
  #lastFailure: TroubleCause | undefined;

  constructor(options: HttpCoreOptions) {
    this.#url = options.url;
    this.#webhook = webhookOf(options);
    this.#timeoutMs = options.timeoutMs;
    this.#sendsExpired = options.sendsExpired ?? false;
    this.#report = options.report ?? (() => undefined);
    // Workers want fetch to be called on its own, not as a method.
    this.#fetch = options.fetch ?? ((url, init) => fetch(url, init));
    this.#connections = options.connections ?? new Connections();
    this.#clock = options.clock ?? systemClock;
    this.#random = options.random ?? Math.random;
    this.#breaker = new Breaker(options.breakerLimits ?? BREAKER_LIMITS, this.#clock.nowMs);
  }

  debit(request: DebitRequest): Promise<DebitAnswer> {
    return this.#ask("debit", debitMessage(request), request.expiryTimeMs);
  }

  inquire(key: PaymentKey): Promise<InquireAnswer> {
    return this.#ask("inquire", keyMessage(key));
  }

  reverse(key: PaymentKey): Promise<ReverseAnswer> {
    return this.#ask("reverse", keyMessage(key));
  }

  refund(request: RefundRequest): Promise<RefundAnswer> {
    return this.#ask("refund", refundMessage(request));
  }

  evaluate(request: DebitRequest): Promise<EvaluateAnswer> {
    return this.#ask("evaluate", debitMessage(request), request.expiryTimeMs);
  }

  /** @param sendUntilTimeMs from then on it is not sent any more, epoch milliseconds */
  async #ask<Operation extends CoreOperation>(
    operation: Operation,
    body: CoreRequest<Operation>,
    sendUntilTimeMs = Number.POSITIVE_INFINITY,
  ): Promise<CoreAnswer<Operation> | Unanswered> {
    // Nothing queues for a core that is left alone.
    if (this.#breaker.isRefusing) return this.#unanswered(operation, body, this.#breakerOpen(), 0);
    const message = {
      url: `${this.#url}/${operation}`,
      id: messageIdOf(operation, body),
      body: JSON.stringify(body),
    };
    // The table's schema for this operation; the compiler cannot follow a key that is a type parameter.
    const schema = coreMessages[operation].answer as unknown as z.ZodType<CoreAnswer<Operation>>;
    const { outcome, attempts } = await this.#tryRepeatedly(message, schema, sendUntilTimeMs);
    if (outcome.kind === "ANSWER") return outcome.answer;
    if (outcome.kind === "NOT_SENT") return this.#unanswered(operation, body, outcome.why, attempts - 1);
    this.#lastFailure = outcome.why;
    return this.#unanswered(operation, body, outcome.why, attempts);
  }

  /** Reports why there is no answer. */
  #unanswered(
    operation: CoreOperation,
    { paymentId, refundId }: { readonly paymentId: string; readonly refundId?: string },
    why: TroubleCause,
    tries: number,
  ): Unanswered {
    this.#report({
      operation,
      paymentId,
      ...(refundId === undefined ? {} : { refundId }),
      timeMs: this.#clock.nowMs(),
      ...why,
      tries,
      triesLimit: TRIES.attemptsLimit,
      breaker: this.#breaker.isRefusing ? "OPEN" : "CLOSED",
    });
    return UNANSWERED;
  }

  #breakerOpen(): TroubleCause {
    return { cause: "BREAKER_OPEN", after: this.#lastFailure };
  }

  /** Tries by a clock that stands still while a try waits for its connection. */
  async #tryRepeatedly<Answer>(
    message: CoreMessage,
    schema: z.ZodType<Answer>,
    sendUntilTimeMs: number,
  ): Promise<Tried<Attempt<Answer>>> {
    const { nowMs, sleep } = this.#clock;
    const turn = this.#connections.takeTurn();
    let queuedMs = 0;
    let admission: Admission | undefined;
    const attemptOnce = (timeLimitMs: number): Promise<Attempt<Answer>> => {
      const askedTimeMs = nowMs();
      return this.#connections.run(turn, async () => {
        const sentTimeMs = nowMs();
        queuedMs += sentTimeMs - askedTimeMs;
        if (sentTimeMs >= sendUntilTimeMs && !this.#sendsExpired) return notSent({ cause: "DEBIT_EXPIRED" });
        admission ??= this.#breaker.admit();
        return admission === "REFUSE" ? notSent(this.#breakerOpen()) : this.#attempt(message, schema, timeLimitMs);
      });
    };
    const policy = { ...TRIES, deadlineMs: this.#timeoutMs, attemptTimeoutMs: this.#timeoutMs };
    const clock = { nowMs: () => nowMs() - queuedMs, sleep };
    const tried = await retry(policy, clock, this.#random, attemptOnce, ({ kind }) => kind !== "NO_ANSWER");
    if (admission !== undefined && admission !== "REFUSE") this.#breaker.settle(admission, isFromCore(tried.outcome));
    return tried;
  }

  /** Closes the connection at the time limit; then there is no answer, even if `fetch` goes on. */
  async #attempt<Answer>(
    message: CoreMessage,
    schema: z.ZodType<Answer>,
    timeLimitMs: number,
  ): Promise<Attempt<Answer>> {
    const clock = this.#clock;
    // The core's clock is a true one, also in a rehearsal that has set ours ahead.
    const timeMs = runtimeTimeMs(clock.nowMs());
    const tried = await within(clock, timeLimitMs, (signal) =>
      attempt(message, schema, this.#webhook, this.#fetch, timeMs, signal),
    );
    return tried ?? { kind: "NO_ANSWER", why: { cause: "TIMED_OUT" } };
  }
}

/** A try that was not made. */
function notSent(why: TroubleCause): Attempt<never> {
  return { kind: "NOT_SENT", why };
}

/** Whether the core is reachable. One that rejects a message is: other messages need not wait. */
function isFromCore({ kind }: Attempt<unknown>): boolean {
  return kind === "ANSWER" || kind === "NOT_TAKEN";
}
