/** Refunds once per `refundId`: part of the home, on its storage and turn. */

import { nowMs } from "../../protocol/clock.ts";
import type { RefundCommand, RefundReply } from "../messages.ts";
import type { SmallestAmounts } from "../settings/smallest-amounts.ts";
import type { CorePayments } from "./core-payments.ts";
import { decideRefund, type RefundablePayment, type RefundState, refuseRefund } from "./machine/refund.ts";
import { smallestRefundMinor } from "./machine/smallest-amounts.ts";
import type { PaymentRecord } from "./records.ts";
import type { RefundRecords } from "./refund-records.ts";
import type { RefundStore } from "./refund-store.ts";

/** The dependencies of the refunds, all of them parts of the home. */
type RefundsContext = {
  readonly refunds: RefundRecords;
  readonly refundStore: RefundStore;
  readonly payments: CorePayments;
  /** The core of the settings. */
  readonly core: string;
  readonly smallestAmounts: SmallestAmounts;
};

/** Takes each refund of a home once: decides it before the core is asked, and answers repeats from what is stored. */
export class Refunds {
  readonly #context: RefundsContext;

  constructor(context: RefundsContext) {
    this.#context = context;
  }

  /** Refunds a part or all of a payment. */
  async refund(command: RefundCommand, payment: PaymentRecord): Promise<RefundReply> {
    const known = this.#context.refunds.find(command.refundId);
    if (!known) return this.#claim(command, payment);
    const isSame = known.fingerprint === command.fingerprint && known.paymentId === command.paymentId;
    if (!isSame) return { outcome: "INCONSISTENT" };
    // A repeat joins the refund that is under way, or returns what is stored.
    return refundReplyOf(((await this.#context.payments.refundUnderWay(command.refundId)) ?? known).state);
  }

  /** Decides, reserves the amounts and stores the refund in one turn. */
  async #claim(command: RefundCommand, payment: PaymentRecord): Promise<RefundReply> {
    const { refundStore, payments, core, smallestAmounts } = this.#context;
    const decision = decideRefund(refundablePaymentOf(payment, smallestAmounts), command, nowMs());
    switch (decision.outcome) {
      case "PAYMENT_IN_PROCESS":
        return { outcome: "IN_PROCESS" };
      case "PARAMETER_ILLEGAL":
        return decision;
      case "REFUSED":
        return refundReplyOf(refundStore.insert(command, refuseRefund(decision.reason)).state);
      case "ACCEPTED": {
        if (payment.core !== core) return { outcome: "IN_PROCESS" };
        const record = await payments.refund({ command, amounts: decision.amounts }, payment);
        return refundReplyOf(record.state);
      }
    }
  }
}

function refundablePaymentOf(payment: PaymentRecord, smallestAmounts: SmallestAmounts): RefundablePayment {
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
    smallestRefundMinor: terms ? smallestRefundMinor(terms, smallestAmounts) : 1n,
  };
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
