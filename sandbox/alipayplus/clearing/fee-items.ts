/**
 * feeItems: every fee of a clearing day that a participant pays or gets. Its summary section, the first two lines,
 * counts the rows of this file. Source: docs/spec/reconciliation.md; the full list of columns is not public, these
 * are ours.
 */
import { formatTime } from "../../../protocol/time.ts";
import type { Field } from "./csv.ts";
import { type FeeItem, type FeeType, feesFor } from "./fees.ts";
import type { ClearingItem } from "./item.ts";
import type { Participant } from "./participant.ts";

const SUMMARY_FIELDS = ["totalCount", "interchangeFeeAmountValue", "serviceFeeAmountValue", "settlementCurrency"];

const FIELDS = ["transactionTime", "transactionId", "feeType", "payer", "payee", "feeAmountValue", "feeCurrency"];

/** The lines of a file; the transactions are all of one settlement currency. */
export function feeItemsLines(
  participant: Participant,
  currency: string,
  items: readonly ClearingItem[],
): readonly (readonly Field[])[] {
  const rows = items.flatMap((item) => feesFor(participant, item).map((fee) => ({ item, fee })));
  const fees = rows.map(({ fee }) => fee);
  return [
    SUMMARY_FIELDS,
    [fees.length, sumMinorOf(fees, "INTERCHANGE_FEE"), sumMinorOf(fees, "SERVICE_FEE"), currency],
    FIELDS,
    ...rows.map(({ item, fee }) => fieldsOf(item, fee)),
  ];
}

function sumMinorOf(fees: readonly FeeItem[], wanted: FeeType): bigint {
  return fees.reduce((sumMinor, { feeType, fee }) => (feeType === wanted ? sumMinor + fee.amountMinor : sumMinor), 0n);
}

function fieldsOf(
  { transactionTimeMs, transactionId }: ClearingItem,
  { feeType, payer, payee, fee }: FeeItem,
): readonly Field[] {
  return [formatTime(transactionTimeMs), transactionId, feeType, payer, payee, fee.amountMinor, fee.currency];
}
