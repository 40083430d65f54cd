/**
 * The sums of a clearing day for one participant, one batch per settlement currency. They are added up page
 * by page, so that a day of any size fits.
 */
import { type FeeType, feesFor } from "./fees.ts";
import type { ClearingItem } from "./item.ts";
import { amountsFor, type Participant } from "./participant.ts";

/** The sums of a day in one settlement currency, in minor units, none of them negative. */
export type Batch = {
  readonly paymentCount: number;
  readonly paymentMinor: bigint;
  readonly refundCount: number;
  readonly refundMinor: bigint;
  readonly interchangeFeeMinor: bigint;
  readonly serviceFeeMinor: bigint;
};

/** The batches of a day by settlement currency. */
export type Batches = ReadonlyMap<string, Batch>;

const EMPTY: Batch = {
  paymentCount: 0,
  paymentMinor: 0n,
  refundCount: 0,
  refundMinor: 0n,
  interchangeFeeMinor: 0n,
  serviceFeeMinor: 0n,
};

/** A day without transactions. */
export function emptyBatches({ mainCurrency }: Participant): Batches {
  return new Map([[mainCurrency, EMPTY]]);
}

/** The batches with more transactions of the day. */
export function addItems(batches: Batches, participant: Participant, items: readonly ClearingItem[]): Batches {
  const sums = new Map(batches);
  for (const item of items) {
    const { currency } = amountsFor(participant, item).settlement;
    sums.set(currency, withItem(sums.get(currency) ?? EMPTY, participant, item));
  }
  return sums;
}

function withItem(batch: Batch, participant: Participant, item: ClearingItem): Batch {
  const { amountMinor } = amountsFor(participant, item).settlement;
  if (item.transactionType === "REFUND") {
    return { ...batch, refundCount: batch.refundCount + 1, refundMinor: batch.refundMinor + amountMinor };
  }
  const fees = feesFor(participant, item);
  const feeMinorOf = (wanted: FeeType) => fees.find(({ feeType }) => feeType === wanted)?.fee.amountMinor ?? 0n;
  return {
    ...batch,
    paymentCount: batch.paymentCount + 1,
    paymentMinor: batch.paymentMinor + amountMinor,
    interchangeFeeMinor: batch.interchangeFeeMinor + feeMinorOf("INTERCHANGE_FEE"),
    serviceFeeMinor: batch.serviceFeeMinor + feeMinorOf("SERVICE_FEE"),
  };
}

/** Payments less refunds: what the wallet owes, or the acquirer is owed, before fees. */
export function netMinorOf({ paymentMinor, refundMinor }: Batch): bigint {
  return paymentMinor - refundMinor;
}

/**
 * The amount to settle. The interchange fee lowers what the wallet pays as well as what the acquirer is paid; the
 * service fee, which the acquirer never sees, raises what the wallet pays.
 */
export function settlementMinorOf(batch: Batch): bigint {
  return netMinorOf(batch) - batch.interchangeFeeMinor + batch.serviceFeeMinor;
}
