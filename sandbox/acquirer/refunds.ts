/**
 * Refunds of sales: claimed, then requested until Alipay+ has given a final answer. Part of the Sales object.
 *
 * Source: docs/spec/wallet/refund.md; docs/spec/idempotency.md.
 */

import type { DueAlarm } from "../../durable/platform/due-alarm.ts";
import { SingleFlight } from "../../durable/platform/single-flight.ts";
import { nowMs } from "../../protocol/clock.ts";
import { amountOf } from "../../protocol/parameters.ts";
import { askRefund, nextRefund } from "../alipayplus/payments/machine/refund.ts";
import type { AlipayPlusClient } from "./alipayplus-client.ts";
import { type RefundReport, refundReport } from "./answers.ts";
import { TURN_MS } from "./machine/sale.ts";
import type { RefundSaleCommand } from "./messages.ts";
import type { SaleRefund, SaleRefundRecords } from "./refund-records.ts";
import type { SaleFlow } from "./sale-flow.ts";
import type { SaleRecords } from "./sale-records.ts";

/** The most refunds that a sale may have, refused ones too. */
export const REFUNDS_LIMIT = 100;

/** The dependencies of the refunds, all of them parts of the Sales object. */
type RefundsContext = {
  readonly sales: SaleRecords;
  readonly records: SaleRefundRecords;
  readonly saleFlow: SaleFlow;
  readonly alipayPlus: AlipayPlusClient;
  readonly alarm: DueAlarm;
};

/** How a refund ended; the refund itself is read afterwards. */
type RefundOutcome = "KNOWN" | "UNKNOWN" | "INCONSISTENT" | "NOT_SUCCESSFUL" | "TOO_MANY_REFUNDS";

/** The refunds that merchants ask for, and those that stand in for a cancel; the alarm repeats what is unanswered. */
export class Refunds {
  readonly #context: RefundsContext;
  readonly #asked = new SingleFlight<void>();

  constructor(context: RefundsContext) {
    this.#context = context;
  }

  /** Refunds a sale once; a repeat joins the call that runs. */
  async refund(command: RefundSaleCommand): Promise<RefundOutcome> {
    const { sales, records, alarm } = this.#context;
    const { paymentRequestId, refundRequestId, refundAmount, fault } = command;
    const sale = sales.find(paymentRequestId);
    if (!sale) return "UNKNOWN";
    const known = records.find(refundRequestId);
    if (known && !isSame(known, command)) return "INCONSISTENT";
    if (known) {
      await this.#asked.get(refundRequestId);
      return "KNOWN";
    }
    if (sale.state.status.name !== "SUCCEEDED") return "NOT_SUCCESSFUL";
    if (records.ofSale(paymentRequestId).length >= REFUNDS_LIMIT) return "TOO_MANY_REFUNDS";
    const state = askRefund(nowMs() + TURN_MS);
    records.insert({ refundRequestId, paymentRequestId, isForCancel: false, refundAmount, state });
    alarm.armFor(state.dueTimeMs);
    await this.#ask(refundRequestId, fault);
    return "KNOWN";
  }

  /** Requests a refund that is due once more. */
  async resolve({ refundRequestId }: SaleRefund): Promise<void> {
    if (!this.#asked.has(refundRequestId)) await this.#ask(refundRequestId);
  }

  #ask(refundRequestId: string, fault?: string): Promise<void> {
    return this.#asked.run(refundRequestId, async () => {
      const { sales, alipayPlus } = this.#context;
      const { paymentRequestId, refundAmount } = this.#require(refundRequestId);
      const sale = sales.find(paymentRequestId);
      if (!sale) throw new Error("A refund has no sale");
      const message = { paymentRequestId, refundRequestId, refundAmount: amountOf(refundAmount) };
      const answer = await alipayPlus.ask({ interface: sale.interface, name: "refund", message, fault });
      this.#hear(refundRequestId, refundReport(answer, nowMs()));
    });
  }

  /** Stores the answer, with its effect on the sale. */
  #hear(refundRequestId: string, { event, details, unknown }: RefundReport): void {
    const { records, saleFlow, alarm } = this.#context;
    const refund = this.#require(refundRequestId);
    records.learn(refundRequestId, details);
    if (unknown) records.setUnknown(refundRequestId, unknown);
    const state = nextRefund(refund.state, event, nowMs());
    if (state === refund.state) return;
    records.setState(refundRequestId, state);
    alarm.armFor(state.dueTimeMs);
    if (!refund.isForCancel || state.status.name === "ASKED") return;
    const isRefunded = state.status.name === "SUCCEEDED";
    saleFlow.apply(refund.paymentRequestId, { type: isRefunded ? "REFUNDED" : "REFUND_REFUSED" });
  }

  #require(refundRequestId: string): SaleRefund {
    const refund = this.#context.records.find(refundRequestId);
    if (!refund) throw new Error("A refund was lost");
    return refund;
  }
}

/** Whether a repeat has the same parameters (docs/spec/idempotency.md). */
function isSame(refund: SaleRefund, { paymentRequestId, refundAmount }: RefundSaleCommand): boolean {
  const { currency, amountMinor } = refund.refundAmount;
  const isSameAmount = currency === refundAmount.currency && amountMinor === refundAmount.amountMinor;
  return isSameAmount && refund.paymentRequestId === paymentRequestId;
}
