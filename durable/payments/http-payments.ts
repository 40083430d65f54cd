/**
 * Payments with a wallet's core by HTTP: whatever is owed to the core is stored before the core is called, and the
 * resolver goes on with what was left unfinished.
 *
 * Source: docs/decisions/0002-claim-before-call.md, docs/decisions/0003-unanswered-is-never-a-refusal.md.
 */

import { nowMs } from "../../protocol/clock.ts";
import type { EvaluateReply, PayCommand, PayReply } from "../messages.ts";
import type { PaymentCodes } from "../payment-codes/payment-codes.ts";
import { logFault } from "../platform/log.ts";
import { SingleFlight } from "../platform/single-flight.ts";
import type { DebitRefusal, DebitRequest, RefundAnswer, WalletCore } from "../wallet-core/port.ts";
import type { ClaimedPlace, Claims } from "./claims.ts";
import type { CorePayments } from "./core-payments.ts";
import { claimPayment, nextPayment, type PaymentEvent, type PaymentState } from "./machine/payment.ts";
import { hasMeans } from "./machine/payment-code.ts";
import { claimRefund, type RefundEvent } from "./machine/refund.ts";
import type { PaymentRecord, PaymentRecords } from "./records.ts";
import type { AcceptedRefund, RefundRecord } from "./refund-records.ts";
import type { RefundStore } from "./refund-store.ts";
import type { PaymentStore } from "./store.ts";
import { customerOf, debitEventOf, debitOf, ownRefusalOf, payReplyOf, repeatReplyOf } from "./views.ts";

/** The dependencies, all of them parts of the home. */
type HttpContext = {
  readonly core: WalletCore;
  readonly claims: Claims;
  readonly codes: PaymentCodes;
  readonly records: PaymentRecords;
  readonly store: PaymentStore;
  readonly refundStore: RefundStore;
};

/** The refusals of an evaluation that speak of nothing but limits. */
const LIMITS: readonly DebitRefusal[] = [
  "PAYMENT_LIMIT_EXCEEDED",
  "DAILY_AMOUNT_LIMIT_EXCEEDED",
  "DAILY_COUNT_LIMIT_EXCEEDED",
];

/** The payments of a home whose core is the wallet's own. In memory is only what is under way: a repeat joins it. */
export class HttpPayments implements CorePayments {
  readonly #context: HttpContext;
  readonly #pays = new SingleFlight<PayReply>();
  readonly #reversals = new SingleFlight<PaymentState>();
  readonly #credits = new SingleFlight<RefundRecord>();

  constructor(context: HttpContext) {
    this.#context = context;
  }

  pay(command: PayCommand): Promise<PayReply> {
    const { claims, codes, store } = this.#context;
    const { paymentId, expiryTimeMs, terms } = command;
    const { paymentCode = "" } = terms;
    // Sent before the first write, so that the claims in the directory and our own become durable side by side.
    const place = claims.claimPayment(paymentId, terms.customerId, expiryTimeMs);
    const state = claimPayment(hasMeans(terms), expiryTimeMs, nowMs());
    const code = state.status.name === "PROCESSING" ? claims.lookAtCode(command) : { isOurs: false };
    const isRefused = code?.refusal !== undefined || command.refusal !== undefined;
    if (state.status.name !== "PROCESSING" || isRefused) return this.#storeRefused(command, place);
    if (code?.isToBeUsed) codes.use(paymentCode, paymentId);
    store.insert(command, { state, isOurs: code?.isOurs ?? false });
    return this.#pays.run(paymentId, () => this.#payClaimed(paymentId, place));
  }

  underWay(paymentId: string): Promise<PayReply> | undefined {
    return this.#pays.get(paymentId);
  }

  async evaluate(request: DebitRequest, ignoresLimits: boolean): Promise<EvaluateReply> {
    const answer = await this.#context.core.evaluate(request);
    if (answer.outcome === "UNANSWERED") return { outcome: "IN_PROCESS" };
    // A core by HTTP always applies its limits: where limits do not count, a refusal for one means POSSIBLE.
    const isLimit = answer.outcome === "REFUSED" && LIMITS.includes(answer.reason);
    return ignoresLimits && isLimit ? { outcome: "POSSIBLE" } : answer;
  }

  async confirm({ paymentId }: PaymentRecord): Promise<PaymentState> {
    const state = this.#context.store.apply(paymentId, { type: "CONFIRM" });
    if (state.status.name === "PROCESSING") await this.#pays.run(paymentId, () => this.#debit(paymentId));
    return this.#context.records.get(paymentId).state;
  }

  async cancel({ paymentId }: PaymentRecord): Promise<PaymentState> {
    const state = this.#context.store.apply(paymentId, { type: "CANCEL" });
    return state.status.name === "REVERSING" ? this.#reverse(paymentId) : state;
  }

  refund({ command, amounts }: AcceptedRefund, payment: PaymentRecord): Promise<RefundRecord> {
    const record = this.#context.refundStore.insert(command, claimRefund(nowMs()), amounts);
    return this.resolveRefund(record, payment);
  }

  refundUnderWay(refundId: string): Promise<RefundRecord> | undefined {
    return this.#credits.get(refundId);
  }

  /** Goes on from the payment's status: what is owed follows from it. */
  async resolve({ paymentId, state, terms }: PaymentRecord): Promise<unknown> {
    const { store, claims } = this.#context;
    switch (state.status.name) {
      case "AWAITING_CONFIRMATION":
        return store.apply(paymentId, { type: "EXPIRE" });
      case "REVERSING":
        return this.#reverse(paymentId);
      case "PROCESSING": {
        if (!terms || this.#pays.has(paymentId)) return undefined;
        return this.#pays.run(paymentId, () =>
          this.#payClaimed(paymentId, claims.claimPayment(paymentId, terms.customerId, state.expiryTimeMs), true),
        );
      }
      default:
        return undefined;
    }
  }

