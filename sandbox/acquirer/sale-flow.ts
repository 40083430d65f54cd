/**
 * Sales from the first message to their end: claimed, paid, inquired, cancelled. Part of the Sales object, on its
 * storage and alarm. The machine decides what an answer means, and the state is written in the turn in which the answer
 * arrives. A message to Alipay+ is stored before it is sent.
 *
 * Source: docs/spec/time-limits.md#polling; docs/spec/results.md#how-a-result-is-reported,
 * docs/spec/wallet/cancel-payment.md.
 */

import type { DueAlarm } from "../../durable/platform/due-alarm.ts";
import { SingleFlight } from "../../durable/platform/single-flight.ts";
import { nowMs } from "../../protocol/clock.ts";
import type { JsonObject } from "../../protocol/json.ts";
import { askRefund } from "../alipayplus/payments/machine/refund.ts";
import { newId } from "../rehearsal/request-id.ts";
import type { AlipayPlusClient } from "./alipayplus-client.ts";
import {
  cancelEvent,
  inquiryReport,
  notificationReport,
  notifiedSaleOf,
  payReport,
  type SaleReport,
} from "./answers.ts";
import { newSale, nextSale, type SaleEvent, type SaleState } from "./machine/sale.ts";
import type { SaleCommand, SellCommand } from "./messages.ts";
import type { SaleRefundRecords } from "./refund-records.ts";
import type { Sale, SaleRecords } from "./sale-records.ts";

/** The dependencies of the sales, all of them parts of the Sales object. */
type SaleFlowContext = {
  readonly records: SaleRecords;
  readonly refundRecords: SaleRefundRecords;
  readonly alipayPlus: AlipayPlusClient;
  readonly alarm: DueAlarm;
  /** Learns of a debit that has failed, in the turn in which that becomes known. */
  readonly noteFailedDebit: (sale: Sale, resultCode: string) => void;
};

/** How a call of a merchant ended; the sale itself is read afterwards. */
type SaleFlowOutcome = "KNOWN" | "UNKNOWN" | "INCONSISTENT";

/** The sales of all merchants, debits included; the caller reads the sale afterwards. */
export class SaleFlow {
  readonly #context: SaleFlowContext;
  /** One call at a time asks for the result of a sale; a cancel does not wait for it. */
  readonly #asked = new SingleFlight<void>();
  readonly #cancelled = new SingleFlight<void>();

  constructor(context: SaleFlowContext) {
    this.#context = context;
  }

  /** Makes a sale once; a repeat joins the call that runs. */
  async sell(command: SellCommand): Promise<SaleFlowOutcome> {
    const { records, alarm } = this.#context;
    const { paymentRequestId } = command;
    const known = records.find(paymentRequestId);
    if (known && !isSame(known, command)) return "INCONSISTENT";
    if (known) {
      await this.#asked.get(paymentRequestId);
    } else {
      const now = nowMs();
      const state = newSale(command.expiryTimeMs, now);
      records.insert({ ...command, subscriptionId: command.subscriptionId, createdTimeMs: now, state });
      alarm.armFor(state.dueTimeMs);
      await this.#asked.run(paymentRequestId, () => this.#pay(command));
    }
    return "KNOWN";
  }

