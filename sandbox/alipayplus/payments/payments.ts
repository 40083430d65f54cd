/**
 * The payments of the network: claimed, requested, polled, closed. Part of the Network object, on its storage and
 * alarm. The machine decides what a message means; the result is written in one turn with the settlement ledger and the
 * notification that follow from it. Every message to the wallet is stored before it is sent.
 *
 * Source: docs/spec/idempotency.md; docs/spec/results.md#how-a-result-is-reported, docs/spec/wallet/cancel-payment.md,
 * docs/spec/time-limits.md.
 */

import type { DueAlarm } from "../../../durable/platform/due-alarm.ts";
import { logFault } from "../../../durable/platform/log.ts";
import type { Deliveries } from "../../../durable/platform/outbox/deliveries.ts";
import { SingleFlight } from "../../../durable/platform/single-flight.ts";
import { nowMs } from "../../../protocol/clock.ts";
import { type ReportedResult, type Result, resultOf } from "../../../protocol/results.ts";
import { mayPay } from "../authorizations/machine/authorization.ts";
import type { AuthorizationRecords } from "../authorizations/records.ts";
import type { MarketRecord } from "../market/market-record.ts";
import { newOrderCodeValue } from "../order-code-value.ts";
import { chargeOf, type Payer } from "./charge.ts";
import {
  askPayment,
  cancelUnknownPayment,
  isFinal,
  mayCancel,
  nextPayment,
  offerPayment,
  type PaymentEvent,
  type PaymentState,
} from "./machine/payment.ts";
import { NO_SHARES } from "./machine/refund.ts";
import type { CancelReply, PayCommand, PaymentReference, PayReply, PlaceCommand } from "./messages.ts";
import {
  type Charge,
  type PaymentRecord,
  type PaymentRecords,
  type PaymentTerms,
  paidShares,
} from "./records/payment-records.ts";
import type { SettlementLedger } from "./records/settlement-ledger.ts";
import type { Wallet, WalletReport } from "./wallet.ts";

/** The dependencies of the payments, all of them parts of the Network object. */
type PaymentsContext = {
  readonly records: PaymentRecords;
  readonly settlementLedger: SettlementLedger;
  readonly market: MarketRecord;
  readonly notifications: Deliveries;
  readonly wallet: Wallet;
  readonly authorizations: AuthorizationRecords;
  readonly alarm: DueAlarm;
};

/** In place of the Client-Id, for an order that belongs to no acquirer. */
const MANUAL_CLIENT = "manual order";

/** The payments of all acquirers, and a developer's own orders; the alarm polls and closes what is due. */
export class Payments {
  readonly #context: PaymentsContext;
  /** One call at a time asks the wallet for the result of a payment; a cancel does not wait for it. */
  readonly #asked = new SingleFlight<void>();
  readonly #cancelled = new SingleFlight<void>();

  constructor(context: PaymentsContext) {
    this.#context = context;
  }

