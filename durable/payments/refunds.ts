/** The refunds of one shard: part of the Payments object, on the same storage, alarm and turn. */

import { nowMs } from "../../protocol/clock.ts";
import type { Configuration, Env } from "../env.ts";
import type { RefundCommand, RefundReply } from "../messages.ts";
import { askShard } from "../platform/call-shard.ts";
import type { Deadline, Unanswered } from "../platform/deadline.ts";
import type { DueAlarm } from "../platform/due-alarm.ts";
import { shardOf } from "../platform/shard.ts";
import { SingleFlight } from "../platform/single-flight.ts";
import type { RefundAnswer, WalletCore } from "../wallet-core/port.ts";
import {
  add,
  claimRefund,
  decideRefund,
  nextRefund,
  type RefundableAmounts,
  type RefundablePayment,
  type RefundEvent,
  type RefundState,
  refuseRefund,
  subtract,
} from "./machine/refund.ts";
import type { PaymentRecord, PaymentRecords, PaymentTerms } from "./records.ts";
import { type RefundRecord, RefundRecords } from "./refund-records.ts";

const NOTHING: RefundableAmounts = { paymentMinor: 0n, payToMinor: 0n, customerMinor: 0n };

/** The dependencies of the refunds, all of them parts of the Payments object. */
type RefundsContext = {
  readonly sql: SqlStorage;
  readonly env: Env;
  readonly configuration: Configuration;
  readonly deadline: Deadline;
  readonly core: WalletCore;
  readonly records: PaymentRecords;
  readonly alarm: DueAlarm;
};

export class Refunds {
  readonly #context: RefundsContext;
  readonly #records: RefundRecords;
  readonly #credits = new SingleFlight<RefundRecord>();

  constructor(context: RefundsContext) {
    this.#context = context;
    this.#records = new RefundRecords(context.sql);
  }

  /** Binds a refund id to a payment: the first one that claims it. */
  claimKey(refundId: string, paymentId: string): string {
    return this.#records.claimKey(refundId, paymentId);
  }

  /** Refunds once per `refundId`. */
  async refund(command: RefundCommand): Promise<RefundReply> {
    if (!this.#records.find(command.refundId)) {
      const holder = await this.#claimKeyInItsShard(command);
      if (typeof holder !== "string") return { outcome: "IN_PROCESS" };
      if (holder !== command.paymentId) return { outcome: "INCONSISTENT" };
    }
    // Another event may have run meanwhile: from here to the claim everything is one turn.
    const known = this.#records.find(command.refundId);
    return known ? this.#repeat(known, command) : this.#claim(command);
  }

  /** Resolves the refunds that are due; one promise per refund. */
  resolveDue(timeMs: number, limit: number): Promise<RefundRecord>[] {
    return this.#records.due(timeMs, limit).map((record) => this.#credit(record));
  }

