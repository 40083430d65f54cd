/**
 * What must hold after any number of kills, for payments, customers and books. Each check tells what is wrong in
 * sentences; none means that it holds.
 */
import type { Books, CustomerBooks, Inquired, TrackedPayment } from "./client.ts";

/** A payment and what inquiryPayment says of it in the end. */
export type SettledPayment = { readonly payment: TrackedPayment; readonly inquired: Inquired | "UNKNOWN" };

/** A payment or an order that succeeded: the customer owes it once. */
export type Owed = {
  readonly customerId: string;
  readonly paymentRequestId: string;
  readonly paymentId: string;
  readonly amountMinor: bigint;
};

function resultText({ resultStatus, resultCode }: { resultStatus: string; resultCode: string }): string {
  return `${resultStatus} ${resultCode}`;
}

/** Every payment is final, and as it was answered: by each repeat, byte for byte, and by inquiryPayment. */
export function checkPayment({ payment, inquired }: SettledPayment): string[] {
  const { paymentRequestId } = payment.terms;
  if (inquired !== "UNKNOWN" && inquired.resultStatus === "U") return [`${paymentRequestId} never became final`];
  const [first, ...repeats] = payment.answers;
  if (first === undefined) return [];
  const faults = repeats
    .filter((repeat) => repeat.body !== first.body)
    .map((repeat) => `${paymentRequestId} was answered ${first.body}, then ${repeat.body}`);
  if (inquired === "UNKNOWN") {
    return [...faults, `${paymentRequestId} was answered ${resultText(first.result)} and is not known any more`];
  }
  if (resultText(inquired) !== resultText(first.result)) {
    faults.push(`${paymentRequestId} was answered ${resultText(first.result)} and is now ${resultText(inquired)}`);
  }
  if (first.paymentId !== undefined && first.paymentId !== inquired.paymentId) {
    faults.push(`${paymentRequestId} was paid as ${first.paymentId} and is now ${inquired.paymentId}`);
  }
  return faults;
}

/** What the customer owes for a payment: nothing unless it succeeded. */
export function owedForPayment({ payment, inquired }: SettledPayment): Owed[] {
  if (inquired === "UNKNOWN" || inquired.resultStatus !== "S" || inquired.paymentId === undefined) return [];
  const { customerId, paymentRequestId, payToAmountMinor } = payment.terms;
  return [{ customerId, paymentRequestId, paymentId: inquired.paymentId, amountMinor: payToAmountMinor }];
}

function countByPayment(books: CustomerBooks, kind: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const entry of books.entries) {
    if (entry.kind !== kind || entry.paymentId === undefined) continue;
    counts.set(entry.paymentId, (counts.get(entry.paymentId) ?? 0) + 1);
  }
  return counts;
}

/** A customer is debited once for each payment that is owed, for nothing else, and the balance says the same. */
export function checkCustomer(
  customerId: string,
  books: CustomerBooks,
  openingMinor: bigint,
  owed: readonly Owed[],
): string[] {
  const debits = countByPayment(books, "DEBIT");
  const reversals = countByPayment(books, "REVERSAL");
  const owedIds = new Set(owed.map(({ paymentId }) => paymentId));
  const faults: string[] = [];
  for (const { paymentRequestId, paymentId } of owed) {
    const count = (debits.get(paymentId) ?? 0) - (reversals.get(paymentId) ?? 0);
    if (count !== 1) faults.push(`${customerId} was debited ${count} times for ${paymentRequestId}`);
  }
  for (const [paymentId, count] of debits) {
    if (count > 1) faults.push(`${customerId} has ${count} debits of payment ${paymentId}`);
    if (!owedIds.has(paymentId) && count !== reversals.get(paymentId)) {
      faults.push(`${customerId} was debited for ${paymentId}, which did not succeed`);
    }
  }
  const expectedMinor = owed.reduce((balanceMinor, { amountMinor }) => balanceMinor - amountMinor, openingMinor);
  if (books.balance !== String(expectedMinor)) {
    faults.push(`${customerId} has ${books.balance} where ${expectedMinor} is right`);
  }
  return faults;
}

/** The books sum to zero in every currency. */
export function checkBooks(books: Books): string[] {
  const faults = Object.entries(books.currencies)
    .filter(([, accounts]) => accounts.total !== "0")
    .map(([currency, accounts]) => `the books in ${currency} sum to ${accounts.total}`);
  return books.balanced ? faults : [...faults, "the ledger says that its books are not balanced"];
}
