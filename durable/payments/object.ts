/**
 * The payments of one shard: claimed, debited, cancelled, inquired, resolved.
 *
 * The code relies on these rules of the runtime:
 * - Everything between two `await`s is one turn: its writes commit together, and no other event sees half of it.
 * - The output gate holds every message of this object until its earlier writes are durable. So a claim is on disk
 *   before the core is called, and a result is on disk before Alipay+ is answered.
 * - While an `await` waits, any other event may run: the row is read again after each.
 *
 * Source: docs/spec/idempotency.md, docs/spec/results.md#how-a-result-is-reported, docs/spec/wallet/cancel-payment.md,
 * docs/spec/wallet/refund.md; docs/decisions/0002-claim-before-call.md.
 */
import { DurableObject } from "cloudflare:workers";
import { nowMs } from "../../protocol/clock.ts";
import { type Configuration, type Env, requireConfiguration } from "../env.ts";
import type {
  CancelCommand,
  CancelReply,
  EvaluateReply,
  InquireReply,
  NotifyReply,
  OrderCommand,
  PayCommand,
  PaymentInspection,
  PaymentOfCustomer,
  PayReply,
  RefundCommand,
  RefundReply,
  ReportReply,
  ShardReport,
} from "../messages.ts";
import { Deadline } from "../platform/deadline.ts";
import { DueAlarm } from "../platform/due-alarm.ts";
import { logFault } from "../platform/log.ts";
import { migrate } from "../platform/migrate.ts";
import type { Deliveries } from "../platform/outbox/deliveries.ts";
import { OUTBOX_SCHEMA } from "../platform/outbox/outbox.ts";
import { createEmbeddedCore } from "../wallet-core/embedded.ts";
import { createHttpCore } from "../wallet-core/http/core.ts";
import type { WalletCore } from "../wallet-core/port.ts";
import { Lifecycle } from "./lifecycle.ts";
import { cancelUnknownPayment, claimOrder, claimPayment, mayCancel } from "./machine/payment.ts";
import { isPaymentCode } from "./machine/payment-code.ts";
import { notificationsOf } from "./notifications.ts";
import { Publisher } from "./publish.ts";
import {
  type NewPaymentRecord,
  PAYMENT_SCHEMA,
  type PaymentClaim,
  PaymentRecords,
  SCANNED_ORDERS_SCHEMA,
} from "./records.ts";
import { REFUND_SCHEMA } from "./refund-records.ts";
import { Refunds } from "./refunds.ts";
import { customerOf, debitOf, hasFinalResult, inspectionOf, isTheirs, payReplyOf, reportOf } from "./views.ts";

/** How many payments, and how many refunds, one alarm resolves at a time. */
const RESOLVE_BATCH = 64;

/** How long after a claim an object that was torn down is woken to finish it. */
const WAKE_MS = 6_000;

const NEW_PAYMENT = {
  isOurs: false,
  amountsDiffer: false,
  refunded: { paymentMinor: 0n, payToMinor: 0n, customerMinor: 0n },
};

export class Payments extends DurableObject<Env> {
  readonly #configuration: Configuration;
  readonly #records: PaymentRecords;
  readonly #refunds: Refunds;
  readonly #notifications: Deliveries;
  readonly #lifecycle: Lifecycle;
  readonly #publisher: Publisher;
  readonly #core: WalletCore;
  readonly #alarm: DueAlarm;

