/**
 * A wallet's scans and notifications. Part of the Network
 * object.
 *
 * Source: docs/spec/wallet/user-initiated-pay.md; docs/spec/idempotency.md; docs/spec/wallet/notify-payment.md;
 * docs/spec/results.md#how-a-result-is-reported.
 */

import { nowMs } from "../../../protocol/clock.ts";
import type { Money } from "../../../protocol/money.ts";
import type { Result } from "../../../protocol/results.ts";
import type { MarketRecord } from "../market/market-record.ts";
import { chargeOf, manualChargeOf } from "./charge.ts";
import type { PaymentEvent } from "./machine/payment.ts";
import type { NotifyCommand, NotifyReply, ScanCommand, ScanReply } from "./messages.ts";
import { WALLET_NOT_ALLOWED } from "./network-wallets.ts";
import type { Payments } from "./payments.ts";
import type { Charge, PaymentRecord, PaymentRecords, PaymentTerms } from "./records/payment-records.ts";
import type { ReceivedNotification, ReceivedNotifications } from "./records/received-notifications.ts";
import { walletTermsOf } from "./views/order-terms.ts";
import type { Wallet } from "./wallet.ts";

/** The dependencies of the scans, all of them parts of the Network object. */
type ScansContext = {
  readonly records: PaymentRecords;
  readonly received: ReceivedNotifications;
  readonly payments: Payments;
  readonly market: MarketRecord;
  readonly wallet: Wallet;
};

/** How a wallet notifies that a cancel has undone a payment (docs/spec/results.md#how-a-result-is-reported). */
const ORDER_IS_CLOSED = "ORDER_IS_CLOSED";

/** What a wallet says of orders: that a customer has scanned one, and how a payment ended. */
export class Scans {
  readonly #context: ScansContext;

  constructor(context: ScansContext) {
    this.#context = context;
  }

  /** Decodes an order code: within its validity always to the same, for the first customer who has scanned it. */
  async decode({ codeValue, customerId }: ScanCommand): Promise<ScanReply> {
    const { records, payments } = this.#context;
    const payment = records.findByCode(codeValue);
    if (!payment?.terms) return { outcome: "UNKNOWN" };
    const { terms } = payment;
    const known = decodedBefore(payment, customerId);
    if (known) return known;
    const charge = await this.#charge(terms, customerId);
    // Another customer may have scanned it, or the acquirer may have closed it, while the ledger was asked.
    const current = records.findByCode(codeValue) ?? payment;
    const meanwhile = decodedBefore(current, customerId);
    if (meanwhile) return meanwhile;
    if (charge === WALLET_NOT_ALLOWED) return { outcome: "WALLET_NOT_ALLOWED" };
    if ("resultCode" in charge) {
      payments.apply(current, { event: { type: "REFUSED", failure: charge } });
      return { outcome: "CURRENCY_NOT_SUPPORTED" };
    }
    records.setCharge(current.paymentId, charge);
    // An evaluation creates no payment, so there is nothing to wait for.
    if (!terms.isPaymentEvaluation) payments.apply(current, { event: { type: "SCANNED" } });
    return { outcome: "DECODED", terms: JSON.stringify(walletTermsOf(current, terms, charge)) };
  }

  /** The charge to this customer, in the current market unless it is fixed. */
  async #charge(terms: PaymentTerms, customerId: string): Promise<Charge | Result> {
    if (terms.manual) return manualChargeOf(terms.manual, customerId);
    const { wallet, market } = this.#context;
    const walletCurrency = await wallet.currencyOf(customerId, terms.requested.currency);
    return chargeOf(terms, { customerId, walletCurrency }, market.read(), nowMs());
  }

  /**
   * Applies a final result. It must agree with the stored payment and with earlier notifications; a contradiction is
   * recorded and changes nothing else.
   */
  take(command: NotifyCommand): NotifyReply {
    const { records, received, payments } = this.#context;
    const { paymentId, result, walletPaymentId, fingerprint } = command;
    const payment = records.find(paymentId);
    if (!payment) return { outcome: "UNKNOWN" };
    const isAccepted = agrees(payment, command, received.lastAccepted(paymentId));
    const answer = isAccepted ? "SUCCESS" : "REPEAT_REQ_INCONSISTENT";
    received.add(paymentId, { ...result, walletPaymentId, fingerprint, answer });
    if (!isAccepted) return { outcome: "INCONSISTENT" };
    payments.apply(payment, { event: eventOf(payment, command), ...walletPaymentIdOf(command) });
    return { outcome: "ACCEPTED" };
  }
}

