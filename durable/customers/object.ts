/**
 * The home of the customers of one shard: their payments and refunds, their payment codes, what is still to be
 * notified, and, with the embedded core, their accounts.
 *
 * The code relies on these rules of the runtime:
 * - Everything between two `await`s is one turn: its writes commit together, and no other event sees half of it.
 * - The output gate holds every message of this object until its earlier writes are durable. So a claim is on disk
 *   before the core is called, and a result is on disk before Alipay+ is answered.
 * - While an `await` waits, any other event may run: the row is read again after each.
 *
 * Source: docs/spec/idempotency.md, docs/spec/results.md#how-a-result-is-reported, docs/spec/wallet/cancel-payment.md,
 * docs/spec/wallet/refund.md; docs/decisions/0015-one-home-per-customer.md.
 */
import { nowMs } from "../../protocol/clock.ts";
import { MINUTE_MS } from "../../protocol/time.ts";
import { openObject } from "../deployment/open-object.ts";
import { ownerOf } from "../directory/owner.ts";
import type { Env } from "../env.ts";
import type {
  Busy,
  CancelReply,
  CoreHealth,
  EvaluateReply,
  InquireReply,
  NotifyReply,
  OrderCommand,
  PayCommand,
  PaymentInspection,
  PaymentOfCustomer,
  PaymentReference,
  PayReply,
  RefundCommand,
  RefundReply,
  ReportReply,
  ShardReport,
} from "../messages.ts";
import type { BatchCode } from "../payment-codes/payment-codes.ts";
import { refusesAmounts } from "../payments/machine/order-amounts.ts";
import { claimOrder, mayCancel } from "../payments/machine/payment.ts";
import { isPaymentCode } from "../payments/machine/payment-code.ts";
import type { PaymentRecord } from "../payments/records.ts";
import {
  debitOf,
  hasFinalResult,
  inspectionOf,
  isTheirs,
  payReplyOf,
  repeatReplyOf,
  reportOf,
} from "../payments/views.ts";
import { InFlightLimit } from "../platform/in-flight-limit.ts";
import { AuthorizedCustomers } from "./authorized.ts";
import { HOME_STEPS, type Home, type HomeReplacements, homeOf, unlessDirectoryIsSilent } from "./home.ts";
import { hasItsCore, resolveDue } from "./resolver.ts";

/** One shard of the customers. Its public methods are its RPC interface. */
export class Customers extends AuthorizedCustomers {
  readonly #home: Home;
  readonly #inFlight: InFlightLimit;

