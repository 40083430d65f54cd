/**
 * What a wallet asks and tells of the payments that its customers have scanned, or were asked for. Part of the Network
 * object.
 *
 * Source: seeds/001; spec/01 Idempotency; spec/02 notifyPayment; spec/03 Results.
 */
import { nowMs } from "../../durable/clock.ts";
import type { Money } from "../../worker/core/port.ts";
import type { MarketRecord } from "../market/market-record.ts";
import { chargeOf } from "./charge.ts";
import type { PaymentEvent } from "./machine/payment.ts";
import type { NotifyCommand, NotifyReply, ScanCommand, ScanReply } from "./messages.ts";
import { walletTermsOf } from "./order-terms.ts";
import type { PaymentRecord, PaymentRecords } from "./payment-records.ts";
import type { Payments } from "./payments.ts";
import type { Wallet } from "./wallet.ts";

/** What scans work with, all of it the Network object's own. */
export type ScansContext = {
  readonly records: PaymentRecords;
  readonly payments: Payments;
  readonly market: MarketRecord;
  readonly wallet: Wallet;
};

export class Scans {
  readonly #context: ScansContext;

  constructor(context: ScansContext) {
    this.#context = context;
  }

  /** Decodes an order code: within its validity always to the same, for the first customer who has scanned it. */
  async decode({ codeValue, customerId }: ScanCommand): Promise<ScanReply> {
    const { records, wallet, market, payments } = this.#context;
    const payment = records.findByCode(codeValue);
    if (!payment?.terms) return { outcome: "UNKNOWN" };
    const known = decodedBefore(payment, customerId);
    if (known) return known;
    const walletCurrency = await wallet.currencyOf(customerId, payment.terms.requested.currency);
    // Somebody else may have scanned it, or the acquirer may have closed it, while the ledger was asked.
    const current = records.findByCode(codeValue) ?? payment;
    const meanwhile = decodedBefore(current, customerId);
    if (meanwhile) return meanwhile;
    const charge = chargeOf(payment.terms, { customerId, walletCurrency }, market.read(), nowMs());
    if ("resultCode" in charge) {
      payments.apply(current, { event: { type: "REFUSED", failure: charge } });
      return { outcome: "CURRENCY_NOT_SUPPORTED" };
    }
    records.setCharge(current.paymentId, charge);
    payments.apply(current, { event: { type: "SCANNED" } });
    return { outcome: "DECODED", terms: walletTermsOf(current, payment.terms, charge) };
  }

  /** Takes a final result. All that is told of a payment must agree with what is known of it. */
  take(command: NotifyCommand): NotifyReply {
    const { records, payments } = this.#context;
    const payment = records.find(command.paymentId);
    if (!payment) return { outcome: "UNKNOWN" };
    if (!agrees(payment, command)) return { outcome: "INCONSISTENT" };
    payments.apply(payment, { event: eventOf(command), ...walletPaymentIdOf(command) });
    return { outcome: "ACCEPTED" };
  }
}

/** What a code decodes to that was closed, has expired, or was scanned before. */
function decodedBefore(payment: PaymentRecord, customerId: string): ScanReply | undefined {
  const { state, terms, charge } = payment;
  const { status, expiryTimeMs } = state;
  const isClosed = status.name === "CLOSED" || status.name === "CLOSING";
  if (isClosed && status.closedBy === "CANCEL") return { outcome: "CLOSED" };
  if (isClosed || nowMs() >= expiryTimeMs) return { outcome: "EXPIRED" };
  if (!terms || !charge) return status.name === "FAILED" ? { outcome: "CURRENCY_NOT_SUPPORTED" } : undefined;
  if (charge.customerId !== customerId) return { outcome: "CUSTOMER_DIFFERENT" };
  return { outcome: "DECODED", terms: walletTermsOf(payment, terms, charge) };
}

function eventOf({ result, paymentTimeMs = nowMs() }: NotifyCommand): PaymentEvent {
  const { resultStatus, ...failure } = result;
  return resultStatus === "S" ? { type: "PAID", paymentTimeMs } : { type: "REFUSED", failure };
}

function walletPaymentIdOf({ result, walletPaymentId }: NotifyCommand): { readonly walletPaymentId?: string } {
  return result.resultStatus === "S" && walletPaymentId !== undefined ? { walletPaymentId } : {};
}

/**
 * Whether a notification agrees with what is known (spec/01 Idempotency). What is closed agrees with everything: a
 * failure is what a cancel leads to, and a success is cancelled once more (spec/03 Results, Cancel).
 */
function agrees({ state, charge, walletPaymentId }: PaymentRecord, told: NotifyCommand): boolean {
  if (!charge) return false;
  const isSame =
    (told.customerId ?? charge.customerId) === charge.customerId &&
    isSameAmount(told.paymentAmount, charge.payment) &&
    isSameAmount(told.payToAmount, charge.payTo) &&
    (told.walletPaymentId ?? walletPaymentId) === (walletPaymentId ?? told.walletPaymentId);
  if (!isSame) return false;
  const { status } = state;
  const { resultStatus, resultCode } = told.result;
  if (status.name === "SUCCEEDED") return resultStatus === "S";
  if (status.name === "FAILED") return resultStatus === "F" && resultCode === status.failure.resultCode;
  return true;
}

function isSameAmount(told: Money | undefined, known: Money): boolean {
  return !told || (told.currency === known.currency && told.amountMinor === known.amountMinor);
}
