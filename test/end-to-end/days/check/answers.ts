/** An answer that was final on the day still stands in the end. */
import type { Evidence, SaleEvidence } from "../play/evidence.ts";
import { type Event, saleIn, walletPaymentIn } from "../play/play.ts";
import type { SaleStatus, WalletView } from "../play/views.ts";

/** The states that may follow a final state of a sale. A cancel may still follow a success. */
const AFTER_SALE: Readonly<Partial<Record<SaleStatus, readonly SaleStatus[]>>> = {
  // Past the cancel window the whole is refunded instead (docs/spec/time-limits.md#polling).
  SUCCEEDED: ["SUCCEEDED", "CANCELLED", "REFUNDED"],
  FAILED: ["FAILED", "CANCELLED"],
  CANCELLED: ["CANCELLED"],
  REFUNDED: ["REFUNDED"],
};

/** The states that may follow a final state of a payment at the wallet. */
const AFTER_WALLET: Readonly<Partial<Record<WalletView["status"], readonly WalletView["status"][]>>> = {
  SUCCEEDED: ["SUCCEEDED", "CLOSED"],
  FAILED: ["FAILED"],
  CLOSED: ["CLOSED"],
};

/** Answers of the day that do not stand any more. */
export function checkAnswers(events: readonly Event[], { sales }: Evidence): string[] {
  const byId = new Map(sales.map((evidence) => [evidence.sale.paymentRequestId, evidence]));
  return events.flatMap((event) => {
    const answered = saleIn(event);
    if (answered) {
      const inTheEnd = byId.get(answered.paymentRequestId);
      return inTheEnd ? checkSale(event, answered, inTheEnd.sale) : [`sale ${answered.paymentRequestId} is lost`];
    }
    const shown = walletPaymentIn(event);
    const sale =
      "sale" in event.action && typeof event.action.sale === "string" ? byId.get(event.action.sale) : undefined;
    return shown && sale ? checkWallet(event, shown, sale) : [];
  });
}

function checkSale({ step }: Event, answered: SaleEvidence["sale"], now: SaleEvidence["sale"]): string[] {
  const id = answered.paymentRequestId;
  const allowed = AFTER_SALE[answered.status];
  const faults =
    allowed && !allowed.includes(now.status)
      ? [`${id} was ${answered.status} in step ${step}, and is ${now.status}`]
      : [];
  for (const refund of answered.refunds) {
    const { refundRequestId, result } = refund;
    if (result.resultStatus === "U") continue;
    const later = now.refunds.find((one) => one.refundRequestId === refundRequestId)?.result.resultStatus;
    if (later !== result.resultStatus) {
      faults.push(`refund ${refundRequestId} was ${result.resultStatus} in step ${step}, and is ${later}`);
    }
  }
  return faults;
}

function checkWallet({ step }: Event, shown: WalletView, { sale, wallet }: SaleEvidence): string[] {
  const status = typeof wallet === "string" ? undefined : wallet.status;
  const allowed = AFTER_WALLET[shown.status];
  if (!allowed || (status !== undefined && allowed.includes(status))) return [];
  return [`${sale.paymentRequestId} was ${shown.status} at the wallet in step ${step}, and is ${status}`];
}
