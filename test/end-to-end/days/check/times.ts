/**
 * When a payment succeeded: to the second the same for acquirer, wallet and ledger, whenever each of them learnt of it.
 */
import type { Evidence, SaleEvidence } from "../play/evidence.ts";
import type { LedgerEntry } from "../play/views.ts";

/** Successes of which a party has another time. */
export function checkTimes({ sales, customers }: Evidence): string[] {
  const debits = customers.flatMap(({ entries }) => entries.filter(({ kind }) => kind === "DEBIT"));
  return sales.flatMap((sale) => checkSale(sale, debits));
}

function checkSale({ sale, wallet }: SaleEvidence, debits: readonly LedgerEntry[]): string[] {
  if (sale.status !== "SUCCEEDED" || typeof wallet === "string") return [];
  const debit = debits.find(({ paymentId }) => paymentId === wallet.paymentId);
  const times = [sale.paymentTime, wallet.paymentTime, debit?.time];
  if (new Set(times).size === 1 && debit !== undefined) return [];
  return [`${sale.paymentRequestId} was paid at ${times.join(", ")} by acquirer, wallet and ledger`];
}