  async #repeat(known: RefundRecord, command: RefundCommand): Promise<RefundReply> {
    if (known.fingerprint !== command.fingerprint || known.paymentId !== command.paymentId) {
      return { outcome: "INCONSISTENT" };
    }
    const running = this.#credits.get(command.refundId);
    return refundReplyOf((running ? await running : known).state);
  }

  /** Decides, reserves the amounts and stores the refund in one turn; then asks the core. */
  async #claim(command: RefundCommand): Promise<RefundReply> {
    const payment = this.#context.records.find(command.paymentId);
    const now = nowMs();
    if (!payment) {
      const state = refuseRefund("PAYMENT_UNKNOWN");
      this.#insert(command, state, NOTHING, now);
      return refundReplyOf(state);
    }
    const decision = decideRefund(refundablePaymentOf(payment), command, now);
    switch (decision.outcome) {
      case "PAYMENT_IN_PROCESS":
        return { outcome: "IN_PROCESS" };
      case "PARAMETER_ILLEGAL":
        return decision;
      case "REFUSED": {
        const state = refuseRefund(decision.reason);
        this.#insert(command, state, NOTHING, now);
        return refundReplyOf(state);
      }
      case "ACCEPTED": {
        const record = this.#insert(command, claimRefund(now), decision.amounts, now);
        this.#context.records.updateRefunded(payment.paymentId, add(payment.refunded, decision.amounts));
        this.#context.alarm.armFor(record.state.dueTimeMs);
        return refundReplyOf((await this.#credit(record)).state);
      }
    }
  }

  #insert(command: RefundCommand, state: RefundState, amounts: RefundableAmounts, now: number): RefundRecord {
    const { refundId, refundRequestId, paymentId, fingerprint, message } = command;
    const record = { refundId, refundRequestId, paymentId, fingerprint, createdTimeMs: now, state, amounts };
    this.#records.insert(record, message);
    return record;
  }

  /** Asks the core to credit the customer, and stores its answer. */
  #credit(record: RefundRecord): Promise<RefundRecord> {
    return this.#credits.run(record.refundId, async () => {
      const terms = this.#termsOf(record);
      const answer = await this.#context.core.refund({
        refundId: record.refundId,
        paymentId: record.paymentId,
        customerId: terms.customerId,
        credit: { currency: terms.debit.currency, amountMinor: record.amounts.customerMinor },
        payTo: { currency: terms.debit.currency, amountMinor: record.amounts.payToMinor },
      });
      return this.#apply(record.refundId, refundEventOf(answer, record.createdTimeMs));
    });
  }

  /** Reads the refund, lets the machine decide, stores its new state and the alarm: one turn. */
  #apply(refundId: string, event: RefundEvent): RefundRecord {
    const record = this.#records.find(refundId);
    if (!record) throw new Error("A claimed refund cannot disappear");
    const state = nextRefund(record.state, event, nowMs());
    if (state === record.state) return record;
    this.#records.updateState(refundId, state);
    if (state.status.name === "FAILED") this.#release(record);
    this.#context.alarm.armFor(state.dueTimeMs);
    return { ...record, state };
  }

  /** Releases the amounts of a refused refund for other refunds. */
  #release(record: RefundRecord): void {
    const payment = this.#context.records.find(record.paymentId);
    if (payment) this.#context.records.updateRefunded(payment.paymentId, subtract(payment.refunded, record.amounts));
  }

  #termsOf(record: RefundRecord): PaymentTerms {
    const terms = this.#context.records.find(record.paymentId)?.terms;
    if (!terms) throw new Error("Only a payment that was claimed can be refunded");
    return terms;
  }

  #claimKeyInItsShard(command: RefundCommand): Promise<string | Unanswered> {
    const { env, configuration, deadline } = this.#context;
    const { shardCount, locationHint } = configuration;
    const { refundId, paymentId } = command;
    return askShard(env.PAYMENTS, shardOf(refundId, shardCount), locationHint, deadline, (shard) =>
      shard.claimRefundKey(refundId, paymentId),
    );
  }
}

function refundablePaymentOf(payment: PaymentRecord): RefundablePayment {
  const { terms } = payment;
  return {
    status: payment.state.status,
    paymentCurrency: terms?.paymentAmount.currency ?? "",
    walletCurrency: terms?.debit.currency ?? "",
    paid: {
      paymentMinor: terms?.paymentAmount.amountMinor ?? 0n,
      payToMinor: terms?.payToAmount.amountMinor ?? 0n,
      customerMinor: terms?.debit.amountMinor ?? 0n,
    },
    refunded: payment.refunded,
  };
}

/**
 * What the core's answer means for a refund that was claimed at `sinceTimeMs`. Its time is never earlier than the
 * claim, even if the core's clock is behind.
 */
function refundEventOf(answer: RefundAnswer, sinceTimeMs: number): RefundEvent {
  switch (answer.outcome) {
    case "DONE":
      return { type: "REFUNDED", timeMs: Math.max(answer.timeMs, sinceTimeMs) };
    case "REFUSED":
      return { type: "REFUSED", reason: answer.reason };
    case "UNANSWERED":
      return { type: "UNANSWERED" };
  }
}

function refundReplyOf(state: RefundState): RefundReply {
  const { status } = state;
  switch (status.name) {
    case "PROCESSING":
      return { outcome: "IN_PROCESS" };
    case "SUCCEEDED":
      return { outcome: "SUCCEEDED", refundTimeMs: status.refundTimeMs };
    case "FAILED":
      return { outcome: "REFUSED", reason: status.reason };
  }
}