  /** Makes a payment once; a repeat joins the call that runs, or answers what is stored. */
  async pay(command: PayCommand): Promise<PayReply> {
    const { records, alarm } = this.#context;
    const { paymentId, fingerprint } = command;
    const known = records.find(paymentId);
    if (known?.fingerprint !== undefined && known.fingerprint !== fingerprint) return { outcome: "INCONSISTENT" };
    if (known) {
      await this.#asked.get(paymentId);
    } else {
      const payment = newPayment(command, nowMs());
      records.insert(payment);
      alarm.armFor(payment.state.dueTimeMs);
      if (isFinal(payment.state)) this.#notify(payment);
      if (payment.state.status.name === "ASKED") await this.#ask(paymentId, () => this.#pay(paymentId));
    }
    return { outcome: "KNOWN", payment: this.#require(paymentId) };
  }

  /** Stores an order of a developer, for a customer to scan. */
  place({ paymentId, codeValue, expiryTimeMs, terms }: PlaceCommand): void {
    const { records, alarm } = this.#context;
    const now = nowMs();
    const state = offerPayment(expiryTimeMs, now);
    const ids = { paymentId, clientId: MANUAL_CLIENT, paymentRequestId: paymentId, fingerprint: undefined };
    records.insert({ ...ids, createdTimeMs: now, state, terms, codeValue });
    alarm.armFor(state.dueTimeMs);
  }

  /** The developer closes an order. A paid one is closed only by the wallet's cancel. */
  closeManualOrder(paymentId: string): void {
    const order = this.#manualOrder(paymentId);
    const name = order?.state.status.name;
    if (order && (name === "OFFERED" || name === "ASKED")) this.apply(order, { event: { type: "CANCEL" } });
  }

  /** The wallet has cancelled a payment at the request of a developer: that closes a manual order. */
  noteManualCancel(paymentId: string): void {
    const order = this.#manualOrder(paymentId);
    if (order) this.apply(order, { event: { type: "CANCELLED_MANUALLY" } });
  }

  /** Evaluates what `pay` would answer; nothing is stored, and the code stays unused. */
  async evaluate({ paymentId, clientId, expiryTimeMs, terms }: PayCommand): Promise<ReportedResult> {
    const charge = await this.#charge(clientId, terms);
    return "resultCode" in charge ? charge : this.#context.wallet.evaluate({ paymentId, expiryTimeMs }, terms, charge);
  }

  /** Closes a payment, whatever its state; an unknown one becomes a tombstone. */
  async cancel({ paymentId, clientId, paymentRequestId }: PaymentReference): Promise<CancelReply> {
    const { records } = this.#context;
    const known = records.find(paymentId);
    const now = nowMs();
    if (!known) {
      if (paymentRequestId === undefined) return { outcome: "UNKNOWN" };
      const unknown = { fingerprint: undefined, terms: undefined, codeValue: undefined };
      const state = cancelUnknownPayment(now);
      records.insert({ paymentId, clientId, paymentRequestId, createdTimeMs: now, state, ...unknown });
      return { outcome: "CANCELLED", paymentId, paymentRequestId, closedTimeMs: now };
    }
    if (known.terms?.manual) return { outcome: "UNKNOWN" };
    const allowed = mayCancel(known.state, now);
    if (allowed !== true) return { outcome: "REFUSED", reason: allowed };
    if (this.apply(known, { event: { type: "CANCEL" } }).status.name === "CLOSING") await this.#cancel(paymentId);
    const { closedTimeMs } = this.#require(paymentId);
    return { outcome: "CANCELLED", paymentId, paymentRequestId: known.paymentRequestId, closedTimeMs };
  }

  /** Handles a payment that is due. Never rejects. */
  async resolve(payment: PaymentRecord): Promise<void> {
    const { paymentId, state } = payment;
    if (nowMs() < state.expiryTimeMs && state.status.name === "ASKED") {
      if (!this.#asked.has(paymentId)) await this.#ask(paymentId, () => this.#context.wallet.inquire(payment));
      return;
    }
    if (this.apply(payment, { event: { type: "EXPIRE" } }).status.name === "CLOSING") await this.#cancel(paymentId);
  }

  /**
   * Applies an event to a payment, and writes the effects with it: settlement ledger, notification, alarm.
   *
   * @param payment as it was read in this turn
   */
  apply(payment: PaymentRecord, { event, walletPaymentId }: WalletReport<PaymentEvent>): PaymentState {
    const { records, notifications, alarm } = this.#context;
    const { paymentId } = payment;
    if (walletPaymentId !== undefined) records.setWalletPaymentId(paymentId, walletPaymentId);
    const now = nowMs();
    const state = nextPayment(payment.state, event, now);
    if (state === payment.state) return state;
    records.setState(paymentId, state, now);
    this.#writeMovement(payment, state, now);
    if (event.type === "WALLET_REFUNDED") this.#writeWalletRefund(payment, event, now);
    // The answer to the cancel informs the acquirer; an earlier notification that is still due no longer holds.
    if (event.type === "CANCEL") notifications.withdraw(paymentId);
    else if (isFinal(state) && !isFinal(payment.state)) this.#notify(payment);
    alarm.armFor(state.dueTimeMs);
    return state;
  }

  /** Notifies the final result of a payment, where the acquirer has named a URL; an evaluation has none. */
  #notify({ paymentId, terms }: PaymentRecord): void {
    if (terms?.paymentNotifyUrl !== undefined && !terms.isPaymentEvaluation) this.#context.notifications.put(paymentId);
  }

  #writeMovement({ paymentId, state, terms, charge }: PaymentRecord, { status }: PaymentState, now: number): void {
    if (!terms || !charge || terms.manual) return;
    const movement = { movementId: paymentId, knownTimeMs: now, payTo: charge.payTo, settlement: terms.settlement };
    const { settlementLedger } = this.#context;
    if (status.name === "SUCCEEDED")
      settlementLedger.write({ ...movement, kind: "PAYMENT", timeMs: status.paymentTimeMs });
    else if (state.status.name === "SUCCEEDED") settlementLedger.write({ ...movement, kind: "CANCEL", timeMs: now });
  }

