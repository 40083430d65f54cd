/** Whether the amounts of a scanned order let it be paid. Pure. */
import { AMOUNT_MAX_MINOR, type Money } from "../../../protocol/money.ts";

/** The amounts of an order that decide. */
type OrderAmounts = {
  /** They do not follow from quote, promotion and surcharge. */
  readonly amountsDiffer: boolean;
  readonly terms: { readonly debit: Money; readonly payToAmount: Money };
};

/**
 * Whether an order is refused for its amounts: when they differ, unless the wallet accepts that, and in any case when
 * no core can take them. Source: docs/spec/amounts.md#who-pays-what.
 *
 * @param acceptsDifferingAmounts the setting DIFFERING_AMOUNTS
 */
export function refusesAmounts({ amountsDiffer, terms }: OrderAmounts, acceptsDifferingAmounts: boolean): boolean {
  return (amountsDiffer && !acceptsDifferingAmounts) || !canBeDebited(terms.debit, terms.payToAmount);
}

/** What the port to the wallet's core asks of every debit (durable/wallet-core/port.ts). */
function canBeDebited(debit: Money, payTo: Money): boolean {
  return (
    debit.currency === payTo.currency &&
    payTo.amountMinor > 0n &&
    payTo.amountMinor <= debit.amountMinor &&
    debit.amountMinor <= AMOUNT_MAX_MINOR
  );
}
