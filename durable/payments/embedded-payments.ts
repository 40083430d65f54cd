/**
 * Payments with the embedded core: claim of the code, debit, payment, notification and alarm are one transaction in one
 * object. There is no state in between, and nothing to resolve.
 */

import { nowMs } from "../../protocol/clock.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Credit } from "../ledger/requests.ts";
import type { EvaluateReply, PayCommand, PayReply } from "../messages.ts";
import type { PaymentCodes } from "../payment-codes/payment-codes.ts";
import type { DebitRequest } from "../wallet-core/port.ts";
import type { Claims, CodeVerdict } from "./claims.ts";
import type { CorePayments } from "./core-payments.ts";
import { claimPayment, nextPayment, type PaymentState } from "./machine/payment.ts";
import { hasMeans } from "./machine/payment-code.ts";
import { claimRefund, nextRefund } from "./machine/refund.ts";
import type { PaymentRecord, PaymentRecords } from "./records.ts";
import type { AcceptedRefund, RefundRecord } from "./refund-records.ts";
import type { RefundStore } from "./refund-store.ts";
import type { PaymentStore, Settled } from "./store.ts";
import { debitOf, ownRefusalOf, payReplyOf, repeatReplyOf } from "./views.ts";

/** The dependencies, all of them parts of the home. */
type EmbeddedContext = {
  readonly storage: DurableObjectStorage;
  readonly ledger: Ledger;
  readonly claims: Claims;
  readonly codes: PaymentCodes;
  readonly records: PaymentRecords;
  readonly store: PaymentStore;
  readonly refundStore: RefundStore;
};

/** The verdict on what is no payment code, or comes too late to pay. */
const NO_CODE: CodeVerdict = { isOurs: false };

/** The payments of a home whose core is the embedded ledger: a call finishes what it begins. */
export class EmbeddedPayments implements CorePayments {
  readonly #context: EmbeddedContext;

  constructor(context: EmbeddedContext) {
    this.#context = context;
  }

  async pay(command: PayCommand): Promise<PayReply> {
    const { storage, claims, records } = this.#context;
    const { paymentId, expiryTimeMs, terms } = command;
    const place = await claims.claimPayment(paymentId, terms.customerId, expiryTimeMs);
    if (place.outcome === "ELSEWHERE") return { outcome: "INCONSISTENT" };
    if (place.outcome === "CLOSED") return { outcome: "CLOSED" };
    // A cancel, or the same pay, may have come meanwhile: from here to the answer everything is one turn, unless only
    // the directory can judge the code.
    const known = records.findClaim(paymentId);
    if (known) return repeatReplyOf(known, command);
    const mayPay = hasMeans(terms) && nowMs() < place.expiryTimeMs;
    const ownVerdict = mayPay ? claims.lookAtCode(command) : NO_CODE;
    const code = ownVerdict ?? (command.refusal ? NO_CODE : await claims.claimForeignCode(paymentId, terms));
    const knownNow = ownVerdict ? undefined : records.findClaim(paymentId);
    if (knownNow) return repeatReplyOf(knownNow, command);
    return storage.transactionSync(() => payReplyOf(this.#store(command, place.expiryTimeMs, code)));
  }

  underWay(): undefined {
    return undefined;
  }

  async evaluate(request: DebitRequest, ignoresLimits: boolean): Promise<EvaluateReply> {
    const reason = this.#context.ledger.evaluate(request, nowMs(), ignoresLimits);
    return reason === undefined ? { outcome: "POSSIBLE" } : { outcome: "REFUSED", reason };
  }

  async confirm({ paymentId }: PaymentRecord): Promise<PaymentState> {
    const { storage, store } = this.#context;
    return storage.transactionSync(() =>
      store.apply(paymentId, { type: "CONFIRM" }, (state, { terms }) =>
        state.status.name === "PROCESSING" && terms
          ? this.#debit(debitOf(paymentId, terms, state.expiryTimeMs), nowMs())
          : undefined,
      ),
    );
  }

  async cancel({ paymentId }: PaymentRecord): Promise<PaymentState> {
    const { storage, store } = this.#context;
    return storage.transactionSync(() =>
      store.apply(paymentId, { type: "CANCEL" }, (state, record) => {
        if (state.status.name !== "REVERSING") return undefined;
        this.#reverse(record);
        return { event: { type: "REVERSED" } };
      }),
    );
  }

  async refund({ command, amounts }: AcceptedRefund, { terms }: PaymentRecord): Promise<RefundRecord> {
    const { storage, ledger, refundStore } = this.#context;
    if (!terms) throw new Error("Only a payment that was made can be refunded");
    const { refundId, paymentId } = command;
    const { customerId } = terms;
    const { customerMinor, payToMinor } = amounts;
    return storage.transactionSync(() => {
      const now = nowMs();
      ledger.refund(refundId, { customerId, paymentId, customerMinor, payToMinor }, now);
      return refundStore.insert(command, nextRefund(claimRefund(now), { type: "REFUNDED", timeMs: now }, now), amounts);
    });
  }

  refundUnderWay(): undefined {
    return undefined;
  }

  /** The embedded core leaves nothing unfinished; only orders expire. */
  async resolve({ paymentId }: PaymentRecord): Promise<void> {
    this.#context.store.apply(paymentId, { type: "EXPIRE" });
  }

  async resolveRefund(): Promise<void> {}

  #store(command: PayCommand, expiryTimeMs: number, code: CodeVerdict): PaymentState {
    const { codes, store } = this.#context;
    const { paymentId, terms } = command;
    const { paymentCode = "" } = terms;
    const now = nowMs();
    const claimed = claimPayment(hasMeans(terms), expiryTimeMs, now);
    if (claimed.status.name !== "PROCESSING") {
      store.insert(command, { state: claimed, isOurs: false });
      return claimed;
    }
    const refusal = code.refusal ?? ownRefusalOf(command);
    const settled = refusal ? { event: refusal } : this.#debit(debitOf(paymentId, terms, expiryTimeMs), now);
    if (code.isToBeUsed) codes.use(paymentCode, paymentId);
    const state = nextPayment(claimed, settled.event, now);
    store.insert(command, { state, isOurs: code.isOurs, entry: settled.entry });
    return state;
  }

  #debit(request: DebitRequest, timeMs: number): Settled {
    const debit = this.#context.ledger.debit(request, timeMs);
    return debit.outcome === "DONE"
      ? { event: { type: "DEBITED", timeMs }, entry: debit.entry }
      : { event: { type: "REFUSED", reason: debit.reason } };
  }

  /** Returns what refunds have left of a payment that was debited. */
  #reverse({ paymentId, terms, refunded, entry }: PaymentRecord): void {
    if (!terms || !entry) throw new Error("Only a payment that was debited can be reversed");
    const credit: Credit = {
      customerId: terms.customerId,
      paymentId,
      customerMinor: terms.debit.amountMinor - refunded.customerMinor,
      payToMinor: terms.payToAmount.amountMinor - refunded.payToMinor,
    };
    this.#context.ledger.reverse(credit, terms.debit.amountMinor, entry.countedDay, nowMs());
  }
}