  /** The movements of the wallet alone: a payment and its refund, where the acquirer has a cancel. */
  #writeWalletRefund(payment: PaymentRecord, event: WalletRefunded, now: number): void {
    const { paymentId, terms, charge } = payment;
    const { settlementLedger, records } = this.#context;
    if (!terms || !charge) return;
    records.setRefunded(paymentId, paidShares(payment));
    const movement = { movementId: paymentId, knownTimeMs: now, payTo: charge.payTo, settlement: terms.settlement };
    settlementLedger.write({ ...movement, kind: "WALLET_PAYMENT", timeMs: Math.min(event.paymentTimeMs, now) });
    settlementLedger.write({ ...movement, kind: "WALLET_REFUND", timeMs: Math.min(event.refundTimeMs, now) });
  }

  /** Decodes the code, and asks its wallet unless the payment was closed in between. */
  async #pay(paymentId: string): Promise<WalletReport<PaymentEvent>> {
    const { records, wallet } = this.#context;
    const { clientId, terms, state } = this.#require(paymentId);
    if (!terms) throw new Error("A payment that is asked for has terms");
    const charge = await this.#charge(clientId, terms);
    if ("resultCode" in charge) return { event: { type: "REFUSED", failure: charge } };
    if (this.#require(paymentId).state.status.name !== "ASKED") return { event: { type: "UNKNOWN" } };
    records.setCharge(paymentId, charge);
    return wallet.pay({ paymentId, expiryTimeMs: state.expiryTimeMs }, terms, charge);
  }

  /** The charge to the wallet of a payment code or token in the current market, or why the payment fails. */
  async #charge(clientId: string, terms: PaymentTerms): Promise<Charge | Result> {
    const { wallet, market } = this.#context;
    const isByToken = terms.scenario === "AUTO_DEBIT";
    const payer = isByToken ? await this.#payerByToken(clientId, terms) : await wallet.payerByCode(terms);
    return "resultCode" in payer ? payer : chargeOf(terms, payer, market.read(), nowMs());
  }

  /** Alipay+ knows every token that it has handed on; whether the token pays is for the wallet to say. */
  async #payerByToken(clientId: string, { accessToken = "", requested }: PaymentTerms): Promise<Payer | Result> {
    const { authorizations, wallet } = this.#context;
    const authorization = authorizations.findByAccessToken(accessToken);
    const customerId = authorization?.customerId;
    if (customerId === undefined || authorization?.clientId !== clientId || !mayPay(authorization.state)) {
      return resultOf("INVALID_TOKEN");
    }
    return { customerId, walletCurrency: await wallet.currencyOf(customerId, requested.currency) };
  }

  #ask(paymentId: string, question: () => Promise<WalletReport<PaymentEvent>>): Promise<void> {
    return this.#asked.run(paymentId, async () => {
      const report = await heard(question);
      this.apply(this.#require(paymentId), report);
    });
  }

  /** Has the wallet cancel the payment; a wallet that never got it has nothing to cancel. */
  #cancel(paymentId: string): Promise<void> {
    return this.#cancelled.run(paymentId, async () => {
      const payment = this.#require(paymentId);
      const { charge } = payment;
      const report = charge ? await heard(() => this.#context.wallet.cancel(payment, charge)) : NOTHING_TO_CANCEL;
      this.apply(this.#require(paymentId), report);
    });
  }

  #manualOrder(paymentId: string): PaymentRecord | undefined {
    const payment = this.#context.records.find(paymentId);
    return payment?.terms?.manual && payment;
  }

  #require(paymentId: string): PaymentRecord {
    const payment = this.#context.records.find(paymentId);
    if (!payment) throw new Error("A payment was lost");
    return payment;
  }
}

type WalletRefunded = Extract<PaymentEvent, { type: "WALLET_REFUNDED" }>;

const NOTHING_TO_CANCEL: WalletReport<PaymentEvent> = { event: { type: "CANCELLED" } };

/** The answer to a question; a failure of the sandbox itself says nothing about the money. */
async function heard(question: () => Promise<WalletReport<PaymentEvent>>): Promise<WalletReport<PaymentEvent>> {
  try {
    return await question();
  } catch (error) {
    logFault("network-question-failed", error);
    return { event: { type: "UNKNOWN" } };
  }
}

function newPayment(command: PayCommand, now: number): PaymentRecord {
  const { paymentId, clientId, paymentRequestId, fingerprint, expiryTimeMs, terms } = command;
  const isAsked = terms.scenario === "PAYMENT_CODE" || terms.scenario === "AUTO_DEBIT";
  return {
    paymentId,
    clientId,
    paymentRequestId,
    fingerprint,
    createdTimeMs: now,
    state: isAsked ? askPayment(expiryTimeMs, now) : offerPayment(expiryTimeMs, now),
    terms,
    codeValue: isAsked ? undefined : newOrderCodeValue("PRIVATE_ORDER_CODE"),
    closedTimeMs: undefined,
    charge: undefined,
    walletPaymentId: undefined,
    refunded: NO_SHARES,
  };
}