/** The answer for a code that was closed, has expired, or was scanned before. */
function decodedBefore(payment: PaymentRecord, customerId: string): ScanReply | undefined {
  const { state, terms, charge } = payment;
  const { status, expiryTimeMs } = state;
  const isClosed = status.name === "CLOSED" || status.name === "CLOSING";
  if (isClosed && status.closedBy === "CANCEL") return { outcome: "CLOSED" };
  if (isClosed || nowMs() >= expiryTimeMs) return { outcome: "EXPIRED" };
  if (!terms || !charge) return status.name === "FAILED" ? { outcome: "CURRENCY_NOT_SUPPORTED" } : undefined;
  if (charge.customerId !== customerId) return { outcome: "CUSTOMER_DIFFERENT" };
  return { outcome: "DECODED", terms: JSON.stringify(walletTermsOf(payment, terms, charge)) };
}

function eventOf(payment: PaymentRecord, { result, paymentTimeMs = nowMs() }: NotifyCommand): PaymentEvent {
  const { resultStatus, ...failure } = result;
  if (resultStatus === "S") return { type: "PAID", paymentTimeMs };
  return isTakenBack(payment, result) ? { type: "CANCELLED_MANUALLY" } : { type: "REFUSED", failure };
}

/** A success that the wallet reverses: a cancel from the console has reached it, whose answer may have been lost. */
function isTakenBack({ state, terms }: PaymentRecord, { resultCode }: NotifyCommand["result"]): boolean {
  return state.status.name === "SUCCEEDED" && terms?.manual !== undefined && resultCode === ORDER_IS_CLOSED;
}

function walletPaymentIdOf({ result, walletPaymentId }: NotifyCommand): { readonly walletPaymentId?: string } {
  return result.resultStatus === "S" && walletPaymentId !== undefined ? { walletPaymentId } : {};
}

/**
 * Whether a notification agrees with the stored payment and with the last accepted one (docs/spec/idempotency.md).
 * A closed payment agrees with either result: a failure is the effect of the cancel, and a success is cancelled again
 * (docs/spec/results.md#how-a-result-is-reported, docs/spec/wallet/cancel-payment.md).
 */
function agrees(payment: PaymentRecord, notified: NotifyCommand, last: ReceivedNotification | undefined): boolean {
  const { state, charge, walletPaymentId } = payment;
  if (!charge) return false;
  const isSame =
    (notified.customerId ?? charge.customerId) === charge.customerId &&
    isSameAmount(notified.paymentAmount, charge.payment) &&
    isSameAmount(notified.payToAmount, charge.payTo) &&
    (notified.walletPaymentId ?? walletPaymentId) === (walletPaymentId ?? notified.walletPaymentId);
  if (!isSame) return false;
  const { status } = state;
  if (status.name === "CLOSING" || status.name === "CLOSED" || isTakenBack(payment, notified.result)) return true;
  if (last && last.fingerprint !== notified.fingerprint) return false;
  const { resultStatus, resultCode } = notified.result;
  if (status.name === "SUCCEEDED") return resultStatus === "S";
  if (status.name === "FAILED") return resultStatus === "F" && resultCode === status.failure.resultCode;
  return true;
}

function isSameAmount(notified: Money | undefined, known: Money): boolean {
  return !notified || (notified.currency === known.currency && notified.amountMinor === known.amountMinor);
}
