/**
 * transactionItems: every payment and refund of a clearing day. Its summary section, the first two lines, counts the
 * rows of this file. Source: docs/spec/reconciliation.md; the full list of columns is not public, these are ours.
 */
import { formatTime } from "../../../protocol/time.ts";
import type { Field } from "./csv.ts";
import type { ClearingItem } from "./item.ts";
import { amountsFor, type Participant } from "./participant.ts";

const SUMMARY_FIELDS = ["totalCount", "netAmountValue", "settlementCurrency"];

const FIELDS = [
  "transactionTime",
  "transactionType",
  "transactionId",
  "transactionRequestId",
  "originalTransactionId",
  "transactionAmountValue",
  "transactionCurrency",
  "settlementAmountValue",
  "settlementCurrency",
];

/** The lines of a file; the transactions are all of one settlement currency. */
export function transactionItemsLines(
  participant: Participant,
  currency: string,
  items: readonly ClearingItem[],
): readonly (readonly Field[])[] {
  const netMinor = items.reduce((sumMinor, item) => sumMinor + signedMinorOf(participant, item), 0n);
  return [
    SUMMARY_FIELDS,
    [items.length, netMinor, currency],
    FIELDS,
    ...items.map((item) => fieldsOf(participant, item)),
  ];
}

/** A payment adds to the net amount, a refund takes from it. */
function signedMinorOf(participant: Participant, item: ClearingItem): bigint {
  const { amountMinor } = amountsFor(participant, item).settlement;
  return item.transactionType === "PAYMENT" ? amountMinor : -amountMinor;
}

function fieldsOf(participant: Participant, item: ClearingItem): readonly Field[] {
  const { transaction, settlement } = amountsFor(participant, item);
  return [
    formatTime(item.transactionTimeMs),
    item.transactionType,
    item.transactionId,
    item.transactionRequestId,
    item.originalTransactionId ?? "",
    transaction.amountMinor,
    transaction.currency,
    settlement.amountMinor,
    settlement.currency,
  ];
}
