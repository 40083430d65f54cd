/**
 * The names of the files, and of the batches in them. Source: docs/spec/reconciliation.md; the shape of batch numbers
 * is made up.
 */
import { type ClearingDay, dateTextOf } from "./day.ts";
import type { Participant } from "./participant.ts";

/** Where files are found: those of a clearing cycle, and those of a settlement cycle. */
export const FILE_SPACES = {
  clearing: ["summary", "transactionItems", "feeItems"],
  settlement: ["settlement"],
} as const;

/** A folder of files: `clearing` or `settlement` in their path (docs/spec/reconciliation.md#files). */
export type FileSpace = keyof typeof FILE_SPACES;
/** What a file lists; its name begins with it. */
export type FileKind = (typeof FILE_SPACES)[FileSpace][number];

/** Whose files, of which day. */
export type Report = { readonly participant: Participant; readonly day: ClearingDay };

/** One file of a report. */
export type ReportFile = { readonly kind: FileKind; readonly currency: string; readonly sequence: number };

const NAME = /^(summary|transactionItems|feeItems|settlement)_[0-9]+_([A-Z]{3})_[0-9A-Z]+_[0-9]+_([0-9]{3})\.csv$/;
const SEQUENCE_DIGITS = 3;
/** A report has no more files of a kind and currency than there are numbers for. */
const SEQUENCES = 10 ** SEQUENCE_DIGITS;

/** Names what is cleared of one day, in every currency. */
export function clearingBatchIdOf(day: ClearingDay): string {
  return `C${dateTextOf(day)}`;
}

/** Names what is settled of one day: here a settlement cycle is one clearing cycle. */
export function settlementBatchIdOf(day: ClearingDay): string {
  return `S${dateTextOf(day)}`;
}

/**
 * The name of a file.
 *
 * @throws RangeError beyond the last sequence number
 */
export function fileNameOf({ participant, day }: Report, { kind, currency, sequence }: ReportFile): string {
  if (sequence >= SEQUENCES) throw new RangeError(`A report has at most ${SEQUENCES} files of a kind`);
  const { participantId, participantAgreementId } = participant;
  const batchId = kind === "settlement" ? settlementBatchIdOf(day) : clearingBatchIdOf(day);
  const number = String(sequence).padStart(SEQUENCE_DIGITS, "0");
  return `${[kind, participantId, currency, batchId, participantAgreementId, number].join("_")}.csv`;
}

/** Which file of a report has this name; undefined when none can have it. */
export function fileOfName(report: Report, name: string): ReportFile | undefined {
  const [, kind, currency, digits] = NAME.exec(name) ?? [];
  if (kind === undefined || currency === undefined) return undefined;
  const file: ReportFile = { kind: kind as FileKind, currency, sequence: Number(digits) };
  return fileNameOf(report, file) === name ? file : undefined;
}
