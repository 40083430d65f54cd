/** Random movements of a network, and what its settlement ledger has of them. */
import type { ClearingItem } from "../../../sandbox/alipayplus/clearing/item.ts";
import {
  legsOf,
  type Movement,
  type SettlementEntry,
} from "../../../sandbox/alipayplus/payments/records/settlement-ledger.ts";
import type { Random } from "../random.ts";

const WALLET_CURRENCIES = ["HKD", "HKD", "THB"] as const;
const SETTLEMENT_CURRENCIES = ["JPY", "USD", "HKD"] as const;

/** From a unit to what no number of JavaScript can hold. */
function amountMinor(random: Random): bigint {
  const largest = random.pick([50, 10_000, 1_000_000_000]);
  const minor = BigInt(random.below(largest) + 1);
  return random.happens(0.02) ? minor + 2n ** 60n : minor;
}

/** A payment or refund of a day. */
export function randomItem(random: Random, startTimeMs: number, index: number): ClearingItem {
  const isRefund = random.happens(0.3);
  const currency = random.pick(["JPY", "HKD", "KRW"]);
  const requestedMinor = amountMinor(random);
  return {
    transactionType: isRefund ? "REFUND" : "PAYMENT",
    transactionTimeMs: startTimeMs + random.below(86_400_000),
    transactionId: `transaction-${index}`,
    transactionRequestId: `${random.pick(["", "=", "@", "'", '"', ",", "\n"])}request-${index}`,
    originalTransactionId: isRefund ? `payment-${index}` : undefined,
    requested: { currency, amountMinor: requestedMinor },
    payment: { currency, amountMinor: random.happens(0.3) ? requestedMinor / 2n + 1n : requestedMinor },
    payTo: { currency: random.pick(WALLET_CURRENCIES), amountMinor: amountMinor(random) },
    settlement: { currency: random.pick(SETTLEMENT_CURRENCIES), amountMinor: amountMinor(random) },
    isOfWalletAlone: false,
  };
}

/** The movement that the network enters in its settlement ledger for it. */
export function movementOf({ transactionType, transactionId, transactionTimeMs, ...sums }: ClearingItem): Movement {
  const { payTo, settlement } = sums;
  const times = { timeMs: transactionTimeMs, knownTimeMs: transactionTimeMs };
  return { kind: transactionType, movementId: transactionId, ...times, payTo, settlement };
}

/** What the settlement ledger has of some movements, added up by account and currency. */
export function ledgerSumsOf(movements: readonly Movement[]): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const { account, currency, amountMinor } of movements.flatMap(legsOf)) add(sums, account, currency, amountMinor);
  return sums;
}

/** Adds to the sum of an account in a currency. */
export function add(
  sums: Map<string, bigint>,
  account: SettlementEntry["account"],
  currency: string,
  minor: bigint,
): void {
  const key = `${account} ${currency}`;
  sums.set(key, (sums.get(key) ?? 0n) + minor);
}
