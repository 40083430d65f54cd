/**
 * What Alipay+ itself remembers of the payments and refunds that it has sent, so that it can fill in the next message.
 * It is no copy of the gateway's state: it holds what was sent and what a verified answer said. Pure.
 *
 * Source: spec/03 Refund; spec/02 refund.
 */
import { formatAmount, parseAmount, proportion } from "../../../core-wasm/index.ts";
import type { WireAmount } from "../../../protocol/money.ts";

/** A payment that was sent. */
export type SentPayment = {
  readonly paymentRequestId: string;
  readonly customerId: string;
  readonly paymentAmount: WireAmount;
  readonly payToAmount: WireAmount;
  /** The wallet's id; missing until an answer that verified has said that the payment succeeded. */
  readonly paymentId?: string | undefined;
};

/** A payment with the sums of its refunds, in the smallest units of `paymentAmount` and `payToAmount`. */
export type RememberedPayment = SentPayment & { readonly refundedValue: string; readonly refundedFromValue: string };

/** A refund that was sent: its amounts are counted, until the wallet refuses it for good. */
export type SentRefund = {
  readonly refundRequestId: string;
  readonly paymentRequestId: string;
  readonly refundAmount: WireAmount;
  readonly refundFromAmount: WireAmount;
  /** SENT: counted, and its result is not known for good. */
  readonly status: "SENT" | "DONE";
};

/** Both lists. */
export type PaymentBook = { readonly payments: readonly RememberedPayment[]; readonly refunds: readonly SentRefund[] };

/** A refund to be sent. Without `refundFromAmount` it is worked out at the payment's own rate. */
export type RefundWish = {
  readonly paymentRequestId: string;
  readonly refundRequestId: string;
  readonly refundAmount: WireAmount;
  readonly refundFromAmount?: WireAmount | undefined;
};

/** What to put into the message, or why there is none. */
export type RefundPlan =
  | { readonly outcome: "PLANNED"; readonly paymentId: string; readonly refundFromAmount: WireAmount }
  | { readonly outcome: "PAYMENT_UNKNOWN" }
  | { readonly outcome: "PAYMENT_NOT_SUCCESSFUL" }
  /** The amount at the payment's rate is no Amount. */
  | { readonly outcome: "AMOUNT_ILLEGAL" };

/** A refund with the result of a verified answer. */
export type SettledRefund = Omit<SentRefund, "status"> & { readonly result: "S" | "F" };

/** The most payments that are remembered: the oldest are dropped. */
export const PAYMENTS_LIMIT = 2_000;
/** The most refunds that are remembered for a repeat of theirs; the sums stay with the payment. */
export const REFUNDS_LIMIT = 1_000;

/** The payment that was sent under this id. */
export function findPayment(book: PaymentBook, paymentRequestId: string): RememberedPayment | undefined {
  return book.payments.find((payment) => payment.paymentRequestId === paymentRequestId);
}

/** Remembers a payment. The first success counts: what comes later under the same id was a repeat of it. */
export function rememberPayment(book: PaymentBook, payment: SentPayment): PaymentBook {
  const known = findPayment(book, payment.paymentRequestId);
  if (known?.paymentId !== undefined) return book;
  const remembered = { ...payment, refundedValue: "0", refundedFromValue: "0" };
  const others = book.payments.filter((other) => other !== known);
  return { ...book, payments: [...others, remembered].slice(-PAYMENTS_LIMIT) };
}

/**
 * Works out a refund, and counts it at once, so that two refunds that are under way together never share the last unit.
 * A repeat gets the amounts of the first time. What exceeds the rest of the payment is planned, for the wallet to
 * refuse, and not counted.
 */
export function planRefund(
  book: PaymentBook,
  wish: RefundWish,
): { readonly book: PaymentBook; readonly plan: RefundPlan } {
  const payment = findPayment(book, wish.paymentRequestId);
  if (!payment) return { book, plan: { outcome: "PAYMENT_UNKNOWN" } };
  const { paymentId } = payment;
  if (paymentId === undefined) return { book, plan: { outcome: "PAYMENT_NOT_SUCCESSFUL" } };

  const known = book.refunds.find((refund) => refund.refundRequestId === wish.refundRequestId);
  if (known && isRepeat(known, wish)) {
    return { book, plan: { outcome: "PLANNED", paymentId, refundFromAmount: known.refundFromAmount } };
  }
  const refundFromAmount = wish.refundFromAmount ?? amountAtPaymentRate(payment, wish.refundAmount);
  if (!refundFromAmount) return { book, plan: { outcome: "AMOUNT_ILLEGAL" } };
  const plan: RefundPlan = { outcome: "PLANNED", paymentId, refundFromAmount };
  const counted = known ? undefined : countRefund(payment, wish.refundAmount, refundFromAmount);
  if (!counted) return { book, plan };
  return { book: withRefund(book, counted, { ...wish, refundFromAmount, status: "SENT" }), plan };
}

