/**
 * The network: Alipay+ between acquirers and wallets. One object holds the payments of acquirers, their refunds, the
 * orders that a developer has placed and the messages sent from the console, what is due, and the settlement ledger;
 * the machines (machine/) decide.
 *
 * - payments.ts requests a payment from the wallet, polls it, closes it.
 * - scans.ts answers the wallet that decodes an order code or notifies a result.
 * - refunds.ts refunds.
 * - notifications.ts notifies the acquirer.
 * - ../for-wallets/services/ keeps disputes and merchants' registrations.
 * - manual/ keeps the messages that a developer sends from the console.
 * - ../market/ has the quotes, surcharges and promotions with which wallets are charged.
 *
 * The rules of this runtime that the code relies on are those of durable/customers/object.ts.
 */

import { DueAlarm } from "../../../durable/platform/due-alarm.ts";
import { logFault } from "../../../durable/platform/log.ts";
import { migrate } from "../../../durable/platform/migrate.ts";
import type { Deliveries } from "../../../durable/platform/outbox/deliveries.ts";
import { OUTBOX_SCHEMA, type OutboxReport } from "../../../durable/platform/outbox/outbox.ts";
import { nowMs } from "../../../protocol/clock.ts";
import type { ReportedResult } from "../../../protocol/results.ts";
import type { PartyOf } from "../../misconfiguration.ts";
import { SandboxObject } from "../../rehearsal/sandbox-object.ts";
import { type ClearingDay, reportTimeMsOf } from "../clearing/day.ts";
import {
  DISPUTE_SCHEMA,
  type Dispute,
  type DisputeCommand,
  type DisputeReply,
  Disputes,
} from "../for-wallets/services/disputes.ts";
import { REGISTRATION_SCHEMA, type Registration, Registrations } from "../for-wallets/services/registrations.ts";
import type { Market, MarketTerms } from "../market/market.ts";
import { MARKET_SCHEMA, MarketRecord } from "../market/market-record.ts";
import type { AlipayPlus } from "../party.ts";
import type { ManualNews } from "./manual/manual-message.ts";
import { MANUAL_SCHEMA, ManualPayments, type RefundPlan, type RefundWish } from "./manual/manual-payments.ts";
import type {
  CancelReply,
  ClearingReply,
  InquireReply,
  NotifyCommand,
  NotifyReply,
  PayCommand,
  PaymentReference,
  PayReply,
  PlaceCommand,
  RefundCommand,
  RefundReply,
  ScanCommand,
  ScanReply,
} from "./messages.ts";
import { notificationsOf } from "./notifications.ts";
import { Payments } from "./payments.ts";
import { readClearedPage } from "./records/cleared-items.ts";
import {
  PAYMENT_MARKET_SCHEMA,
  PAYMENT_SCHEMA,
  type PaymentRecord,
  PaymentRecords,
} from "./records/payment-records.ts";
import { RECEIVED_SCHEMA, ReceivedNotifications } from "./records/received-notifications.ts";
import { REFUND_MARKET_SCHEMA, REFUND_SCHEMA, RefundRecords } from "./records/refund-records.ts";
import {
  SETTLEMENT_LEDGER_CLEARING_STEP,
  SETTLEMENT_LEDGER_SCHEMA,
  type SettlementEntry,
  SettlementLedger,
} from "./records/settlement-ledger.ts";
import { Refunds } from "./refunds.ts";
import { Scans } from "./scans.ts";
import { Wallet } from "./wallet.ts";

/** How many payments, refunds and notifications one alarm handles at a time. */
const DUE_BATCH = 64;

export class Network extends SandboxObject {
  readonly #records: PaymentRecords;
  readonly #refundRecords: RefundRecords;
  readonly #received: ReceivedNotifications;
  readonly #manual: ManualPayments;
  readonly #settlementLedger: SettlementLedger;
  readonly #market: MarketRecord;
  readonly #disputes: Disputes;
  readonly #registrations: Registrations;
  readonly #alarm: DueAlarm;
  readonly #notifications: Deliveries;
  readonly #payments: Payments;
  readonly #refunds: Refunds;
  readonly #scans: Scans;

