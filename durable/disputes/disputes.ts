/**
 * Disputes of a home's payments: initiated by operators, sent to Alipay+ by the outbox, answered by Alipay+. Part of
 * the home, on its storage, alarm and turn; machine/dispute.ts decides.
 *
 * Source: docs/spec/wallet/other-services.md#disputes; docs/decisions/0002-claim-before-call.md.
 */
import { nowMs } from "../../protocol/clock.ts";
import type { DisputeRequest } from "../../protocol/exchange/schemas.ts";
import type { JsonObject } from "../../protocol/json.ts";
import { formatTime } from "../../protocol/time.ts";
import { callOnce, textOfAttempt } from "../alipayplus-client.ts";
import type { Env } from "../env.ts";
import type { PaymentRecord, PaymentRecords } from "../payments/records.ts";
import type { Texts } from "../payments/texts.ts";
import type { Connections } from "../platform/connections.ts";
import type { DueAlarm } from "../platform/due-alarm.ts";
import { Deliveries, type Delivery } from "../platform/outbox/deliveries.ts";
import type { OutboxReport } from "../platform/outbox/outbox.ts";
import { disputeIdOf } from "./dispute-id.ts";
import {
  type DisputeAnswer,
  type DisputedPayment,
  type DisputeEvent,
  type DisputeKind,
  type DisputeRefusal,
  type DisputeState,
  type DisputeStatus,
  type DisputeWish,
  decideAnswer,
  decideDispute,
  nextDispute,
} from "./machine/dispute.ts";
import type { DisputeRecord, DisputeRecords } from "./records.ts";

/** A dispute among what operators see of a payment: without amounts and texts. */
export type DisputeSummary = {
  readonly disputeRequestId: string;
  readonly kind: DisputeKind;
  readonly status: DisputeStatus["name"];
};

/** A dispute as operators see it. */
export type DisputeReport = {
  readonly disputeRequestId: string;
  readonly state: DisputeState;
  /** Of the escalation's amounts. */
  readonly currency: string;
  /** The message that is sent, and the answer as it came; undefined once they are erased. */
  readonly message: string | undefined;
  readonly answer: string | undefined;
  readonly delivery: OutboxReport | undefined;
};

/** What an operator's dispute comes to; UNKNOWN: the home has no such payment. */
export type InitiateReply =
  | { readonly outcome: "STORED"; readonly dispute: DisputeReport }
  | { readonly outcome: "REFUSED"; readonly reason: DisputeRefusal }
  | { readonly outcome: "UNKNOWN" };

/** What becomes of an answer of Alipay+; UNKNOWN: the home has no dispute of this id and kind. */
export type AnswerReply =
  | { readonly outcome: "TAKEN" | "REPEATED" | "INCONSISTENT" | "UNKNOWN" }
  | { readonly outcome: "PARAMETER_ILLEGAL"; readonly parameter: string };

/** The dependencies of the disputes, all of them parts of the home. */
type DisputesContext = {
  readonly sql: SqlStorage;
  readonly env: Env;
  readonly records: DisputeRecords;
  readonly payments: PaymentRecords;
  readonly texts: Texts;
  readonly alarm: DueAlarm;
  readonly connections: Connections;
};

/** The disputes of one home's payments; only `sendDue` waits for anything. */
export class Disputes {
  readonly #context: DisputesContext;
  readonly #deliveries: Deliveries;

  constructor(context: DisputesContext) {
    this.#context = context;
    const { sql, alarm } = context;
    const deliveryOf = (disputeRequestId: string) => this.#deliveryOf(disputeRequestId);
    this.#deliveries = new Deliveries({ topic: "disputes", isRefusalFinal: true, sql, alarm, deliveryOf });
  }

