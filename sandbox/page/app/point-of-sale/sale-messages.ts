/** What a point of sale says about a sale. Pure. */

import type { Sale, Scenario } from "../calls/sales.ts";
import type { Amount } from "../money.ts";
import { countdownText } from "../server-clock.ts";

/** How often the acquirer inquires before it cancels (docs/sandbox.md, "The acquirer"). */
const INQUIRIES_LIMIT = 10;

/** A status in words, and how it is marked: S well, F not, U nobody knows. */
export const STATUS_WORDS: Readonly<Record<Sale["status"], readonly [label: string, kind: "S" | "F" | "U"]>> = {
  PAYING: ["no result yet", "U"],
  SHOWN: ["to be paid", "U"],
  SUCCEEDED: ["paid", "S"],
  FAILED: ["not paid", "F"],
  CANCELLING: ["cancelling", "U"],
  CANCELLED: ["cancelled", "F"],
  REFUNDING: ["giving back", "U"],
  REFUNDED: ["given back", "F"],
};

/** How each scenario is called, and what happens in it. */
export const SCENARIO_WORDS: Readonly<Record<Scenario, readonly [label: string, story: string]>> = {
  PaymentCode: ["Payment code", "The customer shows a code, and the merchant scans it."],
  OrderCode: ["Order code", "The merchant shows a code with the order in it, and the customer scans it."],
  EntryCode: ["Entry code", "The customer has scanned a code that hangs in the shop; its page leads to the payment."],
  Cashier: ["Cashier", "The customer buys online, and the cashier’s page leads to the payment."],
};

/** Whether something is still owed: an answer, a customer, or the end of a refund. */
export function isUnderWay({ status, refunds }: Sale): boolean {
  const isOpen = STATUS_WORDS[status][1] === "U";
  return isOpen || refunds.some((refund) => refund.status === "ASKED");
}

/** Digits of the smallest unit that went back, or are on their way. */
export function refundedValue({ refunds }: Sale): string {
  const values = refunds
    .filter(({ status }) => status !== "FAILED")
    .map(({ refundAmount }) => BigInt(refundAmount.value));
  return String(values.reduce((sum, value) => sum + value, 0n));
}

/** What can still be refunded. */
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
      return `The cancel is not answered: again${next}`;
    case "REFUNDING":
      return `Too late for a cancel, so it is refunded: again${next}`;
    default:
      return sale.refunds.some((refund) => refund.status === "ASKED")
        ? `A refund is not answered: again${next}`
        : undefined;
  }
}

/** A merchant may have asked more often than the acquirer does by itself. */
function inquiriesText(count: number): string {
  if (count === 0) return "Not asked yet";
  return count > INQUIRIES_LIMIT ? `${count} inquiries` : `Inquiry ${count} of ${INQUIRIES_LIMIT}`;
}
