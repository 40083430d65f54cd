/**
 * The reports against the records of their participants: the wallet's own ledger, and the acquirer's own sales. Every
 * payment and refund that stands is in one report, in none twice, nothing else is in any; and the sums are those of the
 * rows.
 */

import type { Amount } from "../plan/plan.ts";
import type { ClearingEvidence, Evidence } from "../play/evidence.ts";
import { type FeeSums, netOf, type ReportedItem, type ReportedSummary, type Reports } from "../play/reports.ts";
import { minorOf } from "../play/views.ts";
import { clearingDayOf } from "../play/world.ts";
import { amountOn } from "./ledger.ts";

/** An item that a participant's own records have, and that a report should have. */
type Recorded = {
  /** Type, id and amount: the same for items that cannot be distinguished. */
  readonly key: string;
  /** The day in the participant's own records, where they have one. */
  readonly clearingDay?: string;
};

/** What is wrong with the reports. */
export function checkClearing(evidence: Evidence, { wallet, acquirer }: ClearingEvidence): string[] {
  return [
    ...compare("the wallet", recordsOfWallet(evidence), wallet.items, (item) =>
      item.transactionType === "PAYMENT" ? item.transactionId : item.originalTransactionId,
    ),
    ...compare("the acquirer", recordsOfAcquirer(evidence), acquirer.items, (item) => item.transactionRequestId),
    ...checkSums("the wallet", wallet, { INTERCHANGE_FEE: -1n, SERVICE_FEE: 1n }),
    ...checkSums("the acquirer", acquirer, { INTERCHANGE_FEE: -1n, SERVICE_FEE: 0n }),
    ...checkPayable(evidence, wallet),
  ];
}

function keyOf(type: string, id: string, currency: string, amountMinor: bigint): string {
  return `${type} ${id} of ${currency} ${amountMinor}`;
}

/** The ledger's movements of `alipayplus-payable`, without payments that a cancel has reversed. */
function recordsOfWallet({ sales, customers }: Evidence): readonly Recorded[] {
  const entries = customers.flatMap((customer) => customer.entries);
  const reversed = new Set(entries.filter(({ kind }) => kind === "REVERSAL").map(({ paymentId }) => paymentId));
  return sales.flatMap(({ network, wallet }) => {
    if (network === "UNKNOWN" || typeof wallet === "string" || reversed.has(wallet.paymentId)) return [];
    return entries
      .filter(({ paymentId }) => paymentId === wallet.paymentId)
      .map((entry) => {
        const minor = amountOn("alipayplus-payable", entry);
        const type = entry.kind === "DEBIT" ? "PAYMENT" : "REFUND";
        return {
          key: keyOf(type, network.paymentId, entry.currency, minor < 0n ? -minor : minor),
          clearingDay: clearingDayOf(Date.parse(entry.time)),
        };
      });
  });
}

/** The acquirer's sales that succeeded, and their refunds. It keeps no time of them. */
function recordsOfAcquirer({ sales }: Evidence): readonly Recorded[] {
  return sales.flatMap(({ sale }) => {
    if (sale.status !== "SUCCEEDED" && sale.status !== "REFUNDED") return [];
    const recorded = (type: string, id: string, amount: Amount): Recorded => ({
      key: keyOf(type, id, amount.currency, minorOf(amount)),
    });
    return [
      // Within one currency the settlement is the amount itself (docs/spec/acquirer/older-interface.md#answer).
      recorded("PAYMENT", sale.paymentRequestId, sale.settlementAmount ?? sale.paymentAmount),
      ...sale.refunds
        .filter(({ result }) => result.resultStatus === "S")
        .map((refund) => recorded("REFUND", refund.refundRequestId, refund.settlementAmount ?? refund.refundAmount)),
    ];
  });
}

