/**
 * The cleared items of a day, read from the settlement ledger: payments and refunds that succeeded, and were not
 * cancelled. Reads only.
 *
 * Source: docs/spec/reconciliation.md; docs/spec/wallet/cancel-payment.md.
 */
import type { ClearingDay } from "../../clearing/day.ts";
import type { ClearingItem } from "../../clearing/item.ts";

/** How many transactions a page has at the most: an answer by RPC stays below some hundred kilobytes. */
const PAGE_ITEMS = 500;

/** A part of a day, in the order of the ledger. */
export type ClearedPage = {
  readonly items: readonly ClearingItem[];
  /** The entry after which the next page begins; undefined on the last. */
  readonly lastEntry: number | undefined;
};

type ClearedRow = {
  entry_number: number;
  kind: "PAYMENT" | "REFUND" | "WALLET_PAYMENT" | "WALLET_REFUND";
  time_ms: number;
  movement_id: string;
  refund_request_id: string | null;
  payment_id: string;
  payment_request_id: string;
  transaction_currency: string;
  requested_amount: string;
  payment_amount: string;
  wallet_currency: string;
  mpp_amount: string;
  settlement_currency: string;
  /** Null where the acquirer is not involved. */
  acquirer_amount: string | null;
};

/** The condition is that of the index settlement_ledger_of_clearing_day. */
const PAGE = `SELECT mpp.entry_number, mpp.kind, mpp.time_ms, mpp.movement_id, refunds.refund_request_id,
    payments.payment_id, payments.payment_request_id, payments.requested_currency AS transaction_currency,
    COALESCE(refunds.requested_amount, payments.requested_amount) AS requested_amount,
    COALESCE(refunds.payment_amount, payments.payment_amount) AS payment_amount,
    mpp.currency AS wallet_currency, mpp.amount AS mpp_amount,
    COALESCE(acquirer.currency, payments.settlement_currency) AS settlement_currency, acquirer.amount AS acquirer_amount
  FROM settlement_ledger AS mpp
  LEFT JOIN settlement_ledger AS acquirer
    ON acquirer.movement_id = mpp.movement_id AND acquirer.kind = mpp.kind AND acquirer.account = 'acquirer'
  LEFT JOIN refunds ON mpp.kind = 'REFUND' AND refunds.refund_id = mpp.movement_id
  JOIN payments ON payments.payment_id = COALESCE(refunds.payment_id, mpp.movement_id)
  WHERE mpp.clearing_day = ? AND mpp.entry_number > ? AND mpp.account = 'mpp'
    AND mpp.kind IN ('PAYMENT', 'REFUND', 'WALLET_PAYMENT', 'WALLET_REFUND')
    AND (mpp.kind <> 'PAYMENT' OR NOT EXISTS
      (SELECT 1 FROM settlement_ledger AS cancel WHERE cancel.movement_id = mpp.movement_id AND cancel.kind = 'CANCEL'))
  ORDER BY mpp.entry_number LIMIT ?`;

/**
 * A page of a day.
 *
 * @param afterEntry the `lastEntry` of the page before, 0 for the first
 */
export function readClearedPage(sql: SqlStorage, day: ClearingDay, afterEntry: number): ClearedPage {
  const rows = sql.exec<ClearedRow>(PAGE, day, afterEntry, PAGE_ITEMS).toArray();
  return { items: rows.map(itemOf), lastEntry: rows.length < PAGE_ITEMS ? undefined : rows.at(-1)?.entry_number };
}

/** In the ledger the parties' amounts have opposite signs; a refund's are negated. */
function itemOf(row: ClearedRow): ClearingItem {
  const isRefund = row.kind === "REFUND" || row.kind === "WALLET_REFUND";
  const sign = isRefund ? -1n : 1n;
  return {
    transactionType: isRefund ? "REFUND" : "PAYMENT",
    transactionTimeMs: row.time_ms,
    transactionId: row.movement_id,
    transactionRequestId: row.refund_request_id ?? row.payment_request_id,
    originalTransactionId: isRefund ? row.payment_id : undefined,
    requested: { currency: row.transaction_currency, amountMinor: BigInt(row.requested_amount) },
    payment: { currency: row.transaction_currency, amountMinor: BigInt(row.payment_amount) },
    payTo: { currency: row.wallet_currency, amountMinor: sign * BigInt(row.mpp_amount) },
    settlement: { currency: row.settlement_currency, amountMinor: -sign * BigInt(row.acquirer_amount ?? "0") },
    isOfWalletAlone: row.acquirer_amount === null,
  };
}
