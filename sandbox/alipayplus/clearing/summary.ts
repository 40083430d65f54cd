/**
 * summary: one line for a clearing cycle, all zeros without transactions. Source: docs/spec/reconciliation.md; the
 * columns are ours.
 */
import { formatTime, SECOND_MS, startOfDayMs } from "../../../protocol/time.ts";
import { type Batch, netMinorOf, settlementMinorOf } from "./batch.ts";
import type { Field } from "./csv.ts";
import { clearingBatchIdOf, type Report } from "./names.ts";

/** The lines of the file of one settlement currency. */
export function summaryLines(
  { participant, day }: Report,
  currency: string,
  batch: Batch,
): readonly (readonly Field[])[] {
  const columns: readonly (readonly [name: string, field: Field])[] = [
    ["clearingBatchId", clearingBatchIdOf(day)],
    ["clearingStartTime", formatTime(startOfDayMs(day))],
    ["clearingEndTime", formatTime(startOfDayMs(day + 1) - SECOND_MS)],
    ["participantId", participant.participantId],
    ["participantAgreementId", participant.participantAgreementId],
    ["paymentCount", batch.paymentCount],
    ["paymentAmountValue", batch.paymentMinor],
    ["refundCount", batch.refundCount],
    ["refundAmountValue", batch.refundMinor],
    ["netAmountValue", netMinorOf(batch)],
    ["interchangeFeeAmountValue", batch.interchangeFeeMinor],
    ["serviceFeeAmountValue", batch.serviceFeeMinor],
    ["settlementAmountValue", settlementMinorOf(batch)],
    ["settlementCurrency", currency],
  ];
  return [columns.map(([name]) => name), columns.map(([, field]) => field)];
}
