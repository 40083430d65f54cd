/**
 * The embedded wallet core: customers' accounts under double-entry bookkeeping, in shards by `customerId`.
 *
 * Every operation is one synchronous block inside one storage transaction. No other event sees it half done, and
 * when it throws, none of it is kept. The runtime's output gate holds the answer until its writes are durable.
 */

import { DurableObject } from "cloudflare:workers";
import { nowMs } from "../../protocol/clock.ts";
import type { Env } from "../env.ts";
import { migrate } from "../platform/migrate.ts";
import type {
  DebitAnswer,
  DebitRequest,
  EvaluateAnswer,
  InquireAnswer,
  PaymentKey,
  RefundAnswer,
  RefundRequest,
  ReverseAnswer,
} from "../wallet-core/port.ts";
import { readCustomer } from "./accounts.ts";
import { debit, evaluate, inquire } from "./debit.ts";
import { type JournalEntry, readEntries } from "./journal.ts";
import { type OpenCustomerAnswer, openCustomer } from "./open-customer.ts";
import { refund } from "./refund.ts";
import { assertDebitRequest, assertId, assertRefundRequest } from "./requests.ts";
import { reverse } from "./reverse.ts";
import { LEDGER_STEPS } from "./schema.ts";
import type { CompleteSettings, CustomerSettings } from "./settings.ts";
import { type AccountSum, trialBalance } from "./trial-balance.ts";

export type { Leg } from "./legs.ts";
export type { CompleteSettings, CustomerLimits, CustomerSettings } from "./settings.ts";
export type { AccountSum, JournalEntry, OpenCustomerAnswer };

/** The most journal entries that `customer` shows. */
export const ENTRIES_SHOWN = 200;

/** A customer as it is shown. */
export type CustomerView = {
  readonly customerId: string;
  readonly settings: CompleteSettings;
  /** In minor units of `settings.currency`. */
  readonly balance: bigint;
  /** How many journal entries there are; `entries` has the newest `ENTRIES_SHOWN` of them. */
  readonly entryCount: number;
  /** Newest first. */
  readonly entries: readonly JournalEntry[];
};

/**
 * One shard of the ledger. Its public methods are its RPC interface; the first five are the port to the wallet's
 * core (durable/wallet-core/port.ts), and never return UNANSWERED: only a lost call is unanswered.
 *
 * A request that a correct gateway cannot send (amounts below 1, `payTo` above the debit, two currencies in one
 * request) throws RangeError and leaves no trace.
 */
export class Ledger extends DurableObject<Env> {
  readonly #storage: DurableObjectStorage;

  constructor(context: DurableObjectState, env: Env) {
    super(context, env);
    this.#storage = context.storage;
    migrate(context.storage, LEDGER_STEPS);
  }

  /** Takes `debit` from the customer once; the checks and their order are in ledger/limits.ts. */
  debit(request: DebitRequest): DebitAnswer {
    assertDebitRequest(request);
    return this.#storage.transactionSync(() => debit(this.#storage.sql, request, nowMs()));
  }

  /** The result of a debit; UNKNOWN when neither a debit nor a reversal of this id was ever received. */
  inquire(key: PaymentKey): InquireAnswer {
    assertPaymentKey(key);
    return inquire(this.#storage.sql, key);
  }

  /** Returns what refunds have left of a payment, or makes sure that it never happens; always DONE. */
  reverse(key: PaymentKey): ReverseAnswer {
    assertPaymentKey(key);
    return this.#storage.transactionSync(() => reverse(this.#storage.sql, key, nowMs()));
  }

  /** Refunds a part of a payment, once per `refundId`. */
  refund(request: RefundRequest): RefundAnswer {
    assertRefundRequest(request);
    return this.#storage.transactionSync(() => refund(this.#storage.sql, request, nowMs()));
  }

  /** What `debit` would answer now; writes nothing. */
  evaluate(request: DebitRequest): EvaluateAnswer {
    assertDebitRequest(request);
    return evaluate(this.#storage.sql, request, nowMs());
  }

  /** Opens a customer or changes one; what a later call leaves out stays as it was (ledger/settings.ts). */
  openCustomer(customerId: string, settings: CustomerSettings): OpenCustomerAnswer {
    assertId("customerId", customerId);
    return this.#storage.transactionSync(() => openCustomer(this.#storage.sql, customerId, settings, nowMs()));
  }

  /** The customer with balance and newest journal entries, `undefined` when there is none under this id. */
  customer(customerId: string): CustomerView | undefined {
    const customer = readCustomer(this.#storage.sql, customerId);
    return customer === undefined
      ? undefined
      : {
          customerId,
          settings: customer.settings,
          balance: customer.balanceMinor,
          entryCount: customer.entryCount,
          entries: readEntries(this.#storage.sql, customer, ENTRIES_SHOWN),
        };
  }

  /** The sum of each account in each currency of this shard; for each currency they add up to zero. */
  trialBalance(): readonly AccountSum[] {
    return trialBalance(this.#storage.sql);
  }
}

function assertPaymentKey({ paymentId, customerId }: PaymentKey): void {
  assertId("paymentId", paymentId);
  assertId("customerId", customerId);
}
