/** The embedded wallet core: the port's operations as calls to the ledger's shards. */

import type { Ledger } from "../../durable/ledger.ts";
import { shardName, shardOf } from "../../durable/shard.ts";
import { answerWithin, SILENT } from "./deadline.ts";
import type {
  DebitAnswer,
  DebitRequest,
  EvaluateAnswer,
  InquireAnswer,
  PaymentKey,
  RefundAnswer,
  RefundRequest,
  ReverseAnswer,
  Silent,
  WalletCore,
} from "./port.ts";

/**
 * A core whose customers live in this deployment's ledger.
 *
 * @param namespace the LEDGER binding
 * @param shardCount the deployment's fixed number of shards
 * @param timeoutMs how long one operation may take, a retry included; then it is SILENT
 * @param locationHint where a shard that does not exist yet is born
 */
export function createEmbeddedCore(
  namespace: DurableObjectNamespace<Ledger>,
  shardCount: number,
  timeoutMs: number,
  locationHint?: DurableObjectLocationHint,
): WalletCore {
  return new EmbeddedCore(namespace, shardCount, timeoutMs, locationHint);
}

/** Each call asks for a new stub: one that has thrown stays broken. */
class EmbeddedCore implements WalletCore {
  readonly #namespace: DurableObjectNamespace<Ledger>;
  readonly #shardCount: number;
  readonly #timeoutMs: number;
  readonly #options: DurableObjectNamespaceGetDurableObjectOptions;

  constructor(
    namespace: DurableObjectNamespace<Ledger>,
    shardCount: number,
    timeoutMs: number,
    locationHint: DurableObjectLocationHint | undefined,
  ) {
    this.#namespace = namespace;
    this.#shardCount = shardCount;
    this.#timeoutMs = timeoutMs;
    this.#options = locationHint === undefined ? {} : { locationHint };
  }

  debit(request: DebitRequest): Promise<DebitAnswer> {
    return this.#ask(request.customerId, async (ledger) => ledger.debit(request));
  }

  inquire(key: PaymentKey): Promise<InquireAnswer> {
    return this.#ask(key.customerId, async (ledger) => ledger.inquire(key));
  }

  reverse(key: PaymentKey): Promise<ReverseAnswer> {
    return this.#ask(key.customerId, async (ledger) => ledger.reverse(key));
  }

  refund(request: RefundRequest): Promise<RefundAnswer> {
    return this.#ask(request.customerId, async (ledger) => ledger.refund(request));
  }

  evaluate(request: DebitRequest): Promise<EvaluateAnswer> {
    return this.#ask(request.customerId, async (ledger) => ledger.evaluate(request));
  }

  /** One try, and one more when the runtime calls the failure retryable and there is time left. */
  async #ask<Answer>(
    customerId: string,
    call: (ledger: DurableObjectStub<Ledger>) => Promise<Answer>,
  ): Promise<Answer | Silent> {
    const name = shardName(shardOf(customerId, this.#shardCount));
    const attempt = async () => call(this.#namespace.getByName(name, this.#options));
    let over = false;
    const answer = attempt().catch((error: unknown) => {
      if (over || !isRetryable(error)) {
        throw error;
      }
      return attempt();
    });
    try {
      return await answerWithin(this.#timeoutMs, answer, SILENT);
    } catch {
      return SILENT;
    } finally {
      over = true;
    }
  }
}

/** Whether a Durable Object may be called again: never one that is overloaded, another call would only add to it. */
function isRetryable(error: unknown): boolean {
  const failure = error as { retryable?: boolean; overloaded?: boolean } | undefined;
  return failure?.retryable === true && failure.overloaded !== true;
}
