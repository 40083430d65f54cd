/**
 * The refunds of the network: claimed, with their amounts reserved, and requested until the wallet has given a final
 * answer. Part of the Network object.
 *
 * Source: docs/spec/idempotency.md; docs/spec/wallet/refund.md.
 */

import type { DueAlarm } from "../../../durable/platform/due-alarm.ts";
import { logFault } from "../../../durable/platform/log.ts";
import { SingleFlight } from "../../../durable/platform/single-flight.ts";
import { nowMs } from "../../../protocol/clock.ts";
import { WALLET_TURN_MS } from "./machine/payment.ts";
import {
  addShares,
  askRefund,
  decideRefund,
  NO_SHARES,
  nextRefund,
  type RefundablePayment,
  type RefundEvent,
  type RefundRefusal,
  type Shares,
  subtractShares,
} from "./machine/refund.ts";
import { REFUND_REFUSALS, type RefundCommand, type RefundReply } from "./messages.ts";
import { smallestAmountMinorOf } from "./network-wallets.ts";
import { type PaymentRecord, type PaymentRecords, paidShares } from "./records/payment-records.ts";
import type { RefundRecord, RefundRecords } from "./records/refund-records.ts";
import type { SettlementLedger } from "./records/settlement-ledger.ts";
import type { Wallet } from "./wallet.ts";

/** The dependencies of the refunds, all of them parts of the Network object. */
type RefundsContext = {
  readonly payments: PaymentRecords;
  readonly records: RefundRecords;
  readonly settlementLedger: SettlementLedger;
  readonly wallet: Wallet;
  readonly alarm: DueAlarm;
};

/** The refunds of all acquirers; the alarm asks the wallet again for what is unanswered. */
export class Refunds {
  readonly #context: RefundsContext;
  readonly #asked = new SingleFlight<void>();

  constructor(context: RefundsContext) {
    this.#context = context;
  }

  /** Refunds a payment once; a repeat joins the call that runs, or answers what is stored. */
  async refund(command: RefundCommand): Promise<RefundReply> {
    const { payments, records } = this.#context;
    const known = records.find(command.refundId);
    if (known && known.fingerprint !== command.fingerprint) return { outcome: "INCONSISTENT" };
    if (known) {
      await this.#asked.get(command.refundId);
    } else {
      const payment = payments.find(command.paymentId);
      if (!payment?.terms || payment.terms.manual) return { outcome: "PAYMENT_UNKNOWN" };
      if (payment.terms.requested.currency !== command.refundAmount.currency) return { outcome: "CURRENCY_DIFFERENT" };
      if (!this.#claim(command, payment)) return { outcome: "PAYMENT_IN_PROCESS" };
      await this.#ask(command.refundId);
    }
    const refund = records.find(command.refundId);
    const payment = refund && payments.find(refund.paymentId);
    return refund && payment ? { outcome: "KNOWN", refund, payment } : { outcome: "PAYMENT_UNKNOWN" };
  }

  /** Asks the wallet once more for a refund that is due. Never rejects. */
  async resolve({ refundId }: RefundRecord): Promise<void> {
    if (!this.#asked.has(refundId)) await this.#ask(refundId);
  }

  /** Stores a refund, accepted or refused; false, and nothing is stored, while the payment's result is not known. */
  #claim({ refundId, refundRequestId, fingerprint, refundAmount }: RefundCommand, payment: PaymentRecord): boolean {
    const { payments, records, alarm } = this.#context;
    const now = nowMs();
    const { refunded, paymentId } = payment;
    const decision = decideRefund(refundableOf(payment), refundAmount.amountMinor, now);
    if (decision.outcome === "PAYMENT_IN_PROCESS") return false;
    const shares = decision.outcome === "ACCEPTED" ? decision.shares : refusedShares(refundAmount.amountMinor);
    const asked = askRefund(now + WALLET_TURN_MS);
    const claim = { refundId, refundRequestId, paymentId, fingerprint, createdTimeMs: now, shares };
    records.insert({ ...claim, state: asked });
    if (decision.outcome === "ACCEPTED") {
      payments.setRefunded(paymentId, addShares(refunded, shares));
      alarm.armFor(asked.dueTimeMs);
    } else {
      records.setState(refundId, nextRefund(asked, refusalEvent(decision.reason), now));
    }
    return true;
  }

  #ask(refundId: string): Promise<void> {
    return this.#asked.run(refundId, async () => {
      const refund = this.#context.records.find(refundId);
      const payment = refund && this.#context.payments.find(refund.paymentId);
      if (!payment?.charge || refund?.state.status.name !== "ASKED") return;
      this.#apply(refundId, await this.#heard(refund, payment));
    });
  }

  async #heard(refund: RefundRecord, payment: PaymentRecord): Promise<RefundEvent> {
    try {
      return payment.charge ? await this.#context.wallet.refund(refund, payment, payment.charge) : { type: "UNKNOWN" };
    } catch (error) {
      logFault("network-refund-failed", error);
      return { type: "UNKNOWN" };
    }
  }

  /** The refund after an answer, written with the settlement ledger, or with its reserved amounts released. */
  #apply(refundId: string, event: RefundEvent): void {
    const { payments, records, settlementLedger, alarm } = this.#context;
    const refund = records.find(refundId);
    const payment = refund && payments.find(refund.paymentId);
    if (!refund || !payment?.terms || !payment.charge) return;
    const now = nowMs();
    const state = nextRefund(refund.state, event, now);
    if (state === refund.state) return;
    records.setState(refundId, state);
    alarm.armFor(state.dueTimeMs);
    const { status } = state;
    if (status.name === "FAILED") {
      payments.setRefunded(payment.paymentId, subtractShares(payment.refunded, refund.shares));
    } else if (status.name === "SUCCEEDED") {
      const payTo = { ...payment.charge.payTo, amountMinor: refund.shares.payToMinor };
      const settlement = { ...payment.terms.settlement, amountMinor: refund.shares.settlementMinor };
      const times = { timeMs: status.refundTimeMs, knownTimeMs: now };
      settlementLedger.write({ kind: "REFUND", movementId: refundId, ...times, payTo, settlement });
    }
  }
}

function refundableOf(payment: PaymentRecord): RefundablePayment {
  const { state, terms, charge, refunded } = payment;
  const smallestMinor = terms && charge ? smallestAmountMinorOf(terms, charge.payTo.currency) : 1n;
  return { state, paid: paidShares(payment), refunded, smallestMinor };
}

/** A refused refund moves no money; its requested amount is kept. */
function refusedShares(requestedMinor: bigint): Shares {
  return { ...NO_SHARES, requestedMinor };
}

function refusalEvent(reason: RefundRefusal): RefundEvent {
  const { resultCode, resultMessage } = REFUND_REFUSALS[reason];
  return { type: "REFUSED", failure: { resultCode, resultMessage } };
}