  /** @param replacements for tests; the runtime passes none */
  constructor(context: DurableObjectState, env: Env, replacements: HomeReplacements = {}) {
    const home = homeOf(context, env, replacements);
    super(context, env, home);
    this.#home = home;
    this.#inFlight = new InFlightLimit(this.#home.configuration.shardInFlightLimit);
    // An alarm may have been given up while the settings were wrong: an object with open work arms its own.
    openObject(context, env, "Customers", HOME_STEPS, () => this.#home.alarm.armForOpenWork());
  }

  /** Whether the wallet's core answers; undefined with the embedded core, which is here. */
  async coreHealth(): Promise<CoreHealth | undefined> {
    return this.#home.watchedCore?.health();
  }

  /** Answers when the object works under the settings of this deployment, and throws otherwise. */
  isReady(): true {
    return true;
  }

  /** Pays once, however often and however concurrently it is called with the same `paymentId`. */
  async pay(command: PayCommand): Promise<PayReply | Busy> {
    const { records, payments } = this.#home;
    const known = records.findClaim(command.paymentId);
    if (!known) return this.#admitted<PayReply>({ outcome: "IN_PROCESS" }, () => payments.pay(command));
    // A repeat joins the pay that is under way, or returns what is stored; it never starts a second debit.
    const stored = repeatReplyOf(known, command);
    return stored.outcome === "IN_PROCESS" ? ((await payments.underWay(command.paymentId)) ?? stored) : stored;
  }

  /** Checks what `pay` would answer, without paying (`paymentFactor.isPaymentEvaluation`). */
  async evaluate(command: PayCommand): Promise<EvaluateReply | Busy> {
    const { records, claims, payments } = this.#home;
    const { paymentId, terms, token } = command;
    const known = records.findClaim(paymentId);
    if (known) return repeatReplyOf(known, command);
    // By a token neither the time nor the limits of a payment count: docs/spec/wallet/auto-debit.md#pay-with-a-token.
    const expiryTimeMs = token ? Math.max(command.expiryTimeMs, nowMs() + MINUTE_MS) : command.expiryTimeMs;
    if (nowMs() >= expiryTimeMs) return { outcome: "CLOSED" };
    if (terms.paymentCode !== undefined && !isPaymentCode(terms.paymentCode)) {
      return { outcome: "REFUSED", reason: "CODE_INVALID" };
    }
    return this.#admitted<EvaluateReply>({ outcome: "IN_PROCESS" }, async () => {
      const { refusal } = claims.lookAtCode(command) ?? (await claims.findForeignCode(paymentId, terms));
      // This payment is not stored, so another payment holds a code that is taken.
      if (refusal?.type === "CODE_TAKEN") return { outcome: "REFUSED", reason: "CODE_ALREADY_USED" };
      if (refusal && "reason" in refusal) return { outcome: "REFUSED", reason: refusal.reason };
      if (command.refusal) return { outcome: "REFUSED", reason: command.refusal };
      return payments.evaluate(debitOf(paymentId, terms, expiryTimeMs), token !== undefined);
    });
  }

  /** Stores an order that its customer has scanned, which waits for the customer's decision. */
  order(command: OrderCommand): Promise<ReportReply | Busy> {
    const { configuration, records, claims, store } = this.#home;
    const { paymentId, fingerprint, terms, amountsDiffer } = command;
    return this.#admitted<ReportReply>({ outcome: "UNAVAILABLE" }, async () => {
      let { expiryTimeMs } = command;
      if (!records.findClaim(paymentId)) {
        const place = await claims.claimPayment(paymentId, terms.customerId, expiryTimeMs);
        if (place.outcome === "ELSEWHERE") return { outcome: "INCONSISTENT" };
        if (place.outcome === "CLOSED") return { outcome: "CLOSED" };
        expiryTimeMs = place.expiryTimeMs;
      }
      // A cancel, or the same order, may have come meanwhile: from here on everything is one turn.
      const known = records.findClaim(paymentId);
      if (known?.fingerprint !== undefined && known.fingerprint !== fingerprint) return { outcome: "INCONSISTENT" };
      if (!known) {
        const isRefused = refusesAmounts(command, configuration.acceptsDifferingAmounts);
        const refusal = isRefused ? "AMOUNTS_DIFFER" : command.refusal;
        store.insert(command, { state: claimOrder(refusal, expiryTimeMs, nowMs()), isOurs: true, amountsDiffer });
      }
      return this.report({ paymentId, customerId: terms.customerId });
    });
  }

  /** The customer confirms: debits once, and never after the expiry. A repeat returns the result. */
  async confirm(payment: PaymentOfCustomer): Promise<ReportReply | Busy> {
    const { configuration, records, payments } = this.#home;
    const known = records.find(payment.paymentId);
    if (!known?.terms || !isTheirs(payment, known.terms)) return this.report(payment);
    if (known.state.status.name === "AWAITING_CONFIRMATION" && known.core === configuration.core.name) {
      return this.#admitted<ReportReply>({ outcome: "UNAVAILABLE" }, async () => {
        await payments.confirm(known);
        return this.report(payment);
      });
    }
    await payments.underWay(payment.paymentId);
    return this.report(payment);
  }

  /** The customer declines: closes an order that is not confirmed. */
  decline(payment: PaymentOfCustomer): ReportReply {
    const { records, store } = this.#home;
    const terms = records.find(payment.paymentId)?.terms;
    if (terms && isTheirs(payment, terms)) store.apply(payment.paymentId, { type: "DECLINE" });
    return this.report(payment);
  }

  /** What a customer may see of a payment of theirs. Reads only. */
  report(payment: PaymentOfCustomer): ReportReply {
    const record = this.#home.records.find(payment.paymentId);
    if (!record) return { outcome: "UNKNOWN" };
    if (!record.terms) return { outcome: "CLOSED" };
    if (!isTheirs(payment, record.terms)) return { outcome: "UNKNOWN" };
    const message = this.#home.texts.find(record.textsNumber)?.message;
    return { outcome: "KNOWN", payment: reportOf(record, record.terms, message) };
  }

  /** What an operator may see of a payment; `undefined` when it is not known. */
  inspect(paymentId: string): PaymentInspection | undefined {
    const { records, notifications, disputes } = this.#home;
    const record = records.find(paymentId);
    if (!record) return undefined;
    const inspection = inspectionOf(record, notifications.report(paymentId), records.coreTrouble(paymentId));
    return { ...inspection, disputes: disputes.summary(paymentId) };
  }

  /** Notifies Alipay+ of a payment's result again, from the beginning of the schedule. */
  notifyAgain(paymentId: string): NotifyReply {
    const known = this.#home.records.findClaim(paymentId);
    if (!known) return { outcome: "UNKNOWN" };
    if (!hasFinalResult(known.state)) return { outcome: "NOT_FINAL" };
    if (!known.isNotified) return { outcome: "NO_URL" };
    this.#home.notifications.put(paymentId);
    return { outcome: "DUE" };
  }

  /** A payment as it is stored, for an inquiry. Writes only where a payment never came before its expiry. */
  inquire(payment: PaymentReference): InquireReply {
    const record = this.#recordOf(payment);
    if (!record) return { outcome: "KNOWN", payment: { outcome: "IN_PROCESS" } };
    const { state, terms, textsNumber } = record;
    const paymentPromoInfo = this.#home.texts.find(textsNumber)?.paymentPromoInfo;
    return { outcome: "KNOWN", payment: payReplyOf(state), terms, paymentPromoInfo };
  }

  /**
   * Closes a payment, whatever its state: once the close is stored, the debit is reversed, if need be by the resolver.
   * For a payment that is on its way a tombstone is stored, so that its pay finds the payment closed.
   */
  async cancel({ paymentId, paymentRequestId }: PaymentReference): Promise<CancelReply | Busy> {
    const { records, refundRecords, store, payments } = this.#home;
    const known = records.find(paymentId);
    if (!known) {
      store.insertTombstone(paymentId, paymentRequestId, "CANCEL");
      return { outcome: "CANCELLED" };
    }
    const allowed = mayCancel(known.state, refundRecords.isOpen(paymentId), nowMs());
    if (allowed === "REFUND_IN_PROCESS") return { outcome: "IN_PROCESS" };
    if (allowed !== true) return { outcome: "REFUSED", reason: allowed };
    if (!hasItsCore(this.#home, known)) return { outcome: "IN_PROCESS" };
    return this.#admitted<CancelReply>({ outcome: "IN_PROCESS" }, async () => {
      await payments.cancel(known);
      return { outcome: "CANCELLED" };
    });
  }

  /** Refunds a part or all of a payment, once per `refundId`. The directory has bound the refund to this payment. */
  async refund(command: RefundCommand, payment: PaymentReference): Promise<RefundReply | Busy> {
    const { refunds, refundRecords } = this.#home;
    const record = this.#recordOf(payment);
    if (!record) return { outcome: "IN_PROCESS" };
    const refund = () => refunds.refund(command, record);
    // A repeat joins the refund that is under way, or returns what is stored.
    return refundRecords.find(command.refundId) ? refund() : this.#admitted({ outcome: "IN_PROCESS" }, refund);
  }

  /** Records payment codes that Alipay+ has issued for a customer, and returns those that may be shown. */
  async issueCodes(customerId: string, codes: readonly BatchCode[]): Promise<string[]> {
    const { configuration, directory, codes: issued } = this.#home;
    if (!configuration.acceptsForeignPaymentCodes) return issued.issue(customerId, codes, nowMs());
    // Where codes of others may pay, no other customer must be able to pay with this one's.
    const owner = await ownerOf(customerId);
    const own = await directory.registerCodes(
      codes.map(({ paymentCode }) => paymentCode),
      owner,
    );
    return issued.issue(
      customerId,
      codes.filter(({ paymentCode }) => own.includes(paymentCode)),
      nowMs(),
    );
  }

  /** Whether a payment code has paid, or a payment with it is under way. */
  isUsedCode(code: string): boolean {
    return this.#home.codes.isUsed(code);
  }

  /**
   * Sets the alarm for open payments, refunds, ends of authorisations and notifications, in case one was lost, and for
   * the retention.
   */
  sweep(): ShardReport {
    const now = nowMs();
    const { alarm, retention } = this.#home;
    alarm.rearm(now);
    if (retention.isDue(now)) alarm.armFor(now);
    const count = (table: string) => alarm.count(table, now);
    const [payments, refunds, outbox] = [count("payments"), count("refunds"), count("outbox")];
    const authorizations = count("authorizations");
    return {
      open: payments.open + refunds.open + authorizations.open,
      overdue: payments.overdue + refunds.overdue + authorizations.overdue,
      unnotified: outbox.open,
    };
  }

  /** The resolver. Never throws: the runtime gives an alarm up after six failures. */
  override alarm(): Promise<void> {
    return resolveDue(this.#home, (work) => this.ctx.waitUntil(work));
  }

  /**
   * Does work that waits for others, while the shard can serve it in time.
   *
   * @param otherwise the reply when the directory gives no answer
   */
  async #admitted<Reply>(otherwise: Reply, work: () => Promise<Reply>): Promise<Reply | Busy> {
    const leave = this.#inFlight.tryEnter();
    if (!leave) return { outcome: "BUSY" };
    try {
      return await unlessDirectoryIsSilent(otherwise, work);
    } finally {
      leave();
    }
  }

  /** The payment; one that never came before its expiry is closed from now on. Undefined while it may be on its way. */
  #recordOf({ paymentId, paymentRequestId, expiryTimeMs }: PaymentReference): PaymentRecord | undefined {
    const { records, store } = this.#home;
    const known = records.find(paymentId);
    if (known || nowMs() < expiryTimeMs) return known;
    store.insertTombstone(paymentId, paymentRequestId, "EXPIRY");
    return records.get(paymentId);
  }
}
