/**
 * The network: Alipay+ between acquirers and wallets. One object holds the payments of acquirers, their refunds, the
 * orders that a developer has placed and the messages sent from the console, what is due, and the settlement ledger;
 * the machines (machine/) decide.
 *
 * - payments.ts requests a payment from the wallet, polls it, closes it.
 * - scans.ts answers the wallet that decodes an order code or notifies a result.
 * - refunds.ts refunds.
 * - notifications.ts notifies the acquirer.
 * - network-services.ts keeps disputes and merchants' registrations.
 * - ../authorizations/ prepares authorisations, turns them into tokens, ends them.
 * - manual/ keeps the messages that a developer sends from the console.
 * - ../market/ has the quotes, surcharges and promotions with which wallets are charged.
 *
 * The rules of this runtime that the code relies on are those of durable/customers/object.ts.
 */

import { DueAlarm } from "../../../durable/platform/due-alarm.ts";
import { logFault } from "../../../durable/platform/log.ts";
import { migrate } from "../../../durable/platform/migrate.ts";
import type { Deliveries } from "../../../durable/platform/outbox/deliveries.ts";
import type { OutboxReport } from "../../../durable/platform/outbox/outbox.ts";
import { nowMs } from "../../../protocol/clock.ts";
import type { ReportedResult } from "../../../protocol/results.ts";
import type { PartyOf } from "../../misconfiguration.ts";
import { Authorizations } from "../authorizations/authorizations.ts";
import type {
  ApplyCommand,
  ApplyReply,
  AuthNotifyCommand,
  AuthNotifyReply,
  AuthorizationName,
  AuthorizationReply,
  EndCommand,
  EndReply,
  PrepareCommand,
  PrepareReply,
} from "../authorizations/messages.ts";
import { authNotificationsOf } from "../authorizations/notifications.ts";
import { AuthorizationRecords } from "../authorizations/records.ts";
import { type ClearingDay, reportTimeMsOf } from "../clearing/day.ts";
import type { Market, MarketTerms } from "../market/market.ts";
import { MarketRecord } from "../market/market-record.ts";
import type { AlipayPlus } from "../party.ts";
import type { ManualNews } from "./manual/manual-message.ts";
import { ManualPayments, type RefundPlan, type RefundWish } from "./manual/manual-payments.ts";
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
import { NetworkServices } from "./network-services.ts";
import { notificationsOf } from "./notifications.ts";
import { Payments } from "./payments.ts";
import { readClearedPage } from "./records/cleared-items.ts";
import { type PaymentRecord, PaymentRecords } from "./records/payment-records.ts";
import { ReceivedNotifications } from "./records/received-notifications.ts";
import { RefundRecords } from "./records/refund-records.ts";
import { NETWORK_SCHEMA } from "./records/schema.ts";
import { type SettlementEntry, SettlementLedger } from "./records/settlement-ledger.ts";
import { Refunds } from "./refunds.ts";
import { Scans } from "./scans.ts";
import { Wallet } from "./wallet.ts";

/** How many payments, refunds and notifications one alarm handles at a time. */
const DUE_BATCH = 64;

/** The Durable Object of Alipay+, one for the sandbox. Its methods are what the APIs call by RPC. */
export class Network extends NetworkServices {
  readonly #records: PaymentRecords;
  readonly #refundRecords: RefundRecords;
  readonly #received: ReceivedNotifications;
  readonly #manual: ManualPayments;
  readonly #settlementLedger: SettlementLedger;
  readonly #market: MarketRecord;
  readonly #alarm: DueAlarm;
  readonly #notifications: Deliveries;
  readonly #payments: Payments;
  readonly #refunds: Refunds;
  readonly #scans: Scans;
  readonly #authorizationRecords: AuthorizationRecords;
  readonly #authNotifications: Deliveries;
  readonly #authorizations: Authorizations;

  constructor(context: DurableObjectState, alipayPlusOf: PartyOf<AlipayPlus>) {
    super(context);
    migrate(context.storage, NETWORK_SCHEMA);
    const { sql } = context.storage;
    const records = new PaymentRecords(sql);
    const refundRecords = new RefundRecords(sql);
    const received = new ReceivedNotifications(sql);
    const settlementLedger = new SettlementLedger(sql);
    const alarm = new DueAlarm(context.storage, ["payments", "refunds", "authorizations", "outbox"]);
    const market = new MarketRecord(sql);
    const wallet = new Wallet(alipayPlusOf);
    const notifications = notificationsOf({ sql, alipayPlusOf, records, alarm });
    const authorizationRecords = new AuthorizationRecords(sql);
    const authNotifications = authNotificationsOf({ sql, alipayPlusOf, records: authorizationRecords, alarm });
    const authorizations = authorizationRecords;
    const payments = new Payments({ records, settlementLedger, market, notifications, wallet, authorizations, alarm });
    this.#records = records;
    this.#refundRecords = refundRecords;
    this.#received = received;
    this.#manual = new ManualPayments(sql);
    this.#settlementLedger = settlementLedger;
    this.#market = market;
    this.#alarm = alarm;
    this.#notifications = notifications;
    this.#payments = payments;
    this.#refunds = new Refunds({ payments: records, records: refundRecords, settlementLedger, wallet, alarm });
    this.#authorizationRecords = authorizationRecords;
    this.#authNotifications = authNotifications;
    this.#authorizations = new Authorizations({
      ...{ records: authorizationRecords, notifications: authNotifications, alipayPlusOf, alarm },
    });
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

  /** The deliveries of a payment's result to the acquirer; `undefined` when there are none. */
  notificationReport(paymentId: string): OutboxReport | undefined {
    return this.#notifications.report(paymentId);
  }

  /** A merchant asks for the page of an authorisation. */
  prepare(command: PrepareCommand): Promise<PrepareReply> {
    return this.#authorizations.prepare(command);
  }

  /** A merchant asks for a pair of tokens. */
  applyToken(command: ApplyCommand): Promise<ApplyReply> {
    return this.#authorizations.applyToken(command);
  }

  /** A merchant ends an authorisation. */
  cancelToken(command: EndCommand): Promise<EndReply> {
    return this.#authorizations.cancelToken(command);
  }

  /** A wallet notifies what has become of an authorisation. */
  takeAuthNotification(command: AuthNotifyCommand): AuthNotifyReply {
    return this.#authorizations.take(command);
  }

  /** An authorisation, with the deliveries of authNotify to its acquirer. Reads only. */
  findAuthorization(name: AuthorizationName): AuthorizationReply {
    return this.#authorizations.find(name);
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
        ...this.#authorizationRecords.due(now, DUE_BATCH).map((due) => this.#authorizations.resolve(due)),
        this.#notifications.sendDue(DUE_BATCH),
        this.#authNotifications.sendDue(DUE_BATCH),
      ]);
    } catch (error) {
      logFault("network-alarm-failed", error);
    }
    this.#alarm.rearm(nowMs());
  }
}
