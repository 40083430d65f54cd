/**
 * settlement: the amount due for a settlement cycle, and its date. A cycle is one clearing cycle here, and its value
 * date the day after the report; holidays are not known. Source: docs/spec/reconciliation.md; the columns are ours.
 */
import { type Batch, settlementMinorOf } from "./batch.ts";
import type { Field } from "./csv.ts";
import { dateTextOf } from "./day.ts";
import { clearingBatchIdOf, type Report, settlementBatchIdOf } from "./names.ts";

/** Days from the clearing day to the value date. */
const VALUE_DATE_AFTER_DAYS = 2;

/** The lines of the file of one settlement currency. The amount is what a wallet pays, or an acquirer is paid. */
export function settlementLines(
  { participant, day }: Report,
  currency: string,
  batch: Batch,
): readonly (readonly Field[])[] {
  const columns: readonly (readonly [name: string, field: Field])[] = [
    ["settlementBatchId", settlementBatchIdOf(day)],
    ["valueDate", dateTextOf(day + VALUE_DATE_AFTER_DAYS)],
    ["participantId", participant.participantId],
    ["participantAgreementId", participant.participantAgreementId],
    ["clearingBatchId", clearingBatchIdOf(day)],
    ["settlementAmountValue", settlementMinorOf(batch)],
    ["settlementCurrency", currency],
  ];
  return [columns.map(([name]) => name), columns.map(([, field]) => field)];
}
