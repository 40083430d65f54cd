/** The reports of a participant as it downloads them. Source: docs/sandbox/clearing.md; docs/spec/reconciliation.md. */
import { parseCsv, recordsOf } from "../../../support/clearing/parse-csv.ts";
import type { Parties } from "./parties.ts";
import { clearingDayOf, dayAfter } from "./world.ts";

/** A payment or a refund in a report. */
export type ReportedItem = {
  /** The clearing day of the report, yyyymmdd. */
  readonly clearingDay: string;
  readonly transactionTime: string;
  readonly transactionType: string;
  readonly transactionId: string;
  readonly transactionRequestId: string;
  /** The payment that a refund is of. */
  readonly originalTransactionId: string;
  readonly settlementCurrency: string;
  readonly settlementMinor: bigint;
};

/** A line of a summary. */
export type ReportedSummary = {
  readonly clearingDay: string;
  readonly currency: string;
  readonly paymentCount: number;
  readonly refundCount: number;
  readonly netMinor: bigint;
  /** After fees: what is settled. */
  readonly settlementMinor: bigint;
};

/** The fees in a file, by their kind, in the currency of the report. */
type ReportedFees = { readonly clearingDay: string; readonly currency: string; readonly sums: FeeSums };

/** Sums in minor units. */
export type FeeSums = Readonly<Record<"INTERCHANGE_FEE" | "SERVICE_FEE", bigint>>;

/** All reports of a participant about some days. */
export type Reports = {
  readonly items: readonly ReportedItem[];
  readonly summaries: readonly ReportedSummary[];
  readonly fees: readonly ReportedFees[];
  /** The amounts of the settlement files, by clearing day and currency. */
  readonly settled: readonly Pick<ReportedSummary, "clearingDay" | "currency" | "settlementMinor">[];
};

/** Who gets reports (docs/sandbox/README.md). */
export const PARTICIPANTS = { wallet: "1022172000000000001", acquirer: "1022188000000000001" } as const;

/** The clearing days from one time to another. */
export function clearingDaysBetween(fromMs: number, untilMs: number): readonly string[] {
  const days: string[] = [];
  const last = clearingDayOf(untilMs);
  for (let day = clearingDayOf(fromMs); day <= last; day = dayAfter(day)) days.push(day);
  return days;
}

/** When the reports about a clearing day are made: at 00:30 UTC+8 of the next. Epoch milliseconds. */
export function reportTimeMsOf(clearingDay: string): number {
  const next = dayAfter(clearingDay);
  return Date.parse(`${next.slice(0, 4)}-${next.slice(4, 6)}-${next.slice(6)}T00:30:00+08:00`);
}

/** Downloads every report about the days. Rejects when one is not there. */
export async function readReports(parties: Parties, participantId: string, days: readonly string[]): Promise<Reports> {
  const files: { readonly clearingDay: string; readonly name: string; readonly text: string }[] = [];
  for (const clearingDay of days) {
    const date = dayAfter(clearingDay);
    for (const kind of ["clearing", "settlement"] as const) {
      for (const name of await parties.reportNames(kind, participantId, date)) {
        files.push({ clearingDay, name, text: await parties.report(kind, participantId, date, name) });
      }
    }
  }
  const ofKind = (kind: string) => files.filter(({ name }) => name.startsWith(`${kind}_`));
  return {
    items: ofKind("transactionItems").flatMap(({ clearingDay, text }) => itemsOf(clearingDay, text)),
    summaries: ofKind("summary").flatMap(({ clearingDay, text }) => summariesOf(clearingDay, text)),
    fees: ofKind("feeItems").map(({ clearingDay, text }) => feesOf(clearingDay, text)),
    settled: ofKind("settlement").flatMap(({ clearingDay, text }) =>
      recordsOf(parseCsv(text)).map((record) => settledOf(clearingDay, record)),
    ),
  };
}

/** The rows of a file behind its summary section; which must be right about them. */
function itemsOf(clearingDay: string, text: string): readonly ReportedItem[] {
  const rows = parseCsv(text);
  const [section] = recordsOf(rows.slice(0, 2));
  const items = recordsOf(rows.slice(2)).map((record) => ({
    clearingDay,
    transactionTime: record.transactionTime ?? "",
    transactionType: record.transactionType ?? "",
    transactionId: record.transactionId ?? "",
    transactionRequestId: record.transactionRequestId ?? "",
    originalTransactionId: record.originalTransactionId ?? "",
    settlementCurrency: record.settlementCurrency ?? "",
    settlementMinor: BigInt(record.settlementAmountValue ?? ""),
  }));
  const netMinor = netOf(items);
  if (section?.totalCount !== String(items.length) || section.netAmountValue !== String(netMinor)) {
    throw new Error(`A file of ${items.length} rows and net ${netMinor} begins with ${JSON.stringify(section)}`);
  }
  return items;
}

/** Payments less refunds. */
export function netOf(items: readonly Pick<ReportedItem, "transactionType" | "settlementMinor">[]): bigint {
  return items.reduce(
    (sum, { transactionType, settlementMinor }) =>
      transactionType === "PAYMENT" ? sum + settlementMinor : sum - settlementMinor,
    0n,
  );
}

function summariesOf(clearingDay: string, text: string): readonly ReportedSummary[] {
  return recordsOf(parseCsv(text)).map((record) => ({
    ...settledOf(clearingDay, record),
    paymentCount: Number(record.paymentCount),
    refundCount: Number(record.refundCount),
    netMinor: BigInt(record.netAmountValue ?? ""),
  }));
}

function settledOf(
  clearingDay: string,
  { settlementCurrency, settlementAmountValue }: Readonly<Record<string, string>>,
) {
  return { clearingDay, currency: settlementCurrency ?? "", settlementMinor: BigInt(settlementAmountValue ?? "") };
}

function feesOf(clearingDay: string, text: string): ReportedFees {
  const rows = parseCsv(text);
  const [section] = recordsOf(rows.slice(0, 2));
  const sums = { INTERCHANGE_FEE: 0n, SERVICE_FEE: 0n };
  for (const { feeType, feeAmountValue } of recordsOf(rows.slice(2))) {
    sums[feeType as keyof FeeSums] += BigInt(feeAmountValue ?? "");
  }
  return { clearingDay, currency: section?.settlementCurrency ?? "", sums };
}