  constructor(context: DurableObjectState, alipayPlusOf: PartyOf<AlipayPlus>) {
    super(context);
    migrate(context.storage, [
      [...PAYMENT_SCHEMA, ...REFUND_SCHEMA, ...OUTBOX_SCHEMA, ...SETTLEMENT_LEDGER_SCHEMA].join(";\n"),
      [...MARKET_SCHEMA, ...PAYMENT_MARKET_SCHEMA, ...REFUND_MARKET_SCHEMA].join(";\n"),
      SETTLEMENT_LEDGER_CLEARING_STEP,
      RECEIVED_SCHEMA.join(";\n"),
      MANUAL_SCHEMA.join(";\n"),
      [...DISPUTE_SCHEMA, ...REGISTRATION_SCHEMA].join(";\n"),
    ]);
    const { sql } = context.storage;
    const records = new PaymentRecords(sql);
    const refundRecords = new RefundRecords(sql);
    const received = new ReceivedNotifications(sql);
    const settlementLedger = new SettlementLedger(sql);
    const alarm = new DueAlarm(context.storage, ["payments", "refunds", "outbox"]);
    const market = new MarketRecord(sql);
    const wallet = new Wallet(alipayPlusOf);
    const notifications = notificationsOf({ sql, alipayPlusOf, records, alarm });
    const payments = new Payments({ records, settlementLedger, market, notifications, wallet, alarm });
    this.#records = records;
    this.#refundRecords = refundRecords;
    this.#received = received;
    this.#manual = new ManualPayments(sql);
    this.#settlementLedger = settlementLedger;
    this.#market = market;
    this.#disputes = new Disputes(sql);
    this.#registrations = new Registrations(sql);
    this.#alarm = alarm;
    this.#notifications = notifications;
    this.#payments = payments;
    this.#refunds = new Refunds({ payments: records, records: refundRecords, settlementLedger, wallet, alarm });
    this.#scans = new Scans({ records, received, payments, market, wallet });
  }

  /** An acquirer asks for a payment. */
  pay(command: PayCommand): Promise<PayReply> {
    return this.#payments.pay(command);
  }

  /** An acquirer asks whether a payment could be made (`isPaymentEvaluation`). */
  evaluate(command: PayCommand): Promise<ReportedResult> {
    return this.#payments.evaluate(command);
  }

