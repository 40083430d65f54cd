/** Nothing that was told as final is taken back later. */
import type { Evidence, SaleEvidence } from "../play/evidence.ts";
import type { Event } from "../play/play.ts";
import { saleIn, walletPaymentIn } from "../play/play.ts";
import type { SaleStatus, WalletView } from "../play/views.ts";

/** What may become of a sale that its acquirer knew as final. A cancel may still follow a success. */
const AFTER_SALE: Readonly<Partial<Record<SaleStatus, readonly SaleStatus[]>>> = {
  // Past the cancel window the whole is refunded instead (seeds/002).
  SUCCEEDED: ["SUCCEEDED", "CANCELLED", "REFUNDED"],
  FAILED: ["FAILED", "CANCELLED"],
  CANCELLED: ["CANCELLED"],
  REFUNDED: ["REFUNDED"],
};

/** What may become of a payment that its customer knew as final. */
const AFTER_WALLET: Readonly<Partial<Record<WalletView["status"], readonly WalletView["status"][]>>> = {
  SUCCEEDED: ["SUCCEEDED", "CLOSED"],
  FAILED: ["FAILED"],
  CLOSED: ["CLOSED"],
};

/** What was told on the day and is not so any more. */
export function checkAnswers(events: readonly Event[], { sales }: Evidence): string[] {
  const byId = new Map(sales.map((evidence) => [evidence.sale.paymentRequestId, evidence]));
  return events.flatMap((event) => {
    const told = saleIn(event);
    if (told) {
      const inTheEnd = byId.get(told.paymentRequestId);
      return inTheEnd ? checkSale(event, told, inTheEnd.sale) : [`sale ${told.paymentRequestId} is lost`];
    }
    const shown = walletPaymentIn(event);
    const sale =
      "sale" in event.action && typeof event.action.sale === "string" ? byId.get(event.action.sale) : undefined;
    return shown && sale ? checkWallet(event, shown, sale) : [];
  });
}

function checkSale({ step }: Event, told: SaleEvidence["sale"], now: SaleEvidence["sale"]): string[] {
  const id = told.paymentRequestId;
  const allowed = AFTER_SALE[told.status];
  const faults =
    allowed && !allowed.includes(now.status) ? [`${id} was ${told.status} in step ${step}, and is ${now.status}`] : [];
  for (const refund of told.refunds) {
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
