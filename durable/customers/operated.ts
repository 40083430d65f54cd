/**
 * What the wallet's operators do with the customers of a home: accounts of the embedded core, disputes, personal data.
 */
import { DurableObject } from "cloudflare:workers";
import { nowMs } from "../../protocol/clock.ts";
import type { JsonObject } from "../../protocol/json.ts";
import type { AnswerReply, DisputeReport, InitiateReply } from "../disputes/disputes.ts";
import type { DisputeAnswer, DisputeWish } from "../disputes/machine/dispute.ts";
import type { Env } from "../env.ts";
import type { Funding, FundingAnswer } from "../ledger/fund-customer.ts";
import type { JournalEntry } from "../ledger/journal.ts";
import type { CustomerView } from "../ledger/ledger.ts";
import type { OpenCustomerAnswer } from "../ledger/open-customer.ts";
import type { CustomerSettings } from "../ledger/settings.ts";
import type { AccountSum } from "../ledger/trial-balance.ts";
import type { BatchCode } from "../payment-codes/payment-codes.ts";
import type { PaymentRecord } from "../payments/records.ts";
import type { RefundRecord } from "../payments/refund-records.ts";
import type { TablePage } from "../platform/table-page.ts";
import type { Home } from "./home.ts";
import type { DisputeTexts, ErasurePage, WithTexts } from "./personal-data.ts";

/** The part of a home that operators call. Its public methods are part of the home's RPC interface. */
export abstract class OperatedCustomers extends DurableObject<Env> {
  readonly #home: Home;

  constructor(context: DurableObjectState, env: Env, home: Home) {
    super(context, env);
    this.#home = home;
  }

  /** Opens a customer of the embedded core, or changes one; what a later call leaves out stays as it was. */
  openCustomer(customerId: string, settings: CustomerSettings): OpenCustomerAnswer {
    return this.ctx.storage.transactionSync(() => this.#home.ledger.openCustomer(customerId, settings, nowMs()));
  }

  /** Adds to the balance of a customer of the embedded core or takes out of it, once for each `fundingId`. */
  fundCustomer(customerId: string, funding: Funding): FundingAnswer {
    return this.ctx.storage.transactionSync(() => this.#home.ledger.fundCustomer(customerId, funding, nowMs()));
  }

  /** A customer of the embedded core with balance and newest journal entries; `undefined` when there is none. */
  customer(customerId: string): CustomerView | undefined {
    return this.#home.ledger.customer(customerId);
  }

  /** The sum of each account in each currency of this shard; for each currency they add up to zero. */
  trialBalance(): readonly AccountSum[] {
    return this.#home.ledger.trialBalance();
  }

  /** Initiates a dispute, which is then sent to Alipay+ until it is answered. */
  initiateDispute(paymentId: string, wish: DisputeWish, parameters: JsonObject): InitiateReply {
    return this.ctx.storage.transactionSync(() => this.#home.disputes.initiate(paymentId, wish, parameters));
  }

  /** The disputes of a payment, oldest first. */
  disputesOfPayment(paymentId: string): readonly DisputeReport[] {
    return this.#home.disputes.ofPayment(paymentId);
  }

  /** Sends a dispute again, from the beginning of the schedule. */
  sendDisputeAgain(
    paymentId: string,
    disputeRequestId: string,
  ): { readonly outcome: "DUE" | "NOT_SENDING" | "ABANDONED" | "UNKNOWN" } {
    return { outcome: this.#home.disputes.sendAgain(paymentId, disputeRequestId) };
  }

  /** Takes the answer of Alipay+ to a dispute. */
  answerDispute(disputeRequestId: string, answer: DisputeAnswer, message: string): AnswerReply {
    return this.ctx.storage.transactionSync(() => this.#home.disputes.answer(disputeRequestId, answer, message));
  }

  /** The payment codes that were issued for a customer, as far as they are still stored. */
  issuedCodesOf(customerId: string): readonly BatchCode[] {
    return this.#home.codes.ofCustomer(customerId);
  }

  /** A customer's payments, a page at a time; `after` is `""`, or `next` of the page before. */
  paymentsOf(customerId: string, after: string): TablePage<WithTexts<PaymentRecord>> {
    return this.#home.personalData.payments(customerId, after);
  }

  /** A customer's refunds, a page at a time. */
  refundsOf(customerId: string, after: string): TablePage<WithTexts<RefundRecord>> {
    return this.#home.personalData.refunds(customerId, after);
  }

  /** A customer's disputes, a page at a time. */
  disputesOf(customerId: string, after: string): TablePage<DisputeTexts> {
    return this.#home.personalData.disputes(customerId, after);
  }

  /** A customer's journal entries, the newest first, a page at a time. */
  entriesOf(customerId: string, after: string): TablePage<JournalEntry> {
    return this.#home.ledger.entries(customerId, after);
  }

  /** How many payments of a page are open; a customer who has one cannot be erased. */
  openPaymentsOf(customerId: string, after: string): { readonly open: number; readonly next: string | undefined } {
    return this.#home.personalData.open(customerId, after);
  }

  /** How many authorisations of a page have not ended; a customer who has one cannot be erased. */
  openAuthorizationsOf(
    customerId: string,
    after: string,
  ): { readonly open: number; readonly next: string | undefined } {
    return this.#home.personalData.openAuthorizations(customerId, after);
  }

  /** Erases what is personal in a page of a customer's authorisations. */
  eraseAuthorizationsOf(customerId: string, after: string): ErasurePage {
    return this.ctx.storage.transactionSync(() => this.#home.personalData.eraseAuthorizations(customerId, after));
  }

  /** Erases the issued codes of a customer and what is personal in a page of payments. */
  erasePaymentsOf(customerId: string, after: string): ErasurePage {
    return this.ctx.storage.transactionSync(() => this.#home.personalData.erasePayments(customerId, after));
  }

  /** Erases what is personal in a page of a customer's refunds. */
  eraseRefundsOf(customerId: string, after: string): ErasurePage {
    return this.ctx.storage.transactionSync(() => this.#home.personalData.eraseRefunds(customerId, after));
  }

  /** Erases the texts of a page of a customer's disputes. */
  eraseDisputesOf(customerId: string, after: string): ErasurePage {
    return this.ctx.storage.transactionSync(() => this.#home.personalData.eraseDisputes(customerId, after));
  }
}
