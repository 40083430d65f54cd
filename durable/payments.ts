/**
 * The payments of one shard: claimed, debited, cancelled, asked for, resolved.
 *
 * The rules of this runtime that the code leans on:
 * - Everything between two `await`s is one turn: its writes commit together, and no other event sees half of it.
 * - The output gate holds every message of this object until its earlier writes are durable. So a claim is on disk
 *   before the core hears of it, and a result is on disk before Alipay+ does.
 * - While an `await` waits, any other event may run: the row is read anew after each.
 *
 * Source: spec/01 Idempotency, spec/03 Results, Cancel, Refund; docs/decisions.md.
 */
import { DurableObject } from "cloudflare:workers";
import { Deadline } from "../worker/core/deadline.ts";
import { createEmbeddedCore } from "../worker/core/embedded.ts";
import { createHttpCore } from "../worker/core/http.ts";
import type { DebitRequest, Silent, WalletCore } from "../worker/core/port.ts";
import { type Configuration, type Env, requireConfiguration } from "../worker/env.ts";
import { logFault } from "../worker/log.ts";
import { nowMs } from "./clock.ts";
import type { Codes } from "./codes.ts";
import { DueAlarm } from "./due-alarm.ts";
import {
  cancelUnknownPayment,
  claimPayment,
  mayCancel,
  nextPayment,
  type PaymentEvent,
  type PaymentState,
} from "./machine/payment.ts";
import { isPaymentCode } from "./machine/payment-code.ts";
import type {
  CancelCommand,
  CancelReply,
  CodeClaim,
  EvaluateReply,
  InquireReply,
  PayCommand,
  PayReply,
  RefundCommand,
  RefundReply,
  ShardReport,
} from "./messages.ts";
import {
  PAYMENT_SCHEMA,
  type PaymentClaim,
  type PaymentRecord,
  PaymentRecords,
  type PaymentTerms,
} from "./payment-records.ts";
import { customerOf, debitEventOf, debitOf, payReplyOf } from "./payment-words.ts";
import { REFUND_SCHEMA } from "./refund-records.ts";
import { Refunds } from "./refunds.ts";
import { shardOf } from "./shard.ts";
import { SingleFlight } from "./single-flight.ts";
import { migrate } from "./storage.ts";
import { askShard } from "./stub.ts";

/** How many payments, and how many refunds, one alarm takes up at a time. */
const RESOLVE_BATCH = 64;

/** How long after a claim an object that was torn down is woken to finish it. */
const WAKE_MS = 6_000;

const NOTHING_REFUNDED = { paymentMinor: 0n, payToMinor: 0n, customerMinor: 0n };

export class Payments extends DurableObject<Env> {
  readonly #configuration: Configuration;
  readonly #deadline: Deadline;
  readonly #records: PaymentRecords;
  readonly #refunds: Refunds;
  readonly #core: WalletCore;
  readonly #alarm: DueAlarm;
  readonly #debits = new SingleFlight<PaymentState>();
  readonly #reversals = new SingleFlight<PaymentState>();

