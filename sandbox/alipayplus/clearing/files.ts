/**
 * The files of a report: which there are, and what is in one. Pure: a day is read as pages of its transactions, always
 * in the same order, and is never in memory as a whole.
 *
 * Source: docs/spec/reconciliation.md.
 */
import { addItems, type Batch, type Batches, emptyBatches } from "./batch.ts";
import { csvOf, type Field } from "./csv.ts";
import { feeItemsLines } from "./fee-items.ts";
import type { ClearingItem } from "./item.ts";
import { FILE_SPACES, type FileKind, type FileSpace, fileNameOf, type Report, type ReportFile } from "./names.ts";
import { amountsFor } from "./participant.ts";
import { settlementLines } from "./settlement.ts";
import { summaryLines } from "./summary.ts";
import { transactionItemsLines } from "./transaction-items.ts";

/** How many transactions a file has the rows of; with two fees each, a file has 10,000 rows at the most. */
export const TRANSACTIONS_OF_FILE = 5_000;

/** The names of the files of a report, by currency. */
export function fileNamesOf(report: Report, space: FileSpace, batches: Batches): readonly string[] {
  const currencies = [...batches].sort(([a], [b]) => (a < b ? -1 : 1));
  return currencies.flatMap(([currency, batch]) =>
    FILE_SPACES[space].flatMap((kind) =>
      Array.from({ length: fileCountOf(kind, batch) }, (_, sequence) =>
        fileNameOf(report, { kind, currency, sequence }),
      ),
    ),
  );
}

/** Summary and settlement are always there, a file of rows when it has any. */
function fileCountOf(kind: FileKind, { paymentCount, refundCount }: Batch): number {
  switch (kind) {
    case "summary":
    case "settlement":
      return 1;
    case "transactionItems":
      return Math.ceil((paymentCount + refundCount) / TRANSACTIONS_OF_FILE);
    case "feeItems":
      return Math.ceil(paymentCount / TRANSACTIONS_OF_FILE);
  }
}

/** A file while its day is read. */
type Draft = {
  readonly batches: Batches;
  /** How many transactions of the day have rows in files of this kind and currency. */
  readonly count: number;
  /** Those that have them in this file. */
  readonly items: readonly ClearingItem[];
};

/** A file before its day is read. */
export function emptyDraft({ participant }: Report): Draft {
  return { batches: emptyBatches(participant), count: 0, items: [] };
}

/** A file after one more page of its day. */
export function addPage(draft: Draft, report: Report, file: ReportFile, page: readonly ClearingItem[]): Draft {
  const { batches, count, items } = draft;
  const rows = page.filter((item) => hasRows(report, file, item));
  const first = file.sequence * TRANSACTIONS_OF_FILE - count;
  const ofFile = rows.slice(Math.max(first, 0), Math.max(first + TRANSACTIONS_OF_FILE, 0));
  return {
    batches: addItems(batches, report.participant, page),
    count: count + rows.length,
    items: ofFile.length === 0 ? items : [...items, ...ofFile],
  };
}

function hasRows({ participant }: Report, { kind, currency }: ReportFile, item: ClearingItem): boolean {
  if (amountsFor(participant, item).settlement.currency !== currency) return false;
  return kind === "transactionItems" || (kind === "feeItems" && item.transactionType === "PAYMENT");
}

/** The text of a file whose day was read; undefined when the report has no such file. */
export function fileTextOf(report: Report, file: ReportFile, draft: Draft): string | undefined {
  const batch = draft.batches.get(file.currency);
  if (!batch || file.sequence >= fileCountOf(file.kind, batch)) return undefined;
  return csvOf(linesOf(report, file, batch, draft.items));
}

function linesOf(
  report: Report,
  { kind, currency }: ReportFile,
  batch: Batch,
  items: readonly ClearingItem[],
): readonly (readonly Field[])[] {
  switch (kind) {
    case "summary":
      return summaryLines(report, currency, batch);
    case "settlement":
      return settlementLines(report, currency, batch);
    case "transactionItems":
      return transactionItemsLines(report.participant, currency, items);
    case "feeItems":
      return feeItemsLines(report.participant, currency, items);
  }
}
