/** Shards of the ledger under test, and requests to them. */

import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { CustomerSettings, Ledger } from "../../durable/ledger/object.ts";
import type { DebitRequest, RefundRequest } from "../../durable/wallet-core/port.ts";
import type { Money } from "../../protocol/money.ts";

/** The binding under test. */
export const ledgerNamespace = env.LEDGER;

/** A time on an ordinary day: 2026-03-10T12:00:00+08:00. */
export const NOON_MS = Date.parse("2026-03-10T12:00:00+08:00");

/** Minor units of Hong Kong dollars. */
export function hkd(amountMinor: bigint): Money {
  return { currency: "HKD", amountMinor };
}

/** Runs `callback` inside the shard's object, where its methods are synchronous and throw without noise. */
export function insideShard<Result>(
  shard: DurableObjectStub<Ledger>,
  callback: (ledger: Ledger, storage: DurableObjectStorage) => Result,
): Promise<Result> {
  // The test's bindings are more than the gateway's, so its types do not see that this is the object's class.
  return runInDurableObject(shard as DurableObjectStub, (ledger, { storage }) =>
    callback(ledger as unknown as Ledger, storage),
  );
}

/** A shard that no other test uses. */
export function freshShard(): DurableObjectStub<Ledger> {
  return ledgerNamespace.getByName(crypto.randomUUID());
}

/** A fresh shard with customer `alice`, who has 100,000 HKD cents and no limits. */
export async function shardWithAlice(settings: Partial<CustomerSettings> = {}): Promise<DurableObjectStub<Ledger>> {
  const shard = freshShard();
  await shard.openCustomer("alice", { currency: "HKD", balance: 100_000n, ...settings });
  return shard;
}

/** A debit of 1,000 from `alice`, all of it owed to Alipay+, that does not expire in this test. */
export function debitOf(paymentId: string, changes: Partial<DebitRequest> = {}): DebitRequest {
  const debit = changes.debit ?? hkd(1_000n);
  return {
    paymentId,
    customerId: "alice",
    debit,
    payTo: debit,
    referenceMerchantId: "merchant-1",
    merchantCategoryCode: "5411",
    expiryTimeMs: Number.MAX_SAFE_INTEGER,
    ...changes,
  };
}

/** A refund of 400 of a payment of `alice`, on both sides. */
export function refundOf(refundId: string, paymentId: string, changes: Partial<RefundRequest> = {}): RefundRequest {
  const credit = changes.credit ?? hkd(400n);
  return { refundId, paymentId, customerId: "alice", credit, payTo: credit, ...changes };
}

/** Names a payment of `alice`. */
export function keyOf(paymentId: string): { paymentId: string; customerId: string } {
  return { paymentId, customerId: "alice" };
}

/** The balance of a customer. */
export async function balanceOf(shard: DurableObjectStub<Ledger>, customerId = "alice"): Promise<bigint> {
  const customer = await shard.customer(customerId);
  if (customer === undefined) {
    throw new Error(`${customerId} is unknown`);
  }
  return customer.balance;
}

/** Every account of the shard that is not zero, as `{"HKD customers": 5n}`. */
export async function sumsOf(shard: DurableObjectStub<Ledger>): Promise<Record<string, bigint>> {
  const sums = (await shard.trialBalance()).filter(({ sumMinor }) => sumMinor !== 0n);
  return Object.fromEntries(sums.map(({ currency, account, sumMinor }) => [`${currency} ${account}`, sumMinor]));
}
