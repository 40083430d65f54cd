/**
 * The acquirer of the sandbox, and its merchants. One object holds the sales and their refunds; the machines decide
 * when to inquire, cancel and refund.
 *
 * - sale-flow.ts pays, inquires, cancels.
 * - refunds.ts refunds.
 * - subscriptions/ binds customers, debits them, and ends that.
 * - alipayplus-client.ts signs, and judges the answers; answers.ts interprets them.
 *
 * The acquirer believes only what Alipay+ has signed. The rules of this runtime that the code relies on are those of
 * durable/customers/object.ts.
 */

import { DueAlarm } from "../../durable/platform/due-alarm.ts";
import { logFault } from "../../durable/platform/log.ts";
import { migrate } from "../../durable/platform/migrate.ts";
import { nowMs } from "../../protocol/clock.ts";
import type { JsonObject } from "../../protocol/json.ts";
import type { PartyOf } from "../misconfiguration.ts";
import { SandboxObject } from "../rehearsal/sandbox-object.ts";
import { AlipayPlusClient, ANSWER_TIMEOUT_MS } from "./alipayplus-client.ts";
import type { KnownSale, RefundSaleCommand, SaleCommand, SaleReply, SellCommand } from "./messages.ts";
import type { Acquirer } from "./party.ts";
import { REFUND_SCHEMA, SaleRefundRecords } from "./refund-records.ts";
import { Refunds } from "./refunds.ts";
import { SaleFlow } from "./sale-flow.ts";
import { SALE_SCHEMA, SALE_SUBSCRIPTION_SCHEMA, SaleRecords } from "./sale-records.ts";
import type {
  ComeBackCommand,
  DebitCommand,
  KnownSubscription,
  SubscribeCommand,
  SubscriptionCommand,
  SubscriptionReply,
} from "./subscriptions/messages.ts";
import { SUBSCRIPTION_APP_PAGE_SCHEMA, SUBSCRIPTION_SCHEMA, SubscriptionRecords } from "./subscriptions/records.ts";
import { Subscriptions } from "./subscriptions/subscriptions.ts";

/** How many sales and refunds one alarm handles at a time. */
const DUE_BATCH = 64;
/** How many debits are shown with a subscription. */
const DEBITS_SHOWN = 24;

/** The Durable Object of the acquirer, one for the sandbox. Its methods are what the sandbox's APIs call by RPC. */
export class Sales extends SandboxObject {
  readonly #records: SaleRecords;
  readonly #refundRecords: SaleRefundRecords;
  readonly #alarm: DueAlarm;
  readonly #saleFlow: SaleFlow;
  readonly #refunds: Refunds;
  readonly #subscriptionRecords: SubscriptionRecords;
  readonly #subscriptions: Subscriptions;

  /** @param answerTimeoutMs how long Alipay+ may take; a test waits less */
  constructor(context: DurableObjectState, acquirerOf: PartyOf<Acquirer>, answerTimeoutMs = ANSWER_TIMEOUT_MS) {
    super(context);
    migrate(context.storage, [
      [...SALE_SCHEMA, ...REFUND_SCHEMA].join(";\n"),
      [...SALE_SUBSCRIPTION_SCHEMA, ...SUBSCRIPTION_SCHEMA].join(";\n"),
      SUBSCRIPTION_APP_PAGE_SCHEMA.join(";\n"),
    ]);
    const { sql } = context.storage;
    const records = new SaleRecords(sql);
    const refundRecords = new SaleRefundRecords(sql);
    const alarm = new DueAlarm(context.storage, ["sales", "refunds", "subscriptions"]);
    const alipayPlus = new AlipayPlusClient(acquirerOf, context, answerTimeoutMs);
    const subscriptionRecords = new SubscriptionRecords(sql);
    const saleFlow = new SaleFlow({
      ...{ records, refundRecords, alipayPlus, alarm },
      noteFailedDebit: (sale, resultCode) => this.#subscriptions.noteFailedDebit(sale, resultCode),
    });
    this.#records = records;
    this.#refundRecords = refundRecords;
    this.#alarm = alarm;
    this.#saleFlow = saleFlow;
    this.#subscriptionRecords = subscriptionRecords;
    this.#subscriptions = new Subscriptions({ records: subscriptionRecords, saleFlow, alipayPlus, alarm });
    this.#refunds = new Refunds({ sales: records, records: refundRecords, saleFlow, alipayPlus, alarm });
  }

  /** Makes a sale: returns after Alipay+'s first answer, or when that takes too long. */
  async sell(command: SellCommand): Promise<SaleReply> {
    return this.#reply(command, await this.#saleFlow.sell(command));
  }

  /** A merchant asks for the result of a sale. */
  async inquire(command: SaleCommand): Promise<SaleReply> {
    return this.#reply(command, await this.#saleFlow.inquire(command));
  }

