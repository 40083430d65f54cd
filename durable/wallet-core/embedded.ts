/** The embedded wallet core: the port's operations as calls to the ledger's shards. */

import type { Ledger } from "../ledger/object.ts";
import { askShard } from "../platform/call-shard.ts";
import type { Deadline, Unanswered } from "../platform/deadline.ts";
import { shardOf } from "../platform/shard.ts";
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
} from "./port.ts";

/**
 * A core whose customers have their accounts in this deployment's ledger.
 *
 * @param namespace the LEDGER binding
 * @param shardCount the deployment's fixed number of shards
 * @param deadline how long one operation may take, a retry included; then it is UNANSWERED
 * @param locationHint where a shard that does not exist yet is created
 */
export function createEmbeddedCore(
  namespace: DurableObjectNamespace<Ledger>,
  shardCount: number,
  deadline: Deadline,
  locationHint?: DurableObjectLocationHint,
): WalletCore {
  return new EmbeddedCore(namespace, shardCount, deadline, locationHint);
}

class EmbeddedCore implements WalletCore {
  readonly #namespace: DurableObjectNamespace<Ledger>;
  readonly #shardCount: number;
  readonly #deadline: Deadline;
  readonly #locationHint: DurableObjectLocationHint | undefined;

  constructor(
    namespace: DurableObjectNamespace<Ledger>,
    shardCount: number,
    deadline: Deadline,
    locationHint: DurableObjectLocationHint | undefined,
  ) {
    this.#namespace = namespace;
    this.#shardCount = shardCount;
    this.#deadline = deadline;
    this.#locationHint = locationHint;
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

  #ask<Answer>(
    customerId: string,
    call: (ledger: DurableObjectStub<Ledger>) => Promise<Answer>,
  ): Promise<Answer | Unanswered> {
    const shard = shardOf(customerId, this.#shardCount);
    return askShard(this.#namespace, shard, this.#locationHint, this.#deadline, call);
  }
}