function compare(
  whose: string,
  records: readonly Recorded[],
  items: readonly ReportedItem[],
  idOf: (item: ReportedItem) => string,
): string[] {
  const recorded = Map.groupBy(records, ({ key }) => key);
  const reported = Map.groupBy(items, (item) =>
    keyOf(item.transactionType, idOf(item), item.settlementCurrency, item.settlementMinor),
  );
  const keys = new Set([...recorded.keys(), ...reported.keys()]);
  const faults = [...keys].flatMap((key) => {
    const [own, listed] = [recorded.get(key) ?? [], reported.get(key) ?? []];
    if (own.length !== listed.length) {
      return [`${key} is ${own.length} times in the records of ${whose} and ${listed.length} times in its reports`];
    }
    const days = own.flatMap(({ clearingDay }) => clearingDay ?? []).sort();
    const listedDays = listed.map(({ transactionTime }) => clearingDayOf(Date.parse(transactionTime))).sort();
    return days.length > 0 && days.join() !== listedDays.join()
      ? [`${key} is of ${days.join(", ")} in the records of ${whose} and of ${listedDays.join(", ")} in its reports`]
      : [];
  });
  const early = items.filter((item) => clearingDayOf(Date.parse(item.transactionTime)) > item.clearingDay);
  return [...faults, ...early.map((item) => `${item.transactionId} is in a report of ${whose} before it happened`)];
}

/** Whether a fee raises what is settled, lowers it, or does nothing (docs/sandbox/clearing.md). */
type FeeSigns = Readonly<Record<keyof FeeSums, bigint>>;

/** The summary adds up the rows of its day and currency, and what is settled is that with the fees. */
function checkSums(whose: string, { items, summaries, fees, settled }: Reports, signs: FeeSigns): string[] {
  const isOf = (summary: ReportedSummary) => (other: { readonly clearingDay: string; readonly currency: string }) =>
    other.clearingDay === summary.clearingDay && other.currency === summary.currency;
  const faults = summaries.flatMap((summary) => {
    const rows = items.filter((item) => isOf(summary)({ ...item, currency: item.settlementCurrency }));
    const feeSums = fees.filter(isOf(summary)).map(({ sums }) => sums);
    const feeMinor = feeSums.reduce(
      (sum, { INTERCHANGE_FEE, SERVICE_FEE }) =>
        sum + signs.INTERCHANGE_FEE * INTERCHANGE_FEE + signs.SERVICE_FEE * SERVICE_FEE,
      0n,
    );
    const wanted = {
      paymentCount: rows.filter(({ transactionType }) => transactionType === "PAYMENT").length,
      refundCount: rows.filter(({ transactionType }) => transactionType === "REFUND").length,
      netMinor: netOf(rows),
      settlementMinor: netOf(rows) + feeMinor,
    };
    const where = `the summary of ${whose} in ${summary.currency} of ${summary.clearingDay}`;
    const names = Object.keys(wanted) as (keyof typeof wanted)[];
    const settledMinor = settled.filter(isOf(summary)).map(({ settlementMinor }) => settlementMinor);
    return [
      ...names
        .filter((name) => summary[name] !== wanted[name])
        .map((name) => `${where} has ${name} ${summary[name]}, its rows ${wanted[name]}`),
      ...(settledMinor.length === 1 && settledMinor[0] === summary.settlementMinor
        ? []
        : [`${where} has ${summary.settlementMinor}, the settlement file ${settledMinor.join(", ")}`]),
    ];
  });
  const missing = items.filter(
    ({ clearingDay, settlementCurrency }) =>
      !summaries.some((summary) => isOf(summary)({ clearingDay, currency: settlementCurrency })),
  );
  return [...faults, ...missing.map(({ transactionId }) => `${transactionId} of ${whose} is in no summary`)];
}

/** What the wallet owes Alipay+ by its own trial balance is what the reports say, in every currency. */
function checkPayable({ books }: Evidence, { items }: Reports): string[] {
  const byCurrency = Map.groupBy(items, ({ settlementCurrency }) => settlementCurrency);
  const currencies = new Set([...Object.keys(books.currencies), ...byCurrency.keys()]);
  return [...currencies].flatMap((currency) => {
    const payable = books.currencies[currency]?.["alipayplus-payable"] ?? "0";
    const reported = netOf(byCurrency.get(currency) ?? []);
    return payable === String(reported)
      ? []
      : [`the ledger owes Alipay+ ${currency} ${payable}, the wallet's reports say ${reported}`];
  });
}