  /** A merchant closes an order, or cancels a sale. */
  async cancel(command: SaleCommand): Promise<SaleReply> {
    return this.#reply(command, await this.#saleFlow.cancel(command));
  }

  /** A merchant refunds a part or all of a sale. */
  async refund(command: RefundSaleCommand): Promise<SaleReply> {
    return this.#reply(command, await this.#refunds.refund(command));
  }

  /** A merchant subscribes a customer: returns after Alipay+'s first answer. */
  async subscribe(command: SubscribeCommand): Promise<SubscriptionReply> {
    return this.#subscriptionReply(command, await this.#subscriptions.subscribe(command));
  }

  /** A customer comes back from the wallet's page. */
  async comeBack(command: ComeBackCommand): Promise<SubscriptionReply> {
    return this.#subscriptionReply(command, await this.#subscriptions.comeBack(command));
  }

  /** A merchant debits a customer at once. */
  async debit(command: DebitCommand): Promise<SubscriptionReply> {
    return this.#subscriptionReply(command, await this.#subscriptions.debit(command));
  }

  /** A merchant asks for a new pair of tokens. */
  async refreshSubscription(command: SubscriptionCommand): Promise<SubscriptionReply> {
    return this.#subscriptionReply(command, await this.#subscriptions.refresh(command));
  }

  /** A merchant ends a subscription. */
  async cancelSubscription(command: SubscriptionCommand): Promise<SubscriptionReply> {
    return this.#subscriptionReply(command, await this.#subscriptions.cancel(command));
  }

  /** A subscription as it is stored. Reads only. */
  findSubscription(subscriptionId: string): SubscriptionReply {
    return this.#subscriptionReply({ subscriptionId }, "KNOWN");
  }

  /** The last subscriptions, newest first. Reads only. */
  lastSubscriptions(limit: number): KnownSubscription[] {
    return this.#subscriptionRecords.last(limit).map((subscription) => this.#withDebits(subscription));
  }

  /** Alipay+ notifies what has become of an authorisation; the message was verified. */
  takeAuthNotification(message: JsonObject): void {
    this.#subscriptions.takeNotification(message);
  }

  /** Alipay+ asks whether the wallet may end an authorisation. Reads only. */
  mayUnbind(message: JsonObject): boolean {
    return this.#subscriptions.mayUnbind(message);
  }

  /** Alipay+ notifies a result; the message was verified. */
  takeNotification(message: JsonObject): void {
    this.#saleFlow.takeNotification(message);
  }

  /** A sale as it is stored. Reads only. */
  find(paymentRequestId: string): SaleReply {
    return this.#reply({ paymentRequestId }, "KNOWN");
  }

  /** The last sales, newest first. Reads only. */
  last(limit: number): KnownSale[] {
    return this.#records.last(limit).map((sale) => this.#withRefunds(sale));
  }

  /** Handles everything that is due, without waiting for the alarm: the clock may have been set ahead. */
  wake(): Promise<void> {
    return this.alarm();
  }

  /** Handles everything that is due. Never throws: the runtime gives an alarm up after six failures. */
  override async alarm(): Promise<void> {
    const now = nowMs();
    try {
      await Promise.all([
        ...this.#records.due(now, DUE_BATCH).map((sale) => this.#saleFlow.resolve(sale)),
        ...this.#refundRecords.due(now, DUE_BATCH).map((refund) => this.#refunds.resolve(refund)),
        ...this.#subscriptionRecords.due(now, DUE_BATCH).map((due) => this.#subscriptions.resolve(due)),
      ]);
    } catch (error) {
      logFault("sales-alarm-failed", error);
    }
    this.#alarm.rearm(nowMs());
  }

  #reply({ paymentRequestId }: Pick<SaleCommand, "paymentRequestId">, outcome: SaleReply["outcome"]): SaleReply {
    if (outcome !== "KNOWN") return { outcome };
    const sale = this.#records.find(paymentRequestId);
    return sale ? { outcome, ...this.#withRefunds(sale) } : { outcome: "UNKNOWN" };
  }

  #withRefunds(sale: KnownSale["sale"]): KnownSale {
    return { sale, refunds: this.#refundRecords.ofSale(sale.paymentRequestId) };
  }

  #subscriptionReply(
    { subscriptionId }: Pick<SubscriptionCommand, "subscriptionId">,
    outcome: SubscriptionReply["outcome"],
  ): SubscriptionReply {
    if (outcome !== "KNOWN") return { outcome };
    const subscription = this.#subscriptionRecords.find(subscriptionId);
    return subscription ? { outcome, ...this.#withDebits(subscription) } : { outcome: "UNKNOWN" };
  }

  #withDebits(subscription: KnownSubscription["subscription"]): KnownSubscription {
    const debits = this.#records.ofSubscription(subscription.subscriptionId, DEBITS_SHOWN);
    return { subscription, debits: debits.map((sale) => this.#withRefunds(sale)) };
  }
}
