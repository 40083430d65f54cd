/** The customers' accounts: exactly the debits, reversals and refunds that the payments say, and nothing else. */

import type { Evidence, SaleEvidence } from "../play/evidence.ts";
import {
  type CustomerView,
  type LedgerAccount,
  type LedgerEntry,
  minorOf,
  type NetworkRefund,
  type WalletView,
} from "../play/views.ts";
import { walletStateOf } from "./agreement.ts";

/** What the accounts say that no payment does, and the other way round. */
export function checkLedger({ sales, payments, customers, books }: Evidence): string[] {
  const entries = customers.flatMap((customer) => customer.entries);
  const known = new Set([
    ...sales.flatMap(({ wallet }) => (typeof wallet === "string" ? [] : [wallet.paymentId])),
    ...payments.flatMap(({ inquired }) => (inquired === "UNKNOWN" ? [] : [inquired.paymentId])),
  ]);
  return [
    ...customers.flatMap(checkCustomer),
    ...entries
      .filter(({ kind, paymentId }) => kind !== "FUNDING" && !known.has(paymentId))
      .map(({ kind, paymentId }) => `a customer has a ${kind} of payment ${paymentId}, which no sale knows`),
    ...sales.flatMap((sale) => checkSale(sale, entries)),
    ...(books.balanced ? [] : ["the ledger says that its books are not balanced"]),
    ...Object.entries(books.currencies).flatMap(([currency, { total }]) =>
      total === "0" ? [] : [`the books in ${currency} sum to ${total}`],
    ),
  ];
}

/** The balance is what the entries add up to, and none of them is missing. */
function checkCustomer(view: CustomerView): string[] {
  const { customerId, balance, entries, entryCount } = view;
  const faults: string[] = [];
  if (entries.length !== entryCount)
    faults.push(`${customerId} has ${entryCount} entries, of which ${entries.length} show`);
  const sumMinor = entries.reduce((sum, entry) => sum + amountOn("customer", entry), 0n);
  if (balance !== String(sumMinor)) faults.push(`${customerId} has ${balance}, and entries of ${sumMinor}`);
  return faults;
}

/** The entries of one payment. */
function checkSale({ sale, network, wallet }: SaleEvidence, allEntries: readonly LedgerEntry[]): string[] {
  if (network === "UNKNOWN" || typeof wallet === "string") return [];
  const entries = allEntries.filter(({ paymentId }) => paymentId === wallet.paymentId);
  const ofKind = (kind: LedgerEntry["kind"]) => entries.filter((entry) => entry.kind === kind);
  const [debits, reversals, refunds] = [ofKind("DEBIT"), ofKind("REVERSAL"), ofKind("REFUND")];
  const id = sale.paymentRequestId;
  const wanted = wallet.status === "SUCCEEDED" ? 1 : 0;
  const faults: string[] = [];
  if (debits.length > 1) faults.push(`${id} was debited ${debits.length} times`);
  if (debits.length - reversals.length !== wanted) {
    faults.push(`${id} is ${wallet.status} with ${debits.length} debits and ${reversals.length} reversals`);
  }
  if (wallet.status === "FAILED" && debits.length > 0) faults.push(`${id} has failed, and was debited`);
  for (const debit of debits) faults.push(...checkDebit(id, debit, wallet));
  const refunded = network.refunds.filter(({ status }) => status === "SUCCEEDED");
  const whole = walletStateOf({ network, wallet }) === "REFUNDED_INSTEAD" ? [wholeCreditOf(wallet)] : [];
  const expected = listOf([...refunded.map(creditOf), ...whole]);
  const found = listOf(
    refunds.map((entry) => `${amountOn("customer", entry)} (${-amountOn("alipayplus-payable", entry)})`),
  );
  if (expected !== found) faults.push(`${id}: the refunds at Alipay+ are ${expected}, in the ledger ${found}`);
  const sums = ACCOUNTS.map((account) => entries.reduce((sum, entry) => sum + amountOn(account, entry), 0n));
  const isWhole = wanted === 1 && sums[1] === 0n;
  if ((wanted === 0 || isWhole) && sums.some((sum) => sum !== 0n)) {
    faults.push(`${id} was refunded in full, and ${rowOf(sums)} is left on ${ACCOUNTS.join(", ")}`);
  }
  return faults;
}

const ACCOUNTS: readonly LedgerAccount[] = ["customer", "alipayplus-payable", "surcharge-income"];

function checkDebit(id: string, debit: LedgerEntry, { debitAmount, includedSurcharge }: WalletView): string[] {
  const surchargeMinor = includedSurcharge ? minorOf(includedSurcharge) : 0n;
  const expected = [-minorOf(debitAmount), minorOf(debitAmount) - surchargeMinor, surchargeMinor];
  const found = ACCOUNTS.map((account) => amountOn(account, debit));
  if (debit.currency !== debitAmount.currency || rowOf(expected) !== rowOf(found)) {
    return [
      `${id}: the wallet says ${rowOf(expected)} ${debitAmount.currency}, the ledger ${rowOf(found)} ${debit.currency}`,
    ];
  }
  return [];
}

/** What an entry does to an account, minor units. */
export function amountOn(account: LedgerAccount, { legs }: Pick<LedgerEntry, "legs">): bigint {
  return BigInt(legs.find((leg) => leg.account === account)?.amount ?? "0");
}

/** What a refund gives the customer, and by how much it makes the debt to Alipay+ smaller. */
function creditOf({ refundFromAmount, surchargeAmount }: NetworkRefund): string {
  const fromMinor = refundFromAmount ? minorOf(refundFromAmount) : 0n;
  return `${surchargeAmount ? minorOf(surchargeAmount) : fromMinor} (${fromMinor})`;
}

/** The same of a refund of all that the customer has paid. */
function wholeCreditOf({ debitAmount, includedSurcharge }: WalletView): string {
  const surchargeMinor = includedSurcharge ? minorOf(includedSurcharge) : 0n;
  return `${debitAmount.value} (${minorOf(debitAmount) - surchargeMinor})`;
}

/** A list that does not depend on the order. */
function listOf(texts: readonly string[]): string {
  return `[${[...texts].sort().join(", ")}]`;
}

/** A list in its order. */
function rowOf(amounts: readonly bigint[]): string {
  return `[${amounts.join(", ")}]`;
}