  /** Asks the core to credit the customer, and stores its answer. */
  resolveRefund(record: RefundRecord, { terms }: PaymentRecord): Promise<RefundRecord> {
    const { core, refundStore } = this.#context;
    if (!terms) throw new Error("Only a payment that was claimed can be refunded");
    const { refundId, paymentId, amounts, createdTimeMs } = record;
    const { currency } = terms.debit;
    return this.#credits.run(refundId, async () => {
      const answer = await core.refund({
        refundId,
        paymentId,
        customerId: terms.customerId,
        credit: { currency, amountMinor: amounts.customerMinor },
        payTo: { currency, amountMinor: amounts.payToMinor },
      });
      return refundStore.apply(refundId, refundEventOf(answer, createdTimeMs));
    });
  }

  /** Stores a payment that is refused before the core is asked, once the directory has given it to this home. */
  async #storeRefused(command: PayCommand, claimed: Promise<ClaimedPlace>): Promise<PayReply> {
    const { claims, codes, records, store } = this.#context;
    const { paymentId, terms } = command;
    const { paymentCode = "" } = terms;
    const place = await claimed;
    if (place.outcome === "ELSEWHERE") return { outcome: "INCONSISTENT" };
    if (place.outcome === "CLOSED") return { outcome: "CLOSED" };
    const known = records.findClaim(paymentId);
    if (known) return repeatReplyOf(known, command);
    const now = nowMs();
    const claimedState = claimPayment(hasMeans(terms), place.expiryTimeMs, now);
    const isInTime = claimedState.status.name === "PROCESSING";
    const { isOurs = false, isToBeUsed, refusal } = claims.lookAtCode(command) ?? {};
    const event = refusal ?? ownRefusalOf(command);
    const state = event ? nextPayment(claimedState, event, now) : claimedState;
    if (isInTime && isToBeUsed) codes.use(paymentCode, paymentId);
    store.insert(command, { state, isOurs });
    return payReplyOf(state);
  }

  /** Goes on with a payment that is stored, once its claims are answered. If that throws, the resolver finishes it. */
  async #payClaimed(paymentId: string, claimed: Promise<ClaimedPlace>, isResumed = false): Promise<PayReply> {
    const { records, store, codes, claims } = this.#context;
    const place = await claimed.catch((error: unknown) => logFault("pay-claim-failed", error));
    if (!place) return payReplyOf(store.apply(paymentId, { type: "CLAIM_UNANSWERED" }));
    try {
      const { terms, isOurs, state } = records.get(paymentId);
      const { paymentCode } = terms ?? {};
      if (place.outcome === "ELSEWHERE" || place.outcome === "CLOSED") {
        if (paymentCode !== undefined) codes.free(paymentId, paymentCode);
        if (place.outcome === "CLOSED") return payReplyOf(store.apply(paymentId, { type: "CANCELLED_BEFORE" }));
        store.remove(records.get(paymentId));
        return { outcome: "INCONSISTENT" };
      }
      if (place.expiryTimeMs !== state.expiryTimeMs) {
        store.apply(paymentId, { type: "CLAIMED_BEFORE", expiryTimeMs: place.expiryTimeMs });
      }
      const code = terms && !isOurs ? await claims.claimForeignCode(paymentId, terms) : undefined;
      if (code?.refusal) return payReplyOf(store.apply(paymentId, code.refusal));
      return await this.#debit(paymentId, isResumed);
    } catch (error) {
      logFault("pay-failed", error);
      return payReplyOf(store.apply(paymentId, { type: "UNANSWERED" }));
    }
  }

  /** Asks the core for the debit, unless a cancel has come meanwhile, and stores its answer. */
  async #debit(paymentId: string, isResumed = false): Promise<PayReply> {
    const { records, store } = this.#context;
    const record = records.get(paymentId);
    if (record.state.status.name !== "PROCESSING" || !record.terms) return payReplyOf(record.state);
    const request = debitOf(paymentId, record.terms, record.state.expiryTimeMs);
    const state = store.apply(paymentId, await this.#askForDebit(request, record.createdTimeMs, isResumed));
    // A success that came too late: the debit is reversed before any answer says that the order is closed.
    return payReplyOf(state.status.name === "REVERSING" ? await this.#reverse(paymentId) : state);
  }

  /**
   * Debits are idempotent, so that a resumed one is simply asked for again. After the expiry the core is only asked
   * what has become of it: a refusal stands, anything else is reversed.
   */
  async #askForDebit(request: DebitRequest, createdTimeMs: number, isResumed: boolean): Promise<PaymentEvent> {
    const { core } = this.#context;
    if (nowMs() < request.expiryTimeMs) return debitEventOf(await core.debit(request), createdTimeMs);
    if (!isResumed) return { type: "UNANSWERED" };
    const { paymentId, customerId } = request;
    const known = await core.inquire({ paymentId, customerId });
    return known.outcome === "UNKNOWN" ? { type: "UNANSWERED" } : debitEventOf(known, createdTimeMs);
  }

  /** Asks the core to reverse the whole debit, and stores its answer. */
  #reverse(paymentId: string): Promise<PaymentState> {
    const { core, records, store } = this.#context;
    return this.#reversals.run(paymentId, async () => {
      const answer = await core.reverse({ paymentId, customerId: customerOf(records.get(paymentId)) });
      return store.apply(paymentId, { type: answer.outcome === "DONE" ? "REVERSED" : "UNANSWERED" });
    });
  }
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