/** Takes note of a refund's final result. One that was refused is no longer counted; one that is done stays so. */
export function settleRefund(book: PaymentBook, settled: SettledRefund): PaymentBook {
  const { result, ...refund } = settled;
  const known = book.refunds.find(({ refundRequestId }) => refundRequestId === refund.refundRequestId);
  const payment = findPayment(book, refund.paymentRequestId);
  if (!known) {
    const counted = result === "S" && payment && countRefund(payment, refund.refundAmount, refund.refundFromAmount);
    return counted ? withRefund(book, counted, { ...refund, status: "DONE" }) : book;
  }
  if (known.status === "DONE" || !isRepeat(known, refund)) return book;
  const refunds = book.refunds.filter((other) => other !== known);
  if (result === "S") return { ...book, refunds: [...refunds, { ...known, status: "DONE" }] };
  return { payments: payment ? withPayment(book, uncountRefund(payment, known)) : book.payments, refunds };
}

function isRepeat(known: SentRefund, wish: RefundWish): boolean {
  return (
    known.paymentRequestId === wish.paymentRequestId &&
    isSameAmount(known.refundAmount, wish.refundAmount) &&
    (wish.refundFromAmount === undefined || isSameAmount(known.refundFromAmount, wish.refundFromAmount))
  );
}

function isSameAmount(a: WireAmount, b: WireAmount): boolean {
  return a.currency === b.currency && a.value === b.value;
}

/** What is left to refund, on both sides. */
function restOf(payment: RememberedPayment): { readonly refundMinor: bigint; readonly fromMinor: bigint } {
  return {
    refundMinor: BigInt(payment.paymentAmount.value) - BigInt(payment.refundedValue),
    fromMinor: BigInt(payment.payToAmount.value) - BigInt(payment.refundedFromValue),
  };
}

/** The last refund takes exactly the rest; another its share, half to even, at least one unit. */
function amountAtPaymentRate(payment: RememberedPayment, refundAmount: WireAmount): WireAmount | undefined {
  const { paymentAmount, payToAmount } = payment;
  const refundMinor = parseAmount(refundAmount.value);
  if (typeof refundMinor !== "bigint") return undefined;
  const rest = restOf(payment);
  const share = proportion(refundMinor, BigInt(payToAmount.value), BigInt(paymentAmount.value));
  if (typeof share !== "bigint") return undefined;
  // Roundings add up over many refunds: what is left is the limit, down to the last unit.
  const isCut = refundMinor < rest.refundMinor && share > rest.fromMinor;
  const fromMinor = isCut || refundMinor === rest.refundMinor ? rest.fromMinor : share;
  return { currency: payToAmount.currency, value: formatAmount(fromMinor > 0n ? fromMinor : 1n) };
}

/** The payment with one more refund counted; undefined when that is more than is left or in another currency. */
function countRefund(
  payment: RememberedPayment,
  refundAmount: WireAmount,
  refundFromAmount: WireAmount,
): RememberedPayment | undefined {
  const isSameCurrency =
    refundAmount.currency === payment.paymentAmount.currency &&
    refundFromAmount.currency === payment.payToAmount.currency;
  const rest = restOf(payment);
  const exceeds = BigInt(refundAmount.value) > rest.refundMinor || BigInt(refundFromAmount.value) > rest.fromMinor;
  return isSameCurrency && !exceeds ? addToSums(payment, refundAmount, refundFromAmount, 1n) : undefined;
}

function uncountRefund(payment: RememberedPayment, refund: SentRefund): RememberedPayment {
  return addToSums(payment, refund.refundAmount, refund.refundFromAmount, -1n);
}

function addToSums(payment: RememberedPayment, refunded: WireAmount, from: WireAmount, sign: 1n | -1n) {
  return {
    ...payment,
    refundedValue: String(BigInt(payment.refundedValue) + sign * BigInt(refunded.value)),
    refundedFromValue: String(BigInt(payment.refundedFromValue) + sign * BigInt(from.value)),
  };
}

function withPayment(book: PaymentBook, changed: RememberedPayment): readonly RememberedPayment[] {
  return book.payments.map((payment) => (payment.paymentRequestId === changed.paymentRequestId ? changed : payment));
}

function withRefund(book: PaymentBook, counted: RememberedPayment, refund: SentRefund): PaymentBook {
  return { payments: withPayment(book, counted), refunds: [...book.refunds, refund].slice(-REFUNDS_LIMIT) };
}
