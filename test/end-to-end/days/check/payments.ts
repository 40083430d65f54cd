/**
 * Payments that Alipay+ has asked of the wallet itself: every answer stands, and the customer is debited once or not at
 * all.
 */
import type { Evidence, PaymentEvidence } from "../play/evidence.ts";
import { type Event, type FinalAnswer, finalAnswersTo } from "../play/play.ts";
import type { LedgerEntry, Result } from "../play/views.ts";
import { amountOn } from "./ledger.ts";

/** What is wrong with these payments. */
export function checkPayments(events: readonly Event[], { payments, customers }: Evidence): string[] {
  const entries = customers.flatMap((customer) => customer.entries);
  return payments.flatMap((evidence) => [
    ...checkAnswers(evidence, finalAnswersTo(events, evidence.payment.paymentRequestId)),
    ...checkDebits(evidence, entries),
  ]);
}

/** A payment is final, and as it was answered: by each repeat, byte for byte, and by inquiryPayment. */
function checkAnswers({ payment, inquired }: PaymentEvidence, answers: readonly FinalAnswer[]): string[] {
  const id = payment.paymentRequestId;
  if (inquired !== "UNKNOWN" && inquired.result.resultStatus === "U") return [`${id} never became final`];
  const [first, ...repeats] = answers;
  if (first === undefined) return [];
  const faults = repeats
    .filter(({ body }) => body !== first.body)
    .map(({ body }) => `${id} was answered ${first.body}, then ${body}`);
  if (inquired === "UNKNOWN") return [...faults, `${id} was answered ${resultText(first.result)} and is unknown now`];
  if (resultText(inquired.result) !== resultText(first.result)) {
    faults.push(`${id} was answered ${resultText(first.result)} and is ${resultText(inquired.result)} now`);
  }
  if (first.paymentId !== undefined && first.paymentId !== inquired.paymentId) {
    faults.push(`${id} was paid as ${first.paymentId} and is ${inquired.paymentId} now`);
  }
  return faults;
}

/** A payment that succeeded is debited once, with its amount; any other is not debited, or its debit is reversed. */
function checkDebits({ payment, inquired }: PaymentEvidence, allEntries: readonly LedgerEntry[]): string[] {
  if (inquired === "UNKNOWN" || inquired.paymentId === undefined) return [];
  const id = payment.paymentRequestId;
  const entries = allEntries.filter(({ paymentId }) => paymentId === inquired.paymentId);
  const debits = entries.filter(({ kind }) => kind === "DEBIT").length;
  const reversals = entries.filter(({ kind }) => kind === "REVERSAL").length;
  const wanted = inquired.result.resultStatus === "S" ? 1 : 0;
  const wantedMinor = BigInt(wanted) * -BigInt(payment.payToAmount.value);
  const sumMinor = entries.reduce((sum, entry) => sum + amountOn("customer", entry), 0n);
  const faults: string[] = [];
  if (debits > 1) faults.push(`${id} was debited ${debits} times`);
  if (debits - reversals !== wanted) {
    faults.push(`${id} is ${resultText(inquired.result)} with ${debits} debits and ${reversals} reversals`);
  }
  if (sumMinor !== wantedMinor) faults.push(`${id} has moved ${sumMinor} where ${wantedMinor} is right`);
  return faults;
}

function resultText({ resultStatus, resultCode }: Result): string {
  return `${resultStatus} ${resultCode}`;
}
