/**
 * The amounts of refunds that a developer sends from the console: the wallet's share, and the remainder. Pure.
 *
 * Source: docs/spec/wallet/refund.md.
 */
import { formatAmount, parseAmount, proportion } from "../../../../core-wasm/index.ts";
import type { WireAmount } from "../../../../protocol/money.ts";

/** A payment with the sums of its refunds, in the smallest units of `paymentAmount` and `payToAmount`. */
export type RefundablePayment = {
  readonly paymentAmount: WireAmount;
  readonly payToAmount: WireAmount;
  readonly refundedValue: string;
  readonly refundedFromValue: string;
};

/** The amounts of a refund, of `paymentAmount` and of `payToAmount`. */
export type RefundAmounts = { readonly refundAmount: WireAmount; readonly refundFromAmount: WireAmount };

/**
 * What a refund takes from the wallet at the payment's own rate, half to even, at least one unit. The last refund takes
 * exactly the rest. Undefined when that is not an Amount.
 */
export function amountAtPaymentRate(payment: RefundablePayment, refundAmount: WireAmount): WireAmount | undefined {
  const { paymentAmount, payToAmount } = payment;
  const refundMinor = parseAmount(refundAmount.value);
  if (typeof refundMinor !== "bigint") return undefined;
  const rest = restOf(payment);
  const share = proportion(refundMinor, BigInt(payToAmount.value), BigInt(paymentAmount.value));
  if (typeof share !== "bigint") return undefined;
  // Rounding errors add up over many refunds: the remainder is the limit, to the last unit.
  const isCut = refundMinor < rest.refundMinor && share > rest.fromMinor;
  const fromMinor = isCut || refundMinor === rest.refundMinor ? rest.fromMinor : share;
  return { currency: payToAmount.currency, value: formatAmount(fromMinor > 0n ? fromMinor : 1n) };
}

/** The payment with one more refund counted; undefined when the refund exceeds the rest or has another currency. */
export function countRefund<Payment extends RefundablePayment>(
  payment: Payment,
  { refundAmount, refundFromAmount }: RefundAmounts,
): Payment | undefined {
  const isSameCurrency =
    refundAmount.currency === payment.paymentAmount.currency &&
    refundFromAmount.currency === payment.payToAmount.currency;
  const rest = restOf(payment);
  const exceeds = BigInt(refundAmount.value) > rest.refundMinor || BigInt(refundFromAmount.value) > rest.fromMinor;
  return isSameCurrency && !exceeds ? addToSums(payment, { refundAmount, refundFromAmount }, 1n) : undefined;
}

/** The payment without a refund that was counted. */
export function uncountRefund<Payment extends RefundablePayment>(payment: Payment, refund: RefundAmounts): Payment {
  return addToSums(payment, refund, -1n);
}

/** What is left to refund, on both sides. */
function restOf(payment: RefundablePayment): { readonly refundMinor: bigint; readonly fromMinor: bigint } {
  return {
    refundMinor: BigInt(payment.paymentAmount.value) - BigInt(payment.refundedValue),
    fromMinor: BigInt(payment.payToAmount.value) - BigInt(payment.refundedFromValue),
  };
}

function addToSums<Payment extends RefundablePayment>(
  payment: Payment,
  { refundAmount, refundFromAmount }: RefundAmounts,
  sign: 1n | -1n,
): Payment {
  return {
    ...payment,
    refundedValue: String(BigInt(payment.refundedValue) + sign * BigInt(refundAmount.value)),
    refundedFromValue: String(BigInt(payment.refundedFromValue) + sign * BigInt(refundFromAmount.value)),
  };
}
