/**
 * What is personal about a customer, for export and erasure. Erasing deletes the texts of payments and refunds, and
 * empties code and merchant in the payment's row, and names and login in an authorisation's. Customer, keys,
 * fingerprints, amounts, results and the journal stay: repeats are answered as before, a payment can still be refunded
 * and cancelled, and the books add up.
 *
 * Source: docs/storage.md#personal-data.
 */
import { nowMs } from "../../protocol/clock.ts";
import { authorizationAt } from "../authorizations/machine/authorization.ts";
import { AUTH_NOTIFY_TYPES, authNotifyKey } from "../authorizations/notifications.ts";
import type { AuthorizationRecord, AuthorizationRecords } from "../authorizations/records.ts";
import type { Disputes } from "../disputes/disputes.ts";
import { nextDispute } from "../disputes/machine/dispute.ts";
import type { DisputeRecord, DisputeRecords } from "../disputes/records.ts";
import type { PaymentCodes } from "../payment-codes/payment-codes.ts";
import type { PaymentRecord, PaymentRecords } from "../payments/records.ts";
import type { RefundRecord, RefundRecords } from "../payments/refund-records.ts";
import type { PaymentTexts, StoredTexts, Texts } from "../payments/texts.ts";
import type { Deliveries } from "../platform/outbox/deliveries.ts";
import { PAGE_ROWS, type TablePage } from "../platform/table-page.ts";

/** The dependencies, all of them parts of the home. */
type PersonalDataContext = {
  readonly records: PaymentRecords;
  readonly refundRecords: RefundRecords;
  readonly disputeRecords: DisputeRecords;
  readonly disputes: Disputes;
  readonly texts: Texts;
  readonly codes: PaymentCodes;
  readonly notifications: Deliveries;
  readonly authorizationRecords: AuthorizationRecords;
  readonly authNotifications: Deliveries;
};

/** A record with its texts; without them once they are erased. */
export type WithTexts<Stored> = { readonly record: Stored; readonly texts: PaymentTexts | undefined };

/** A dispute with the message that is sent and its answer, as far as they are there. */
export type DisputeTexts = WithTexts<DisputeRecord> & { readonly answer: PaymentTexts | undefined };

/** What one step of an erasure did. */
export type ErasurePage = {
  /** How many were emptied; those that were empty before do not count. */
  readonly erased: number;
  readonly next: string | undefined;
};

/** The personal data of one shard. Every method is synchronous. */
export class PersonalData {
  readonly #context: PersonalDataContext;

  constructor(context: PersonalDataContext) {
    this.#context = context;
  }

  /** A page of a customer's payments. */
  payments(customerId: string, after: string): TablePage<WithTexts<PaymentRecord>> {
    return this.#withTexts(this.#context.records.ofCustomer(customerId, after));
  }

  /** A page of a customer's refunds. */
  refunds(customerId: string, after: string): TablePage<WithTexts<RefundRecord>> {
    return this.#withTexts(this.#context.refundRecords.ofCustomer(customerId, after));
  }

  /** A page of a customer's disputes. */
  disputes(customerId: string, after: string): TablePage<DisputeTexts> {
    const { disputeRecords, texts } = this.#context;
    const { items, next } = disputeRecords.ofCustomer(customerId, after);
    const withAnswers = items.map((record) => ({
      record,
      texts: texts.find(record.textsNumber),
      answer: texts.find(record.answerTextsNumber),
    }));
    return { items: withAnswers, next };
  }

