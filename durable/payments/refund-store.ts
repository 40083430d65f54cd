/** Stores refunds, and reserves and releases their amounts: part of the home, on its storage, alarm and turn. */

import { nowMs } from "../../protocol/clock.ts";
import type { RefundCommand } from "../messages.ts";
import type { DueAlarm } from "../platform/due-alarm.ts";
import {
  add,
  nextRefund,
  type RefundableAmounts,
  type RefundEvent,
  type RefundState,
  subtract,
} from "./machine/refund.ts";
import type { PaymentRecords } from "./records.ts";
import type { RefundRecord, RefundRecords } from "./refund-records.ts";
import type { Texts } from "./texts.ts";

/** The dependencies of the store, all of them parts of the home. */
type RefundStoreContext = {
  readonly records: PaymentRecords;
  readonly refunds: RefundRecords;
  readonly texts: Texts;
  readonly alarm: DueAlarm;
};

const NOTHING: RefundableAmounts = { paymentMinor: 0n, payToMinor: 0n, customerMinor: 0n };

/** The one place where a home writes its refunds and what they have reserved of a payment. */
export class RefundStore {
  readonly #context: RefundStoreContext;

  constructor(context: RefundStoreContext) {
    this.#context = context;
  }

  /** Stores a refund, and reserves its amounts: one turn. A refused one has none. */
  insert(command: RefundCommand, state: RefundState, amounts: RefundableAmounts = NOTHING): RefundRecord {
    const { refundId, refundRequestId, paymentId, fingerprint, message } = command;
    const { records, refunds, texts, alarm } = this.#context;
    const createdTimeMs = nowMs();
    const textsNumber = texts.insert(
      { paymentId, refundId },
      { message, paymentPromoInfo: undefined, paymentNotifyUrl: undefined },
      createdTimeMs,
    );
    const record = { refundId, refundRequestId, paymentId, fingerprint, createdTimeMs, state, amounts, textsNumber };
    refunds.insert(record);
    if (amounts !== NOTHING) records.updateRefunded(paymentId, add(records.get(paymentId).refunded, amounts));
    alarm.armFor(state.dueTimeMs);
    return record;
  }

  /** Reads the refund, lets the machine decide, stores its new state and the alarm: one turn. */
  apply(refundId: string, event: RefundEvent): RefundRecord {
    const record = this.#context.refunds.find(refundId);
    if (!record) throw new Error("A stored refund cannot disappear");
    const state = nextRefund(record.state, event, nowMs());
    if (state === record.state) return record;
    this.#context.refunds.updateState(refundId, state);
    if (state.status.name === "FAILED") this.#release(record);
    this.#context.alarm.armFor(state.dueTimeMs);
    return { ...record, state };
  }

  /** Releases the amounts of a refused refund for other refunds. */
  #release({ paymentId, amounts }: RefundRecord): void {
    const { records } = this.#context;
    records.updateRefunded(paymentId, subtract(records.get(paymentId).refunded, amounts));
  }
}
