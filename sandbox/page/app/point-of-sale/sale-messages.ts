/** The texts of a point of sale about a sale. Pure. */

import type { Sale, Scenario } from "../calls/sales.ts";
import type { Amount } from "../money.ts";
import { countdownText } from "../server-clock.ts";

/** How often the acquirer inquires before it cancels (docs/sandbox/parties.md#the-acquirer). */
const INQUIRIES_LIMIT = 10;

/** The label of a status, and its badge: S for success, F for failure, U while it is open. */
export const STATUS_LABELS: Readonly<Record<Sale["status"], readonly [label: string, kind: "S" | "F" | "U"]>> = {
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
export const SCENARIO_LABELS: Readonly<Record<Scenario, readonly [label: string, story: string]>> = {
  PaymentCode: ["Payment code", "The customer shows a code, and the merchant scans it."],
  OrderCode: ["Order code", "The merchant shows a code with the order in it, and the customer scans it."],
  EntryCode: ["Entry code", "The customer has scanned a code that hangs in the shop; its page leads to the payment."],
  Cashier: ["Cashier", "The customer buys online, and the cashier’s page leads to the payment."],
};

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