  /** @param deadline of the calls to the core and to other shards; the runtime passes none */
  constructor(context: DurableObjectState, env: Env, deadline = new Deadline(requireConfiguration(env).coreTimeoutMs)) {
    super(context, env);
    migrate(context.storage, [
      [...PAYMENT_SCHEMA, ...REFUND_SCHEMA].join(";\n"),
      [...SCANNED_ORDERS_SCHEMA, ...OUTBOX_SCHEMA].join(";\n"),
    ]);
    const { sql } = context.storage;
    const configuration = requireConfiguration(env);
    const { shardCount, coreTimeoutMs, locationHint, core: chosen } = configuration;
    const core =
      chosen.kind === "HTTP"
        ? createHttpCore({ ...chosen, timeoutMs: coreTimeoutMs })
        : createEmbeddedCore(env.LEDGER, shardCount, deadline, locationHint);
    const records = new PaymentRecords(sql);
    const alarm = new DueAlarm(context.storage, ["payments", "refunds", "outbox"]);
    const shared = { env, configuration, deadline, core, records, alarm };
    this.#configuration = configuration;
    this.#core = core;
    this.#records = records;
    this.#alarm = alarm;
    this.#notifications = notificationsOf({ ...shared, sql });
    this.#publisher = new Publisher({
      ...shared,
      notifications: this.#notifications,
      waitUntil: (work) => context.waitUntil(work),
    });
    this.#lifecycle = new Lifecycle({ ...shared, publisher: this.#publisher });
    this.#refunds = new Refunds({ ...shared, sql });
    records.adoptOrphans(nowMs());
  }

  /** Pays once, however often and however concurrently it is called with the same `paymentId`. */
  async pay(command: PayCommand): Promise<PayReply> {
    const known = this.#records.findClaim(command.paymentId);
    if (known) return this.#repeatPay(known, command);

    const now = nowMs();
    const { paymentCode = "" } = command.terms;
    const state = claimPayment(isPaymentCode(paymentCode), command.expiryTimeMs, now);
    // Sent before the first write, so that the claim of the code and our own claim become durable side by side.
    const codeClaim =
      state.status.name === "PROCESSING" ? this.#lifecycle.claimCode(command.paymentId, command.terms) : undefined;
    const { paymentId, paymentRequestId, fingerprint, terms } = command;
    const record = { ...NEW_PAYMENT, paymentId, paymentRequestId, fingerprint, createdTimeMs: now, state, terms };
    this.#insert(record, command.message);
    if (!codeClaim) return payReplyOf(state);
    this.#alarm.armFor(now + WAKE_MS);

    return payReplyOf(await this.#lifecycle.debit(paymentId, terms, codeClaim, now, false));
  }

  /** Checks what `pay` would answer, without paying (`paymentFactor.isPaymentEvaluation`). */
  async evaluate(command: PayCommand): Promise<EvaluateReply> {
    const known = this.#records.findClaim(command.paymentId);
    if (known) return this.#repeatPay(known, command);
    if (nowMs() >= command.expiryTimeMs) return { outcome: "CLOSED" };
    const { paymentCode, customerId } = command.terms;
    if (paymentCode !== undefined) {
      if (!isPaymentCode(paymentCode)) return { outcome: "REFUSED", reason: "CODE_INVALID" };
      const found = await this.#lifecycle.lookAtCode(paymentCode, customerId);
      if (found && "outcome" in found) return { outcome: "IN_PROCESS" };
      // This payment is not stored, so another payment holds the code.
      if (found) return { outcome: "REFUSED", reason: "refusal" in found ? found.refusal : "CODE_ALREADY_USED" };
    }
    const answer = await this.#core.evaluate(debitOf(command.paymentId, command.terms, command.expiryTimeMs));
    return answer.outcome === "UNANSWERED" ? { outcome: "IN_PROCESS" } : answer;
  }

  /** Stores an order that its customer has scanned, which waits for the customer's decision. */
  order(command: OrderCommand): ReportReply {
    const { paymentId, paymentRequestId, fingerprint, expiryTimeMs, terms, amountsDiffer } = command;
    const known = this.#records.findClaim(paymentId);
    if (known?.fingerprint !== undefined && known.fingerprint !== fingerprint) return { outcome: "INCONSISTENT" };
    if (!known) {
      const now = nowMs();
      const state = claimOrder(amountsDiffer && !this.#configuration.acceptsDifferingAmounts, expiryTimeMs, now);
      const order = { paymentId, paymentRequestId, fingerprint, createdTimeMs: now, state, terms };
      this.#insert({ ...NEW_PAYMENT, ...order, isOurs: true, amountsDiffer }, command.message);
      this.#alarm.armFor(state.dueTimeMs);
    }
    return this.report({ paymentId, customerId: terms.customerId });
  }

  /** The customer confirms: debits once, and never after the expiry. A repeat returns the result. */
  async confirm(payment: PaymentOfCustomer): Promise<ReportReply> {
    const { paymentId } = payment;
    const known = this.#records.find(paymentId);
    if (!known?.terms || !isTheirs(payment, known.terms)) return this.report(payment);
    const isConfirmedNow = known.state.status.name === "AWAITING_CONFIRMATION";
    const state = this.#lifecycle.apply(paymentId, { type: "CONFIRM" });
    if (isConfirmedNow && state.status.name === "PROCESSING") {
      const noCode = this.#lifecycle.claimCode(paymentId, known.terms);
      await this.#lifecycle.debit(paymentId, known.terms, noCode, known.createdTimeMs, false);
    } else {
      await this.#lifecycle.underWay(paymentId);
    }
    return this.report(payment);
  }

  /** The customer declines: closes an order that is not confirmed. */
  decline(payment: PaymentOfCustomer): ReportReply {
    const terms = this.#records.find(payment.paymentId)?.terms;
    if (terms && isTheirs(payment, terms)) this.#lifecycle.apply(payment.paymentId, { type: "DECLINE" });
    return this.report(payment);
  }

  /** What a customer may see of a payment of theirs. Reads only. */
  report(payment: PaymentOfCustomer): ReportReply {
    const record = this.#records.find(payment.paymentId);
    if (!record) return { outcome: "UNKNOWN" };
    if (!record.terms) return { outcome: "CLOSED" };
    if (!isTheirs(payment, record.terms)) return { outcome: "UNKNOWN" };
    return { outcome: "KNOWN", payment: reportOf(record, record.terms, this.#records.message(payment.paymentId)) };
  }

  /** What an operator may see of a payment; `undefined` when it is not known. */
  inspect(paymentId: string): PaymentInspection | undefined {
    const record = this.#records.find(paymentId);
    return record && inspectionOf(record, this.#notifications.report(paymentId));
  }

  /** Notifies Alipay+ of a payment's result again, from the beginning of the schedule. */
  notifyAgain(paymentId: string): NotifyReply {
    const known = this.#records.findClaim(paymentId);
    if (!known) return { outcome: "UNKNOWN" };
    if (!hasFinalResult(known.state)) return { outcome: "NOT_FINAL" };
    if (!known.isNotified) return { outcome: "NO_URL" };
    this.#notifications.put(paymentId);
    return { outcome: "DUE" };
  }

  /** A payment as it is stored, for an inquiry. Reads only. */
  inquire(paymentId: string): InquireReply {
    const record = this.#records.find(paymentId);
    if (!record) return { outcome: "UNKNOWN" };
    return { outcome: "KNOWN", payment: payReplyOf(record.state), terms: record.terms };
  }

  /**
   * Closes a payment, whatever its state: once the close is stored, the debit is reversed, if need be by the resolver.
   * An unknown payment becomes a tombstone, so that a later pay finds it closed.
   */
  async cancel(command: CancelCommand): Promise<CancelReply> {
    const { paymentId, paymentRequestId } = command;
    const known = this.#records.find(paymentId);
    if (!known) {
      const now = nowMs();
      const state = cancelUnknownPayment(now);
      const tombstone = { paymentId, paymentRequestId, fingerprint: undefined, terms: undefined };
      this.#insert({ ...NEW_PAYMENT, ...tombstone, createdTimeMs: now, state }, undefined);
      return { outcome: "CANCELLED" };
    }
    const allowed = mayCancel(known.state, nowMs());
    if (allowed !== true) return { outcome: "REFUSED", reason: allowed };
    const cancelled = this.#lifecycle.apply(paymentId, { type: "CANCEL" });
    if (cancelled.status.name === "REVERSING") await this.#lifecycle.reverse(paymentId, customerOf(known));
    return { outcome: "CANCELLED" };
  }

  /** Refunds a part or all of a payment, once per `refundId`. */
  refund(command: RefundCommand): Promise<RefundReply> {
    return this.#refunds.refund(command);
  }

  /** Binds a refund id to its payment; called by the payment's own shard. */
  claimRefundKey(refundId: string, paymentId: string): string {
    return this.#refunds.claimKey(refundId, paymentId);
  }

  /** Makes sure that an alarm is set for open payments, refunds and notifications, in case one was lost. */
  sweep(): ShardReport {
    const now = nowMs();
    this.#rearm();
    const count = (table: string) => this.#alarm.count(table, now);
    const [payments, refunds, outbox] = [count("payments"), count("refunds"), count("outbox")];
    return {
      open: payments.open + refunds.open,
      overdue: payments.overdue + refunds.overdue,
      unnotified: outbox.open,
    };
  }

  /**
   * The resolver: finishes what was left unfinished. Never throws: the runtime gives an alarm up after six failures.
   */
  override async alarm(): Promise<void> {
    const now = nowMs();
    try {
      // The calls to the core do not wait until Alipay+ has acknowledged its notifications.
      this.ctx.waitUntil(Promise.all(this.#notifications.sendDue(now, RESOLVE_BATCH)));
      const payments = this.#records.due(now, RESOLVE_BATCH).map((record) => this.#lifecycle.resolve(record));
      await Promise.all([...payments, ...this.#refunds.resolveDue(now, RESOLVE_BATCH)]);
    } catch (error) {
      logFault("resolver-failed", error);
    }
    this.#rearm();
  }

  #rearm(): void {
    const now = nowMs();
    this.#alarm.rearm(now, this.#lifecycle.isBusy ? now + WAKE_MS : undefined);
  }

  /** A repeat joins the debit that runs, or returns what is stored; it never starts a second debit. */
  async #repeatPay(known: PaymentClaim, command: PayCommand): Promise<PayReply> {
    if (known.fingerprint !== undefined && known.fingerprint !== command.fingerprint)
      return { outcome: "INCONSISTENT" };
    const running = this.#lifecycle.underWay(command.paymentId);
    return payReplyOf(running ? await running : known.state);
  }

  /** Stores a new payment, which may have its final result already. */
  #insert(record: NewPaymentRecord, message: string | undefined): void {
    this.#records.insert(record, message);
    const isNotified = record.terms?.paymentNotifyUrl !== undefined;
    this.#publisher.publish(record.paymentId, { isOurs: record.isOurs, isNotified }, record.state);
  }
}