  /** How many payments of a page are open, their refunds, disputes and notifications included. */
  open(customerId: string, after: string): { readonly open: number; readonly next: string | undefined } {
    const { items, next } = this.#context.records.ofCustomer(customerId, after);
    return { open: items.filter((record) => this.#isOpen(record)).length, next };
  }

  /** Erases the issued codes and a page of payments; what is open stays as it is. */
  erasePayments(customerId: string, after: string): ErasurePage {
    const { records, codes } = this.#context;
    codes.removeOfCustomer(customerId);
    const { items, next } = records.ofCustomer(customerId, after);
    return { erased: items.filter((record) => this.#emptyPayment(record)).length, next };
  }

  /** Erases a page of refunds; what is open stays as it is. */
  eraseRefunds(customerId: string, after: string): ErasurePage {
    const { items, next } = this.#context.refundRecords.ofCustomer(customerId, after);
    return { erased: items.filter((record) => this.#emptyRefund(record)).length, next };
  }

  /** How many authorisations of a page have not ended, or are still to be notified. */
  openAuthorizations(customerId: string, after: string): { readonly open: number; readonly next: string | undefined } {
    const { items, next } = this.#authorizations(customerId, after);
    return { open: items.filter((record) => this.#isInForce(record)).length, next };
  }

  /** Erases a page of authorisations; what has not ended stays as it is. */
  eraseAuthorizations(customerId: string, after: string): ErasurePage {
    const { items, next } = this.#authorizations(customerId, after);
    return { erased: items.filter((record) => this.emptyAuthorization(record)).length, next };
  }

  /** Empties an authorisation that has ended. @returns whether there was something to empty, and it may be emptied */
  emptyAuthorization(record: AuthorizationRecord): boolean {
    if (record.message === undefined || this.#isInForce(record)) return false;
    this.#context.authorizationRecords.empty(record.authorizationId);
    return true;
  }

  /** Erases the texts of a page of disputes; what is still to be sent stays as it is. */
  eraseDisputes(customerId: string, after: string): ErasurePage {
    const { items, next } = this.#context.disputeRecords.ofCustomer(customerId, after);
    return { erased: items.filter((record) => this.#emptyDispute(record)).length, next };
  }

  /** Deletes texts and empties their owner, unless that is open. */
  emptyOwner({ textsNumber, paymentId, refundId }: StoredTexts): void {
    const { records, refundRecords, disputeRecords, texts } = this.#context;
    const owner = refundId === undefined ? records.find(paymentId) : refundRecords.find(refundId);
    if (owner?.textsNumber !== textsNumber) {
      const dispute = disputeRecords.ofTexts(paymentId, textsNumber);
      if (dispute) this.#emptyDispute(dispute);
      else texts.remove(textsNumber);
    } else if ("refundId" in owner) this.#emptyRefund(owner);
    else this.#emptyPayment(owner);
  }

  /** @returns whether there was something to empty, and it may be emptied */
  #emptyPayment(record: PaymentRecord): boolean {
    const { records, texts } = this.#context;
    if (record.textsNumber === undefined || this.#isOpen(record)) return false;
    texts.remove(record.textsNumber);
    records.empty(record.paymentId);
    return true;
  }

  #emptyRefund({ refundId, textsNumber, state }: RefundRecord): boolean {
    const { refundRecords, texts } = this.#context;
    if (textsNumber === undefined || state.status.name === "PROCESSING") return false;
    texts.remove(textsNumber);
    refundRecords.empty(refundId);
    return true;
  }

  #emptyDispute(record: DisputeRecord): boolean {
    const { disputes, disputeRecords, texts } = this.#context;
    const { textsNumber, answerTextsNumber, state } = record;
    if ((textsNumber ?? answerTextsNumber) === undefined || disputes.isSending(record)) return false;
    texts.remove(textsNumber);
    texts.remove(answerTextsNumber);
    const erased = nextDispute(state, { type: "ERASED" });
    disputeRecords.update({ ...record, state: erased, textsNumber: undefined, answerTextsNumber: undefined });
    return true;
  }

  #isOpen({ paymentId, state }: PaymentRecord): boolean {
    const { refundRecords, disputeRecords, disputes, notifications } = this.#context;
    switch (state.status.name) {
      case "AWAITING_CONFIRMATION":
      case "PROCESSING":
      case "REVERSING":
        return true;
      case "SUCCEEDED":
      case "FAILED":
      case "CLOSED":
        return (
          refundRecords.isOpen(paymentId) ||
          notifications.report(paymentId)?.dueTimeMs !== undefined ||
          disputeRecords.ofPayment(paymentId).some((record) => disputes.isSending(record))
        );
    }
  }

  #authorizations(customerId: string, after: string): TablePage<AuthorizationRecord> {
    const items = this.#context.authorizationRecords.ofCustomer(customerId, after, PAGE_ROWS);
    return { items, next: items.length === PAGE_ROWS ? items.at(-1)?.authorizationId : undefined };
  }

  #isInForce({ authorizationId, state }: AuthorizationRecord): boolean {
    const { name } = authorizationAt(state, nowMs()).status;
    if (name !== "CANCELLED" && name !== "LAPSED") return true;
    return AUTH_NOTIFY_TYPES.some(
      (type) => this.#context.authNotifications.report(authNotifyKey(authorizationId, type))?.dueTimeMs !== undefined,
    );
  }

  #withTexts<Stored extends { readonly textsNumber: number | undefined }>({
    items,
    next,
  }: TablePage<Stored>): TablePage<WithTexts<Stored>> {
    const { texts } = this.#context;
    return { items: items.map((record) => ({ record, texts: texts.find(record.textsNumber) })), next };
  }
}
