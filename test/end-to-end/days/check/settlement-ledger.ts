/**
 * Alipay+'s own settlement ledger of a payment and its refunds: every currency adds up to zero, and it says of the
 * wallet what the wallet's ledger says, and of the acquirer what the acquirer's own sales do.
 */

import type { Evidence, SaleEvidence } from "../play/evidence.ts";
import { type LedgerEntry, minorOf, type SettlementEntry } from "../play/views.ts";
import { amountOn } from "./ledger.ts";

/** Sums of an account by currency; what is zero is left out. */
type Sums = ReadonlyMap<string, bigint>;

/** Where the settlement ledger says something else. */
export function checkSettlementLedger({ sales, customers }: Evidence): string[] {
  const entries = customers.flatMap((customer) => customer.entries);
  return sales.flatMap((sale) => checkSale(sale, entries));
}

function checkSale(evidence: SaleEvidence, entries: readonly LedgerEntry[]): string[] {
  const { sale, network } = evidence;
  if (network === "UNKNOWN") return [];
  const { paymentRequestId } = sale;
  const ofAccount = (account: SettlementEntry["account"]) =>
    network.settlementEntries.filter((line) => line.account === account);
  const total = textOf(sumOf(network.settlementEntries));
  const wallet = textOf(sumOf(ofAccount("mpp")));
  const acquirer = textOf(sumOf(ofAccount("acquirer")));
  const ledger = textOf(payableOf(evidence, entries));
  const owed = textOf(owedTo(evidence));
  return [
    ...(total === "" ? [] : [`the settlement ledger of ${paymentRequestId} sums to ${total}`]),
    ...(wallet === ledger
      ? []
      : [`the wallet owes [${wallet}] for ${paymentRequestId} by the settlement ledger, [${ledger}] by its ledger`]),
    ...(acquirer === owed
      ? []
      : [`the acquirer has [${acquirer}] of ${paymentRequestId} in the settlement ledger, [${owed}] by its sales`]),
  ];
}

/** What the wallet's ledger owes Alipay+ for a payment. */
function payableOf({ wallet }: SaleEvidence, entries: readonly LedgerEntry[]): Sums {
  if (typeof wallet === "string") return new Map();
  const own = entries.filter(({ paymentId }) => paymentId === wallet.paymentId);
  return sumOf(own.map((entry) => ({ currency: entry.currency, amount: amountOn("alipayplus-payable", entry) })));
}

/**
 * What the acquirer is owed by its own sales, which is a minus. Within one currency the settlement is the amount
 * itself.
 */
function owedTo({ sale }: SaleEvidence): Sums {
  if (sale.status !== "SUCCEEDED" && sale.status !== "REFUNDED") return new Map();
  const paid = sale.settlementAmount ?? sale.paymentAmount;
  const refunds = sale.refunds
    .filter(({ result }) => result.resultStatus === "S")
    .map((refund) => refund.settlementAmount ?? refund.refundAmount);
  return sumOf([
    { currency: paid.currency, amount: -minorOf(paid) },
    ...refunds.map((refund) => ({ currency: refund.currency, amount: minorOf(refund) })),
  ]);
}

function sumOf(lines: readonly { readonly currency: string; readonly amount: string | bigint }[]): Sums {
  const sums = new Map<string, bigint>();
  for (const { currency, amount } of lines) sums.set(currency, (sums.get(currency) ?? 0n) + BigInt(amount));
  return new Map([...sums].filter(([, sum]) => sum !== 0n));
}

function textOf(sums: Sums): string {
  return [...sums]
    .map(([currency, sum]) => `${currency} ${sum}`)
    .sort()
    .join(", ");
}