  constructor(context: DurableObjectState, env: Env) {
    super(context, env);
    migrate(context.storage, [[...PAYMENT_SCHEMA, ...REFUND_SCHEMA].join(";\n")]);
    const configuration = requireConfiguration(env);
    const { shardCount, coreTimeoutMs, locationHint, httpCore } = configuration;
    this.#configuration = configuration;
    this.#deadline = new Deadline(coreTimeoutMs);
    this.#records = new PaymentRecords(context.storage.sql);
    this.#core = httpCore
      ? createHttpCore({ ...httpCore, timeoutMs: coreTimeoutMs })
      : createEmbeddedCore(env.LEDGER, shardCount, this.#deadline, locationHint);
    this.#alarm = new DueAlarm(context.storage, ["payments", "refunds"]);
    this.#records.adoptOrphans(nowMs());
    this.#refunds = new Refunds({
      sql: context.storage.sql,
      namespace: env.PAYMENTS,
      configuration,
      deadline: this.#deadline,
      core: this.#core,
      payments: this.#records,
      alarm: this.#alarm,
    });
  }

  /** Pays once, however often and however concurrently it is called with the same `paymentId`. */
  async pay(command: PayCommand): Promise<PayReply> {
    const known = this.#records.findClaim(command.paymentId);
    if (known) return this.#repeatPay(known, command);

    const now = nowMs();
    const state = claimPayment(isPaymentCode(command.terms.paymentCode), command.expiryTimeMs, now);
    // Sent before the first write, so that the claim of the code and our own claim become durable side by side.
    const codeClaim =
      state.status.name === "PROCESSING" ? this.#claimCode(command.paymentId, command.terms) : undefined;
    const { paymentId, paymentRequestId, fingerprint, terms } = command;
    const record = { paymentId, paymentRequestId, fingerprint, createdTimeMs: now, state, terms };
    this.#records.insert({ ...record, refunded: NOTHING_REFUNDED }, command.message);
    if (!codeClaim) return payReplyOf(state);
    this.#alarm.armFor(now + WAKE_MS);

    return payReplyOf(await this.#settle(paymentId, terms, codeClaim, false));
  }

  /** Checks what `pay` would answer, without paying (`paymentFactor.isPaymentEvaluation`). */
  async evaluate(command: PayCommand): Promise<EvaluateReply> {
    const known = this.#records.findClaim(command.paymentId);
    if (known) return this.#repeatPay(known, command);
    if (nowMs() >= command.expiryTimeMs) return { outcome: "CLOSED" };
    const { paymentCode, customerId } = command.terms;
    if (!isPaymentCode(paymentCode)) return { outcome: "REFUSED", reason: "CODE_INVALID" };
    const found = await this.#onCodes(paymentCode, async (codes, code) => codes.look(code, customerId));
    if (found && "outcome" in found) return { outcome: "IN_PROCESS" };
    // The payment itself is unknown, so whoever holds the code is another one.
    if (found) return { outcome: "REFUSED", reason: "refusal" in found ? found.refusal : "CODE_ALREADY_USED" };
    const answer = await this.#core.evaluate(debitOf(command.paymentId, command.terms, command.expiryTimeMs));
    return answer.outcome === "SILENT" ? { outcome: "IN_PROCESS" } : answer;
  }

  /** What is known of a payment. Reads only. */
  inquire(paymentId: string): InquireReply {
    const record = this.#records.find(paymentId);
    if (!record) return { outcome: "UNKNOWN" };
    return { outcome: "KNOWN", payment: payReplyOf(record.state), terms: record.terms };
  }

  /**
   * Closes a payment, whatever its state: once the close is stored, the money goes back, if need be by the resolver.
   * A payment that is not known yet becomes a tombstone, so that a pay that comes later finds it closed.
   */
  async cancel(command: CancelCommand): Promise<CancelReply> {
    const { paymentId, paymentRequestId } = command;
    const known = this.#records.find(paymentId);
    if (!known) {
      const now = nowMs();
      const state = cancelUnknownPayment(now);
      const record = {
        paymentId,
        paymentRequestId,
        fingerprint: undefined,
        createdTimeMs: now,
        state,
        terms: undefined,
      };
      this.#records.insert({ ...record, refunded: NOTHING_REFUNDED }, undefined);
      return { outcome: "CANCELLED" };
    }
    const allowed = mayCancel(known.state, nowMs());
    if (allowed !== true) return { outcome: "REFUSED", reason: allowed };
    const cancelled = this.#apply(paymentId, { type: "CANCEL" });
    if (cancelled.status.name === "REVERSING") await this.#reverse(paymentId, customerOf(known));
    return { outcome: "CANCELLED" };
  }

  /** Gives a part or all of a payment back, once for each `refundId`. */
  refund(command: RefundCommand): Promise<RefundReply> {
    return this.#refunds.refund(command);
  }

  /** Names the payment that a refund id belongs to; called by the payment's own shard. */
  claimRefundKey(refundId: string, paymentId: string): string {
    return this.#refunds.claimKey(refundId, paymentId);
  }

  /** Makes sure that an alarm is set for what is open, should one ever have been lost. */
  sweep(): ShardReport {
    const now = nowMs();
    this.#rearm();
    const count = "SELECT COUNT(*) AS open, COUNT(CASE WHEN due_time_ms <= ? THEN 1 END) AS overdue";
    const from = (table: string) =>
      this.ctx.storage.sql.exec<ShardReport>(`${count} FROM ${table} WHERE due_time_ms IS NOT NULL`, now).one();
    const payments = from("payments");
    const refunds = from("refunds");
    return { open: payments.open + refunds.open, overdue: payments.overdue + refunds.overdue };
  }

  /**
   * The resolver: finishes what nobody finished. Never throws: the runtime gives an alarm up after six failures.
   */
  override async alarm(): Promise<void> {
    const now = nowMs();
    try {
      const payments = this.#records.due(now, RESOLVE_BATCH).map((record) => this.#resolve(record));
      await Promise.all([...payments, ...this.#refunds.resolveDue(now, RESOLVE_BATCH)]);
    } catch (error) {
      logFault("resolver-failed", error);
    }
    this.#rearm();
  }

  #rearm(): void {
    const now = nowMs();
    this.#alarm.rearm(now, this.#debits.isBusy ? now + WAKE_MS : undefined);
  }

  /** A repeat joins what runs, or tells what is stored; it never starts a second debit. */
  async #repeatPay(known: PaymentClaim, command: PayCommand): Promise<PayReply> {
    if (known.fingerprint !== undefined && known.fingerprint !== command.fingerprint)
      return { outcome: "INCONSISTENT" };
    const running = this.#debits.get(command.paymentId);
    return payReplyOf(running ? await running : known.state);
  }

  /** Settles a debit, one at a time for each payment. Should that throw, the payment is left to the resolver. */
  #settle(
    paymentId: string,
    terms: PaymentTerms,
    codeClaim: Promise<CodeClaim | Silent>,
    resumed: boolean,
  ): Promise<PaymentState> {
    return this.#debits.run(paymentId, async () => {
      try {
        return await this.#settleDebit(paymentId, terms, codeClaim, resumed);
      } catch (error) {
        logFault("debit-failed", error);
        return this.#apply(paymentId, { type: "SILENT" });
      }
    });
  }

  /** Claims the code, debits, and stores what came of it. `resumed`: an earlier try may have reached the core. */
  async #settleDebit(
    paymentId: string,
    terms: PaymentTerms,
    codeClaim: Promise<CodeClaim | Silent>,
    resumed: boolean,
  ): Promise<PaymentState> {
    const claim = await codeClaim;
    if ("outcome" in claim) return this.#apply(paymentId, { type: "SILENT" });
    if ("refusal" in claim) return this.#apply(paymentId, { type: "CODE_REFUSED", reason: claim.refusal });
    if (claim.holder !== paymentId) return this.#apply(paymentId, { type: "CODE_TAKEN" });

    const claimed = this.#stateOf(paymentId);
    if (claimed.status.name !== "PROCESSING") return claimed;
    const event = await this.#askForDebit(debitOf(paymentId, terms, claimed.expiryTimeMs), resumed);
    const settled = this.#apply(paymentId, event);
    // A success that came too late: the money goes back before anybody is told that the order is closed.
    return settled.status.name === "REVERSING" ? this.#reverse(paymentId, terms.customerId) : settled;
  }

  /** Asks the core what became of an earlier debit; debits when it never heard of it and there is still time. */
  async #askForDebit(debit: DebitRequest, resumed: boolean): Promise<PaymentEvent> {
    if (resumed) {
      const known = await this.#core.inquire({ paymentId: debit.paymentId, customerId: debit.customerId });
      if (known.outcome !== "UNKNOWN") return debitEventOf(known);
    }
    if (nowMs() >= debit.expiryTimeMs) return { type: "SILENT" };
    return debitEventOf(await this.#core.debit(debit));
  }

  /** Asks the core to give everything back, and stores its word. */
  #reverse(paymentId: string, customerId: string): Promise<PaymentState> {
    return this.#reversals.run(paymentId, async () => {
      const answer = await this.#core.reverse({ paymentId, customerId });
      return this.#apply(paymentId, { type: answer.outcome === "DONE" ? "REVERSED" : "SILENT" });
    });
  }

  /** One payment whose turn has come. */
  async #resolve(record: PaymentRecord): Promise<void> {
    const { paymentId, terms, state } = record;
    if (state.status.name === "REVERSING") {
      await this.#reverse(paymentId, customerOf(record));
    } else if (terms && !this.#debits.has(paymentId)) {
      await this.#settle(paymentId, terms, this.#claimCode(paymentId, terms), true);
    }
  }

  /** Reads the payment's state, lets the machine decide, stores the new state and the alarm: one turn. */
  #apply(paymentId: string, event: PaymentEvent): PaymentState {
    const state = this.#stateOf(paymentId);
    const next = nextPayment(state, event, nowMs());
    if (next === state) return state;
    this.#records.updateState(paymentId, next);
    this.#alarm.armFor(next.dueTimeMs);
    return next;
  }

  #stateOf(paymentId: string): PaymentState {
    const claim = this.#records.findClaim(paymentId);
    if (!claim) throw new Error("A claimed payment cannot disappear");
    return claim.state;
  }

  #claimCode(paymentId: string, { paymentCode, customerId }: PaymentTerms): Promise<CodeClaim | Silent> {
    return this.#onCodes(paymentCode, async (codes, code) => codes.claim(code, paymentId, customerId));
  }

  #onCodes<T>(code: string, call: (codes: DurableObjectStub<Codes>, code: string) => Promise<T>): Promise<T | Silent> {
    const { shardCount, locationHint } = this.#configuration;
    const shard = shardOf(code, shardCount);
    return askShard(this.env.CODES, shard, locationHint, this.#deadline, (codes) => call(codes, code));
  }
}