  /** A payment as it is stored. Reads only. */
  inquire(paymentId: string): InquireReply {
    const payment = this.#records.find(paymentId);
    if (!payment) return { outcome: "UNKNOWN" };
    const refunds = this.#refundRecords.ofPayment(paymentId);
    return { outcome: "KNOWN", payment, refunds, notifications: this.#received.ofPayment(paymentId) };
  }

  /** A developer places an order. */
  placeManualOrder(command: PlaceCommand): void {
    this.#payments.place(command);
  }

  /** A developer closes such an order, unless it is paid. */
  closeManualOrder(paymentId: string): void {
    this.#payments.closeManualOrder(paymentId);
  }

  /** Keeps what a message from the console, and its answer, say about a payment. */
  noteManual(news: ManualNews): void {
    if (news.type === "PAYMENT") this.#manual.remember(news.payment);
    else if (news.type === "REFUND") this.#manual.finishRefund(news.refund);
    else this.#payments.noteManualCancel(news.paymentRequestId);
  }

  /** The customer of a payment, sent from the console or asked for by an acquirer. Reads only. */
  customerOf(paymentRequestId: string): string | undefined {
    const sent = this.#manual.find(paymentRequestId);
    return sent ? sent.customerId : this.#records.find(paymentRequestId)?.charge?.customerId;
  }

  /** Whether a payment is an acquirer's: its state is kept here, whatever a developer sends about it. */
  isOfAcquirer(paymentRequestId: string): boolean {
    return this.#records.find(paymentRequestId) !== undefined;
  }

  /** Works out a refund that a developer sends from the console, of a payment of either kind, and counts it. */
  planManualRefund(wish: RefundWish): RefundPlan {
    const { paymentRequestId } = wish;
    const charged = this.#manual.find(paymentRequestId) ? undefined : this.#records.find(paymentRequestId);
    if (charged) this.#manual.rememberCharged(charged);
    return this.#manual.planRefund(wish);
  }

  /** The payment of an order code. Reads only. */
  findByCode(codeValue: string): PaymentRecord | undefined {
    return this.#records.findByCode(codeValue);
  }

  /** An acquirer closes a payment. */
  cancel(reference: PaymentReference): Promise<CancelReply> {
    return this.#payments.cancel(reference);
  }

  /** An acquirer refunds a part or all of a payment. */
  refund(command: RefundCommand): Promise<RefundReply> {
    return this.#refunds.refund(command);
  }

  /** A wallet decodes an order code. */
  decode(scan: ScanCommand): Promise<ScanReply> {
    return this.#scans.decode(scan);
  }

  /** A wallet notifies the final result of a payment, of an acquirer's or of one that was sent from the console. */
  takeNotification(command: NotifyCommand): NotifyReply {
    const reply = this.#scans.take(command);
    if (reply.outcome !== "UNKNOWN") return reply;
    const { paymentId, result, walletPaymentId } = command;
    const isSent = this.#manual.takeNotification(paymentId, result.resultStatus === "S" ? walletPaymentId : undefined);
    return isSent ? { outcome: "ACCEPTED" } : reply;
  }

  /** A wallet initiates a dispute of a payment. */
  takeDispute(command: DisputeCommand): DisputeReply {
    return this.#disputes.take(command, this.customerOf(command.paymentRequestId) !== undefined);
  }

  /** A dispute that a wallet has initiated. */
  dispute(disputeRequestId: string): Dispute | undefined {
    return this.#disputes.find(disputeRequestId);
  }

  /** The newest disputes, newest first. */
  disputes(limit: number): Dispute[] {
    return this.#disputes.newest(limit);
  }

  /** Keeps the answer to a dispute that the wallet has taken. */
  noteDisputeAnswer(disputeRequestId: string, message: string): void {
    this.#disputes.answer(disputeRequestId, message);
  }

  /** Remembers that a merchant's registration is sent to the wallet. */
  noteRegistration(registrationRequestId: string, referenceMerchantId: string): void {
    this.#registrations.note(registrationRequestId, referenceMerchantId);
  }

  /** A wallet notifies what it has decided; false for a registration that was never sent. */
  takeRegistrationResult(...decided: Parameters<Registrations["take"]>): boolean {
    return this.#registrations.take(...decided);
  }

  /** The newest registrations, newest first. */
  registrations(limit: number): Registration[] {
    return this.#registrations.newest(limit);
  }

  /** The deliveries of a payment's result to the acquirer; `undefined` when there are none. */
  notificationReport(paymentId: string): OutboxReport | undefined {
    return this.#notifications.report(paymentId);
  }

  /** The market in force. */
  market(): Market {
    return this.#market.read();
  }

  /** Replaces the market, or returns to the table of quotes; returns the market then in force. */
  setMarket(terms: MarketTerms | undefined): Market {
    return this.#market.replace(terms);
  }

  /** The entries of the settlement ledger about a payment and its refunds, by Alipay+'s id of the payment. */
  settlementEntriesOfPayment(paymentId: string): SettlementEntry[] {
    const refundIds = this.#refundRecords.ofPayment(paymentId).map(({ refundId }) => refundId);
    return [paymentId, ...refundIds].flatMap((movementId) => this.#settlementLedger.entriesOf(movementId));
  }

  /** The entries of the settlement ledger about a payment or a refund, by Alipay+'s id of it. */
  settlementEntries(movementId: string): SettlementEntry[] {
    return this.#settlementLedger.entriesOf(movementId);
  }

  /**
   * A page of a day's cleared items. Once readable, it never changes.
   *
   * @param afterEntry the `lastEntry` of the page before, 0 for the first
   */
  clearingPage(day: ClearingDay, afterEntry: number): ClearingReply {
    if (nowMs() < reportTimeMsOf(day)) return { outcome: "NOT_READY" };
    return { outcome: "READY", ...readClearedPage(this.ctx.storage.sql, day, afterEntry) };
  }

  /** Handles everything that is due, without waiting for the alarm: the clock may have been set ahead. */
  wake(): Promise<void> {
    return this.alarm();
  }

  /** Handles everything that is due. Never throws: the runtime gives an alarm up after six failures. */
  override async alarm(): Promise<void> {
    const now = nowMs();
    try {
      await Promise.all([
        ...this.#records.due(now, DUE_BATCH).map((payment) => this.#payments.resolve(payment)),
        ...this.#refundRecords.due(now, DUE_BATCH).map((refund) => this.#refunds.resolve(refund)),
        this.#notifications.sendDue(DUE_BATCH),
      ]);
    } catch (error) {
      logFault("network-alarm-failed", error);
    }
    this.#alarm.rearm(nowMs());
  }
}
