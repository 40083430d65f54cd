/** The texts of a point of sale about a sale. Pure. */

import type { Refund, Sale } from "../calls/sales.ts";
import type { ExchangeReply, Result } from "../calls/sandbox.ts";
import type { Amount } from "../money.ts";
import { countdownText } from "../server-clock.ts";
import { isAboutPayment } from "../timeline/payment-filter.ts";

/** How often the acquirer inquires before it cancels (docs/sandbox/parties.md#the-acquirer). */
const INQUIRIES_LIMIT = 10;

/** A label, and its badge: S for success, F for failure, U while it is open. */
type Label = readonly [label: string, kind: "S" | "F" | "U"];

/** The label of each status. */
export const STATUS_LABELS: Readonly<Record<Sale["status"], Label>> = {
  PAYING: ["no result yet", "U"],
  SHOWN: ["to be paid", "U"],
  SUCCEEDED: ["paid", "S"],
  FAILED: ["not paid", "F"],
  CANCELLING: ["cancelling", "U"],
  CANCELLED: ["cancelled", "F"],
  REFUNDING: ["refunding", "U"],
  REFUNDED: ["refunded", "F"],
};

/** The label of each scenario, and what happens in it. */
export const SCENARIO_LABELS: Readonly<Record<Sale["scenario"], readonly [label: string, story: string]>> = {
  PaymentCode: ["Payment code", "The customer shows a code, and the merchant scans it."],
  OrderCode: ["Order code", "The merchant shows a code with the order in it, and the customer scans it."],
  EntryCode: ["Entry code", "The customer has scanned a code that hangs in the shop; its page leads to the payment."],
  Cashier: [
    "Cashier",
    "The customer buys online, and is led into the wallet, or scans the code of the cashier’s page.",
  ],
  AutoDebit: ["Subscription", "The merchant debits by the customer’s authorisation."],
};

/** What a merchant does about a refusal; of other codes the message says enough. */
const ADVICE: ReadonlyMap<string, string> = new Map([
  ["EXPIRED_CODE", "Sell again with a new code from the phone."],
  ["INVALID_CODE", "A code pays once, and only Alipay+ issues codes: sell again with a new code from the phone."],
  ["ORDER_IS_CLOSED", "Sell again."],
]);

/** The label of a sale: what was refunded counts, too. */
export function labelOf(sale: Sale): Label {
  if (sale.status !== "SUCCEEDED" || refundedValue(sale) === "0") return STATUS_LABELS[sale.status];
  if (refundableOf(sale).value !== "0") return ["partly refunded", "S"];
  return STATUS_LABELS[isUnderWay(sale) ? "REFUNDING" : "REFUNDED"];
}

/** Whether the merchant can still cancel a sale: not once all of it is refunded, or is being refunded. */
export function canCancel(sale: Sale): boolean {
  return refundableOf(sale).value !== "0" && (isUnderWay(sale) || sale.status === "SUCCEEDED");
}

/** Why something was refused, with what to do about it. */
export function refusalText({ resultCode, resultMessage }: Result): string {
  return [resultMessage, ADVICE.get(resultCode)].filter(Boolean).join(" ");
}

/** What a merchant asks about a sale as a whole, by the interface. */
const QUESTIONS: ReadonlyMap<string, string> = new Map([
  ["cancelPayment", "The cancel"],
  ["cancel", "The cancel"],
  ["inquiryPayment", "The inquiry"],
]);

/** Something that Alipay+ has refused to the merchant. */
type Refusal = { readonly what: string; readonly result: Result };

/**
 * The refusal of the merchant's last cancel or inquiry of a sale, which a sale itself does not keep.
 *
 * @param exchanges newest first
 */
export function refusalOf(sale: Sale, exchanges: readonly ExchangeReply[]): Refusal | undefined {
  const last = exchanges.find(
    (reply) => reply.exchange.from === "ACQP" && QUESTIONS.has(reply.exchange.interface) && isAboutPayment(reply, sale),
  );
  const what = QUESTIONS.get(last?.exchange.interface ?? "");
  return last && what !== undefined && last.result.resultStatus === "F" ? { what, result: last.result } : undefined;
}

/** The refunds of a sale that were refused. */
export function refusedRefundsOf({ refunds }: Sale): readonly Refund[] {
  return refunds.filter(({ status }) => status === "FAILED");
}

/** Whether a sale is unfinished: an answer, a payment or the end of a refund is pending. */
export function isUnderWay({ status, refunds }: Sale): boolean {
  const isOpen = STATUS_LABELS[status][1] === "U";
  return isOpen || refunds.some((refund) => refund.status === "ASKED");
}

/** The amount refunded or being refunded, digits of the smallest unit. */
export function refundedValue({ refunds }: Sale): string {
  const values = refunds
    .filter(({ status }) => status !== "FAILED")
    .map(({ refundAmount }) => BigInt(refundAmount.value));
  return String(values.reduce((sum, value) => sum + value, 0n));
}

/** The amount that can still be refunded. */
export function refundableOf(sale: Sale): Amount {
  const { paymentAmount } = sale;
  return { ...paymentAmount, value: String(BigInt(paymentAmount.value) - BigInt(refundedValue(sale))) };
}

/** What the acquirer is doing by itself; undefined when it does nothing. */
export function progressText(sale: Sale): string | undefined {
  const { status, inquiries, dueTime, paymentExpiryTime } = sale;
  const next = dueTime === undefined ? "" : ` in ${countdownText(dueTime)}`;
  switch (status) {
    case "PAYING": {
      return `${inquiriesText(inquiries)}, the next${next}`;
    }
    case "SHOWN":
      return `To be paid within ${countdownText(paymentExpiryTime)}`;
    case "CANCELLING":
      return `The cancel is unanswered; sent again${next}`;
    case "REFUNDING":
      return `Too late for a cancel, so it is refunded; sent again${next}`;
    default:
      return sale.refunds.some((refund) => refund.status === "ASKED")
        ? `A refund is unanswered; sent again${next}`
        : undefined;
  }
}

/** A merchant may have inquired more often than the acquirer does by itself. */
function inquiriesText(count: number): string {
  if (count === 0) return "No inquiry yet";
  return count > INQUIRIES_LIMIT ? `${count} inquiries` : `Inquiry ${count} of ${INQUIRIES_LIMIT}`;
}