  /**
   * Stores a dispute that is to be sent, unless its rules refuse it: one turn.
   *
   * @param parameters what the operator hands on to Alipay+ beside the parameters of our own
   */
  initiate(paymentId: string, wish: DisputeWish, parameters: JsonObject): InitiateReply {
    const { payments, records } = this.#context;
    const payment = payments.find(paymentId);
    if (!payment) return { outcome: "UNKNOWN" };
    const now = nowMs();
    const states = records.ofPayment(paymentId).map(({ state }) => state);
    const decision = decideDispute(disputedPaymentOf(payment), states, wish, now);
    if (decision.outcome === "REFUSED") return decision;
    const disputeRequestId = disputeIdOf(paymentId, wish.kind, decision.number);
    const request: DisputeRequest = {
      disputeOccurTime: formatTime(now),
      ...parameters,
      disputeRequestId,
      paymentRequestId: payment.paymentRequestId,
    };
    const textsNumber = this.#store(paymentId, JSON.stringify(request), now);
    records.insert({ disputeRequestId, paymentId, state: decision.state, textsNumber, answerTextsNumber: undefined });
    this.#deliveries.put(disputeRequestId);
    return { outcome: "STORED", dispute: this.#reportOf(this.#get(disputeRequestId)) };
  }

  /** Has a dispute sent again, from the beginning of the schedule, while Alipay+ has not said whether it accepts it. */
  sendAgain(paymentId: string, disputeRequestId: string): "DUE" | "NOT_SENDING" | "ABANDONED" | "UNKNOWN" {
    const known = this.#context.records.find(disputeRequestId);
    if (known?.paymentId !== paymentId) return "UNKNOWN";
    const { name } = known.state.status;
    if (name === "ABANDONED") return name;
    if (name !== "SENDING") return "NOT_SENDING";
    this.#deliveries.put(disputeRequestId);
    return "DUE";
  }

  /** Takes an answer of Alipay+, once: one turn. */
  answer(disputeRequestId: string, answer: DisputeAnswer, message: string): AnswerReply {
    const { records, payments } = this.#context;
    const known = records.find(disputeRequestId);
    if (known?.state.kind !== answer.kind) return { outcome: "UNKNOWN" };
    const payment = disputedPaymentOf(payments.get(known.paymentId));
    const now = nowMs();
    const decision = decideAnswer(known.state, payment, answer, now);
    if (decision.outcome !== "TAKEN") return decision;
    this.#apply(disputeRequestId, decision.event, this.#store(known.paymentId, message, now));
    // What Alipay+ answers has reached it.
    this.#deliveries.withdraw(disputeRequestId);
    return { outcome: "TAKEN" };
  }

  /** The disputes of a payment in short, oldest first. */
  summary(paymentId: string): DisputeSummary[] {
    return this.#context.records.ofPayment(paymentId).map(({ disputeRequestId, state }) => {
      return { disputeRequestId, kind: state.kind, status: state.status.name };
    });
  }

  /** The disputes of a payment, oldest first. */
  ofPayment(paymentId: string): DisputeReport[] {
    return this.#context.records.ofPayment(paymentId).map((record) => this.#reportOf(record));
  }

  /** Whether a dispute is still to be sent. */
  isSending({ disputeRequestId }: DisputeRecord): boolean {
    return this.#deliveries.report(disputeRequestId)?.dueTimeMs !== undefined;
  }

  /** Sends the disputes that are due, a few at the same time. Never rejects. */
  sendDue(atOnceLimit: number): Promise<void> {
    return this.#deliveries.sendDue(atOnceLimit);
  }

  #deliveryOf(disputeRequestId: string): Delivery {
    const { env, texts, records, connections } = this.#context;
    const record = records.find(disputeRequestId);
    const message = texts.find(record?.textsNumber)?.message;
    if (!record || message === undefined) return { resultCode: "NONE", send: "MESSAGE_GONE" };
    const { kind } = record.state;
    const send = async () => {
      const name = kind === "RETRIEVAL" ? "initiateRetrieval" : "initiateEscalation";
      const verdict = await callOnce(env, name, JSON.parse(message) as DisputeRequest);
      if (verdict.outcome === "S") this.#apply(disputeRequestId, { type: "ACCEPTED" });
      if (verdict.outcome === "F") this.#apply(disputeRequestId, { type: "REFUSED", resultCode: verdict.code });
      return textOfAttempt(verdict);
    };
    return { resultCode: kind, send: () => connections.run(connections.takeTurn(), send) };
  }

  /** Reads the dispute, lets the machine decide, and stores its new state. */
  #apply(disputeRequestId: string, event: DisputeEvent, answerTextsNumber?: number): void {
    const record = this.#get(disputeRequestId);
    const state = nextDispute(record.state, event);
    if (state === record.state) return;
    const answered = answerTextsNumber === undefined ? {} : { answerTextsNumber };
    this.#context.records.update({ ...record, state, ...answered });
  }

  #store(paymentId: string, message: string, timeMs: number): number {
    const texts = { message, paymentPromoInfo: undefined, paymentNotifyUrl: undefined };
    return this.#context.texts.insert({ paymentId, refundId: undefined }, texts, timeMs);
  }

  #get(disputeRequestId: string): DisputeRecord {
    const record = this.#context.records.find(disputeRequestId);
    if (!record) throw new Error("A stored dispute cannot disappear");
    return record;
  }

  #reportOf({ disputeRequestId, paymentId, state, textsNumber, answerTextsNumber }: DisputeRecord): DisputeReport {
    const { payments, texts } = this.#context;
    const { currency } = disputedPaymentOf(payments.get(paymentId));
    const message = texts.find(textsNumber)?.message;
    const answer = texts.find(answerTextsNumber)?.message;
    const delivery = this.#deliveries.report(disputeRequestId);
    return { disputeRequestId, state, currency, message, answer, delivery };
  }
}

/** A tombstone was never paid, and has no amounts. */
function disputedPaymentOf({ state, terms, refunded }: PaymentRecord): DisputedPayment {
  return {
    status: state.status,
    currency: terms?.paymentAmount.currency ?? "",
    paidMinor: terms?.paymentAmount.amountMinor ?? 0n,
    refundedMinor: refunded.paymentMinor,
  };
}
