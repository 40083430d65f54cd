/**
 * The HTTP wallet core: the port's operations as signed JSON messages to the wallet's own server.
 *
 * Messages are signed in the Standard Webhooks manner, so that a core checks them with a library of its language.
 * docs/core.md describes how a wallet builds its side; kit/core-contract checks one.
 */
import type { Webhook } from "standardwebhooks";
import type * as z from "zod";
import { type Clock, systemClock } from "../../../protocol/clock.ts";
import { retry, within } from "../../../protocol/exchange/retry.ts";
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
import { Breaker, type BreakerLimits } from "./breaker.ts";
import { type Attempt, attempt, type CoreMessage, type Fetch, NO_ANSWER } from "./exchange.ts";
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

/** Where the core is and how long it may take; the members after `timeoutMs` are for tests. */
export type HttpCoreOptions = HttpCoreSettings & {
  /** How long one operation may take, all tries included; then it is UNANSWERED. */
  readonly timeoutMs: number;
  readonly fetch?: Fetch;
  readonly breakerLimits?: BreakerLimits;
  /** Epoch milliseconds. */
  readonly nowMs?: () => number;
  /** From 0 to below 1. */
  readonly random?: () => number;
  /** Resolves after a while. */
  readonly sleep?: (durationMs: number) => Promise<void>;
};

/**
 * A core behind HTTPS. Make one and keep it: it remembers whether the core has answered.
 *
 * Whatever is not a well-formed answer within `timeoutMs` is UNANSWERED: a lost connection, any status but 200, a
 * malformed body, too many bytes. A network failure, 5xx, 408, 429 and an unreadable answer are tried again with the
 * same id.
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

  constructor(options: HttpCoreOptions) {
    this.#url = options.url;
    this.#webhook = webhookOf(options);
    this.#timeoutMs = options.timeoutMs;
    // Workers want fetch to be called on its own, not as a method.
    this.#fetch = options.fetch ?? ((url, init) => fetch(url, init));
    const { nowMs = Date.now, sleep = systemClock.sleep } = options;
    this.#clock = { nowMs, sleep, startTimer: systemClock.startTimer };
    this.#random = options.random ?? Math.random;
    this.#breaker = new Breaker(options.breakerLimits ?? BREAKER_LIMITS, nowMs);
  }

  debit(request: DebitRequest): Promise<DebitAnswer> {
    return this.#ask("debit", debitMessage(request));
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
    return this.#ask("evaluate", debitMessage(request));
  }

  async #ask<Operation extends CoreOperation>(
    operation: Operation,
    body: CoreRequest<Operation>,
  ): Promise<CoreAnswer<Operation> | Unanswered> {
    const admission = this.#breaker.admit();
    if (admission === "REFUSE") return UNANSWERED;
    const message = {
      url: `${this.#url}/${operation}`,
      id: messageIdOf(operation, body),
      body: JSON.stringify(body),
    };
    // The table's schema for this operation; the compiler cannot follow a key that is a type parameter.
    const schema = coreMessages[operation].answer as unknown as z.ZodType<CoreAnswer<Operation>>;
    const last = await this.#tryRepeatedly(message, schema);
    // A core that rejects one message is reachable: other messages need not wait.
    this.#breaker.settle(admission, last.kind !== "NO_ANSWER");
    return last.kind === "ANSWER" ? last.answer : UNANSWERED;
  }

  /** Ends the work and closes its connection at the deadline; then there is no answer, even if `fetch` goes on. */
  async #tryRepeatedly<Answer>(message: CoreMessage, schema: z.ZodType<Answer>): Promise<Attempt<Answer>> {
    const clock = this.#clock;
    const timeoutMs = this.#timeoutMs;
    const policy = { ...TRIES, deadlineMs: timeoutMs, attemptTimeoutMs: timeoutMs };
    const last = await within<Attempt<Answer>>(clock, timeoutMs, async (signal) => {
      const attemptOnce = async () =>
        signal.aborted ? NO_ANSWER : attempt(message, schema, this.#webhook, this.#fetch, clock.nowMs(), signal);
      const isFinal = ({ kind }: Attempt<Answer>) => kind !== "NO_ANSWER" || signal.aborted;
      return (await retry(policy, clock, this.#random, attemptOnce, isFinal)).outcome;
    });
    return last ?? NO_ANSWER;
  }
}
