/**
 * The fees of a transaction. The rates are invented: the real ones are agreed with each participant, and appear in no
 * report.
 *
 * A payment carries them when it is cleared. A refund carries none, and returns none; a cancelled payment is not
 * cleared at all.
 *
 * Source: docs/spec/reconciliation.md; docs/spec/wallet/cancel-payment.md.
 */
import { proportion } from "../../../core-wasm/index.ts";
import type { Money } from "../../../protocol/money.ts";
import type { ClearingItem } from "./item.ts";
import type { Participant, Party } from "./participant.ts";

/** The kinds of fees. */
export type FeeType = "INTERCHANGE_FEE" | "SERVICE_FEE";

/** Hundredths of a percent. */
export const FEE_BASIS_POINTS: Readonly<Record<FeeType, bigint>> = { INTERCHANGE_FEE: 60n, SERVICE_FEE: 20n };

const BASIS_POINTS_OF_ONE = 10_000n;

/**
 * A fee that one party pays and another gets. Within one currency both sums are the same; between two, Alipay+
 * exchanges what it passes on, as it does with the transaction itself.
 */
type Fee = {
  readonly feeType: FeeType;
  readonly payer: Party;
  readonly payee: Party;
  readonly paid: Money;
  readonly received: Money;
};

/**
 * The fees of a transaction. Each is a part of what the wallet owes; what an acquirer with another currency pays is the
 * same part of what it is owed.
 */
export function feesOf({ transactionType, payTo, settlement, isOfWalletAlone }: ClearingItem): readonly Fee[] {
  if (transactionType === "REFUND" || isOfWalletAlone) return [];
  const interchange = shareOf(payTo, "INTERCHANGE_FEE");
  const isOneCurrency = payTo.currency === settlement.currency;
  const service = shareOf(payTo, "SERVICE_FEE");
  return [
    {
      feeType: "INTERCHANGE_FEE",
      payer: "ACQP",
      payee: "MPP",
      paid: isOneCurrency ? interchange : shareOf(settlement, "INTERCHANGE_FEE"),
      received: interchange,
    },
    { feeType: "SERVICE_FEE", payer: "MPP", payee: "ALIPAY_PLUS", paid: service, received: service },
  ];
}

/** A fee as one participant sees it. */
export type FeeItem = Pick<Fee, "feeType" | "payer" | "payee"> & { readonly fee: Money };

/** The fees of a transaction that a participant pays or gets, each in its own currency. */
export function feesFor({ party }: Participant, item: ClearingItem): readonly FeeItem[] {
  return feesOf(item)
    .filter(({ payer, payee }) => payer === party || payee === party)
    .map(({ feeType, payer, payee, paid, received }) => ({
      feeType,
      payer,
      payee,
      fee: payer === party ? paid : received,
    }));
}

function shareOf({ currency, amountMinor }: Money, feeType: FeeType): Money {
  return { currency, amountMinor: feeMinorOf(amountMinor, FEE_BASIS_POINTS[feeType]) };
}

/**
 * A fee in minor units, rounded half to even.
 *
 * @param basisPoints at most 10,000
 * @example feeMinorOf(21_250n, 100n) // 212n: of 2.125 dollars 2.12
 */
export function feeMinorOf(amountMinor: bigint, basisPoints: bigint): bigint {
  const feeMinor = proportion(amountMinor, basisPoints, BASIS_POINTS_OF_ONE);
  if (typeof feeMinor !== "bigint") throw new RangeError(`A part of an amount is an amount, not ${feeMinor}`);
  return feeMinor;
}