  /** The merchant asks for the result of a sale, whatever else is under way. */
  async inquire({ paymentRequestId, fault }: SaleCommand): Promise<SaleFlowOutcome> {
    if (!this.#context.records.find(paymentRequestId)) return "UNKNOWN";
    await this.#inquire(paymentRequestId, fault);
    return "KNOWN";
  }

  /** The merchant closes an order, or cancels a sale, whatever its status. */
  async cancel({ paymentRequestId, fault }: SaleCommand): Promise<SaleFlowOutcome> {
    if (!this.#context.records.find(paymentRequestId)) return "UNKNOWN";
    this.apply(paymentRequestId, { type: "CANCEL" });
    await this.#cancel(paymentRequestId, fault);
    return "KNOWN";
  }

  /** Takes a notification that Alipay+ has signed; one about an unknown sale changes nothing. */
  takeNotification(message: JsonObject): void {
    const { records } = this.#context;
    const paymentRequestId = notifiedSaleOf(message);
    const sale = paymentRequestId === undefined ? undefined : records.find(paymentRequestId);
    const report = sale && notificationReport(message, sale, nowMs());
    if (!report) return;
    records.countNotification(sale.paymentRequestId);
    this.#hear(sale.paymentRequestId, () => report);
  }

  /** Acts on a sale that is due, unless an answer about it is pending. */
  async resolve({ paymentRequestId, state }: Sale): Promise<void> {
    const underWay = state.status.name === "CANCELLING" ? this.#cancelled : this.#asked;
    if (underWay.has(paymentRequestId)) return;
    const { status } = this.apply(paymentRequestId, { type: "DUE" });
    if (status.name === "CANCELLING") await this.#cancel(paymentRequestId);
    else await this.#asked.run(paymentRequestId, () => this.#inquire(paymentRequestId));
  }

  /** Applies an event to a sale, and writes the effects with it: the refund that replaces a cancel, the alarm. */
  apply(paymentRequestId: string, event: SaleEvent): SaleState {
    const { records, alarm } = this.#context;
    const sale = this.#require(paymentRequestId);
    const now = nowMs();
    const state = nextSale(sale.state, event, now);
    if (state === sale.state) return state;
    records.setState(paymentRequestId, state);
    alarm.armFor(state.dueTimeMs);
    if (state.status.name === "FAILED" && sale.subscriptionId !== undefined) {
      this.#context.noteFailedDebit(sale, state.status.failure.resultCode);
    }
    if (state.status.name === "REFUNDING" && sale.state.status.name !== "REFUNDING") this.#refundWhole(sale, now);
    return state;
  }

  /** The alarm requests the refund, as it does any unanswered one. */
  #refundWhole({ paymentRequestId, paymentAmount: refundAmount }: Sale, timeMs: number): void {
    const { refundRecords, alarm } = this.#context;
    const refund = { refundRequestId: newId(), paymentRequestId, isForCancel: true, refundAmount };
    refundRecords.insert({ ...refund, state: askRefund(timeMs) });
    alarm.armFor(timeMs);
  }

  async #pay({ paymentRequestId, interface: called, message, origin, fault }: SellCommand): Promise<void> {
    const question = { interface: called, name: "pay", message, origin, fault } as const;
    const answer = await this.#context.alipayPlus.ask(question);
    this.#hear(paymentRequestId, (sale) => payReport(answer, sale, nowMs()));
  }

  async #inquire(paymentRequestId: string, fault?: string): Promise<void> {
    const { records, alipayPlus } = this.#context;
    const { interface: called } = this.#require(paymentRequestId);
    records.countInquiry(paymentRequestId);
    const question = { interface: called, name: "inquiryPayment", message: { paymentRequestId }, fault } as const;
    const answer = await alipayPlus.ask(question);
    this.#hear(paymentRequestId, (sale) => inquiryReport(answer, sale, nowMs()));
  }

  #cancel(paymentRequestId: string, fault?: string): Promise<void> {
    return this.#cancelled.run(paymentRequestId, async () => {
      const { interface: called } = this.#require(paymentRequestId);
      const question = { interface: called, name: "cancelPayment", message: { paymentRequestId }, fault } as const;
      this.apply(paymentRequestId, cancelEvent(await this.#context.alipayPlus.ask(question)));
    });
  }

  /** Applies an answer or a notification to the sale as it is now. */
  #hear(paymentRequestId: string, reportAbout: (sale: Sale) => SaleReport): void {
    const { records } = this.#context;
    const { event, details, unknown } = reportAbout(this.#require(paymentRequestId));
    records.learn(paymentRequestId, details);
    if (unknown) records.setUnknown(paymentRequestId, unknown);
    this.apply(paymentRequestId, event);
  }

  #require(paymentRequestId: string): Sale {
    const sale = this.#context.records.find(paymentRequestId);
    if (!sale) throw new Error("A sale was lost");
    return sale;
  }
}

/**
 * Whether a repeat has the same parameters: those that Alipay+ would compare, and the interface
 * (docs/spec/idempotency.md).
 */
function isSame(sale: Sale, command: SellCommand): boolean {
  const { currency, amountMinor } = command.paymentAmount;
  return (
    sale.interface === command.interface &&
    sale.scenario === command.scenario &&
    sale.subscriptionId === command.subscriptionId &&
    sale.paymentAmount.currency === currency &&
    sale.paymentAmount.amountMinor === amountMinor
  );
}
