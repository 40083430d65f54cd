/**
 * Stores payments: state, alarm, notification and live event in one turn. Part of the home, on its storage;
 * machine/payment.ts decides what follows from which event.
 */

import { nowMs } from "../../protocol/clock.ts";
import type { DebitEntry } from "../ledger/ledger.ts";
import type { PayCommand } from "../messages.ts";
import type { DueAlarm } from "../platform/due-alarm.ts";
import { closeUnknownPayment, nextPayment, type PaymentEvent, type PaymentState } from "./machine/payment.ts";
import type { Publisher } from "./publish.ts";
import type { PaymentRecord, PaymentRecords } from "./records.ts";
import type { Texts } from "./texts.ts";

/** The dependencies of the store, all of them parts of the home. */
type StoreContext = {
  readonly records: PaymentRecords;
  readonly texts: Texts;
  readonly alarm: DueAlarm;
  readonly publisher: Publisher;
  /** The core of the settings, which new payments are paid with. */
  readonly core: string;
};

/** What is decided about a new payment. */
type NewPayment = {
  readonly state: PaymentState;
  readonly isOurs: boolean;
  readonly amountsDiffer?: boolean;
  readonly entry?: DebitEntry | undefined;
};

/** An event, and the entry of the debit that it reports. */
export type Settled = { readonly event: PaymentEvent; readonly entry?: DebitEntry };

const NOTHING_REFUNDED = { paymentMinor: 0n, payToMinor: 0n, customerMinor: 0n };

/** The one place where a home writes the state of a payment, always with what follows from it. */
export class PaymentStore {
  readonly #context: StoreContext;

  constructor(context: StoreContext) {
    this.#context = context;
  }

  /** Stores a new payment, which may have its final result already. */
  insert(command: PayCommand, { state, isOurs, amountsDiffer = false, entry }: NewPayment): void {
    const { paymentId, paymentRequestId, fingerprint, terms, texts } = command;
    const createdTimeMs = nowMs();
    this.#insert({
      paymentId,
      paymentRequestId,
      fingerprint,
      state,
      isOurs,
      isNotified: texts.paymentNotifyUrl !== undefined,
      core: this.#context.core,
      createdTimeMs,
      amountsDiffer,
      terms,
      refunded: NOTHING_REFUNDED,
      textsNumber: this.#context.texts.insert({ paymentId, refundId: undefined }, texts, createdTimeMs),
      entry,
    });
  }

  /** Stores that a payment has ended before its pay or order was stored. */
  insertTombstone(paymentId: string, paymentRequestId: string, closedBy: "CANCEL" | "EXPIRY"): PaymentState {
    const createdTimeMs = nowMs();
    const state = closeUnknownPayment(closedBy, createdTimeMs);
    this.#insert({
      paymentId,
      paymentRequestId,
      fingerprint: undefined,
      state,
      isOurs: false,
      isNotified: false,
      core: this.#context.core,
      createdTimeMs,
      amountsDiffer: false,
      terms: undefined,
      refunded: NOTHING_REFUNDED,
      textsNumber: undefined,
      entry: undefined,
    });
    return state;
  }

  /** Forgets a claim that the directory gave to another home. */
  remove({ paymentId, textsNumber }: PaymentRecord): void {
    this.#context.records.remove(paymentId);
    this.#context.texts.remove(textsNumber);
  }

  /**
   * Reads the payment's state, lets the machine decide, stores the new state with alarm and notification: one turn.
   *
   * @param follow what follows at once from the state after the event, as with the embedded core; undefined for nothing
   * @returns the state as it is now
   */
  apply(
    paymentId: string,
    event: PaymentEvent,
    follow?: (state: PaymentState, record: PaymentRecord) => Settled | undefined,
  ): PaymentState {
    const { records, alarm, publisher } = this.#context;
    const record = records.get(paymentId);
    const now = nowMs();
    const first = nextPayment(record.state, event, now);
    const settled = first === record.state ? undefined : follow?.(first, record);
    const next = settled ? nextPayment(first, settled.event, now) : first;
    if (next === record.state) return next;
    records.updateState(paymentId, next, settled?.entry);
    alarm.armFor(next.dueTimeMs);
    publisher.publish(paymentId, record, next);
    return next;
  }

  #insert(record: PaymentRecord): void {
    this.#context.records.insert(record);
    this.#context.alarm.armFor(record.state.dueTimeMs);
    const { isOurs, isNotified } = record;
    this.#context.publisher.publish(record.paymentId, { isOurs, isNotified }, record.state);
  }
}
