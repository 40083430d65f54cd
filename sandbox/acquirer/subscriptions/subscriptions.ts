/**
 * Subscriptions of the sandbox's merchants: the customer is bound, debited, and unbound. Part of the Sales object, on
 * its storage and alarm; a debit is a sale like any other. The machine decides what an answer means, and a message to
 * Alipay+ is stored before it is sent.
 *
 * Source: docs/spec/wallet/auto-debit.md#flow, docs/spec/wallet/auto-debit.md#pay-with-a-token.
 */
import type { DueAlarm } from "../../../durable/platform/due-alarm.ts";
import { SingleFlight } from "../../../durable/platform/single-flight.ts";
import { nowMs } from "../../../protocol/clock.ts";
import { ALIPAYPLUS_ORIGINS } from "../../../protocol/endpoints.ts";
import type { JsonObject } from "../../../protocol/json.ts";
import { newId } from "../../rehearsal/request-id.ts";
import type { AlipayPlusClient } from "../alipayplus-client.ts";
import {
  newSubscription,
  nextSubscription,
  type SubscriptionEvent,
  type SubscriptionState,
} from "../machine/subscription.ts";
import type { SaleFlow } from "../sale-flow.ts";
import type { Sale } from "../sale-records.ts";
import { sellCommandOf } from "../sell-command.ts";
import {
  answerReport,
  authNotifyReport,
  notifiedSubscriptionOf,
  openMessageOf,
  type SubscriptionReport,
} from "./answers.ts";
import type {
  ComeBackCommand,
  DebitCommand,
  SubscribeCommand,
  SubscriptionCommand,
  SubscriptionReply,
} from "./messages.ts";
import type { Subscription, SubscriptionRecords } from "./records.ts";

/** The dependencies of the subscriptions, all of them parts of the Sales object. */
type SubscriptionsContext = {
  readonly records: SubscriptionRecords;
  readonly saleFlow: SaleFlow;
  readonly alipayPlus: AlipayPlusClient;
  readonly alarm: DueAlarm;
};

/** How a call of a merchant ended; the subscription itself is read afterwards. */
type SubscriptionOutcome = SubscriptionReply["outcome"];

/** Where the customer comes back to. */
const BACK_PATH = "/sandbox/subscriptions";

/** The subscriptions of all merchants; the alarm debits what is due by the month, and repeats what is unanswered. */
export class Subscriptions {
  readonly #context: SubscriptionsContext;
  /** One message at a time of each status of a subscription. */
  readonly #asked = new SingleFlight<void>();

  constructor(context: SubscriptionsContext) {
    this.#context = context;
  }

  /** Asks for the wallet's page, and again at each repeat until the customer has decided. */
  async subscribe({ origin, fault, ...wanted }: SubscribeCommand): Promise<SubscriptionOutcome> {
    const { records, alarm } = this.#context;
    const { subscriptionId } = wanted;
    const known = records.find(subscriptionId);
    if (known && !isSame(known, wanted)) return "INCONSISTENT";
    if (!known) {
      const now = nowMs();
      const state = newSubscription(now);
      const authRedirectUrl = `${origin}${BACK_PATH}/${subscriptionId}/return`;
      records.insert({ ...wanted, authState: newId(), authRedirectUrl, createdTimeMs: now, state });
      alarm.armFor(state.dueTimeMs);
    }
    this.#apply(this.#require(subscriptionId), { type: "PREPARE" });
    if (this.#require(subscriptionId).state.status.name === "PREPARING") await this.#send(subscriptionId, fault);
    return "KNOWN";
  }

  /** The customer comes back from the wallet. A code that Alipay+ has notified before changes nothing. */
  async comeBack({ subscriptionId, authState, authCode }: ComeBackCommand): Promise<SubscriptionOutcome> {
    const known = this.#context.records.find(subscriptionId);
    if (!known) return "UNKNOWN";
    if (known.authState !== authState) return "STATE_WRONG";
    const event: SubscriptionEvent = authCode === undefined ? { type: "DECLINED" } : { type: "CODE", sentBy: "CALLER" };
    this.#hear(subscriptionId, { event, details: { authCode: known.authCode ?? authCode } });
    await this.#send(subscriptionId);
    return "KNOWN";
  }

  /** The merchant debits at once. */
  async debit(command: DebitCommand): Promise<SubscriptionOutcome> {
    const known = this.#context.records.find(command.subscriptionId);
    if (!known) return "UNKNOWN";
    if (known.state.status.name !== "ACTIVE") return "NOT_ACTIVE";
    return this.#sell(known, command);
  }

  /** The merchant asks for a new pair of tokens. */
  refresh(command: SubscriptionCommand): Promise<SubscriptionOutcome> {
    return this.#act(command, { type: "REFRESH", sentBy: "CALLER" }, ["ACTIVE", "REFRESHING"]);
  }

  /** The merchant ends the subscription. */
  cancel(command: SubscriptionCommand): Promise<SubscriptionOutcome> {
    const statuses = ["OFFERED", "DECLINED", "ACTIVE", "REFRESHING", "CANCELLING"] as const;
    return this.#act(command, { type: "CANCEL" }, statuses);
  }

  /** Takes an authNotify that Alipay+ has signed. The applyToken that follows from a code is sent by the alarm. */
  takeNotification(message: JsonObject): void {
    const { records } = this.#context;
    const subscriptionId = notifiedSubscriptionOf(message);
    const known = subscriptionId === undefined ? undefined : records.find(subscriptionId);
    const report = known && authNotifyReport(message, known, nowMs());
    if (!known || !report) return;
    records.countNotification(known.subscriptionId);
    // The first pair is notified again and again: after a refresh it must not come back.
    const isLate = report.event.type === "TOKENS" && known.state.status.name !== "APPLYING";
    if (!isLate) this.#hear(known.subscriptionId, report);
  }

  /** What the merchant answers to consultUnbinding: an authorisation that it does not know may end. */
  mayUnbind(message: JsonObject): boolean {
    const subscriptionId = notifiedSubscriptionOf(message);
    const known = subscriptionId === undefined ? undefined : this.#context.records.find(subscriptionId);
    return known?.allowsUnbinding ?? true;
  }

  /**
   * A debit has failed. A refusal of a token that is no longer the newest says nothing, nor one while a refresh or an end
   * is under way, whose answer says more.
   */
  noteFailedDebit({ subscriptionId = "", createdTimeMs }: Sale, resultCode: string): void {
    const known = this.#context.records.find(subscriptionId);
    if (known?.state.status.name !== "ACTIVE" || !known.tokens || createdTimeMs < known.tokens.learntTimeMs) return;
    if (resultCode === "INVALID_TOKEN") this.#apply(known, { type: "ENDED_BY_WALLET" });
    if (resultCode === "EXPIRED_ACCESS_TOKEN") this.#apply(known, { type: "REFRESH", sentBy: "ALARM" });
  }

  /**
   * Acts on a subscription that is due: repeats its message, or debits; a token that has expired is refreshed first.
   */
  async resolve(subscription: Subscription): Promise<void> {
    const { subscriptionId, state, tokens } = subscription;
    if (state.status.name !== "ACTIVE") {
      if (this.#asked.has(flightOf(subscription))) return;
      this.#apply(subscription, { type: "DUE" });
      return this.#send(subscriptionId);
    }
    if (tokens && tokens.accessExpiryTimeMs <= nowMs()) {
      this.#apply(subscription, { type: "REFRESH", sentBy: "CALLER" });
      return this.#send(subscriptionId);
    }
    if (this.#apply(subscription, { type: "DUE" }) === state) return;
    const debit = { paymentRequestId: newId(), paymentAmount: undefined, origin: ALIPAYPLUS_ORIGINS.GLOBAL };
    await this.#sell(subscription, { ...debit, fault: undefined });
  }

  async #act(
    { subscriptionId, fault }: SubscriptionCommand,
    event: SubscriptionEvent,
    statuses: readonly SubscriptionState["status"]["name"][],
  ): Promise<SubscriptionOutcome> {
    const known = this.#context.records.find(subscriptionId);
    if (!known) return "UNKNOWN";
    if (!statuses.includes(known.state.status.name))
      return known.state.status.name === "ENDED" ? "KNOWN" : "NOT_ACTIVE";
    this.#apply(known, event);
    await this.#send(subscriptionId, fault);
    return "KNOWN";
  }

  /** Its first turn stores the sale, so that a debit that is due is never both forgotten and marked as made. */
  async #sell(
    { subscriptionId, tokens, paymentAmount: agreed }: Subscription,
    { paymentRequestId, paymentAmount, origin, fault }: Omit<DebitCommand, "subscriptionId">,
  ): Promise<SubscriptionOutcome> {
    const sale = { paymentRequestId, interface: "TODAY", scenario: "AutoDebit" } as const;
    const terms = { paymentAmount: paymentAmount ?? agreed, accessToken: tokens?.accessToken };
    const command = sellCommandOf({ ...sale, ...terms }, undefined, origin);
    return this.#context.saleFlow.sell({ ...command, subscriptionId, fault });
  }

  /** Sends the message that the subscription's status needs, if any. */
  async #send(subscriptionId: string, fault?: string): Promise<void> {
    const subscription = this.#require(subscriptionId);
    const open = openMessageOf(subscription);
    if (!open) return;
    const { name } = subscription.state.status;
    await this.#asked.run(flightOf(subscription), async () => {
      const answer = await this.#context.alipayPlus.ask({ interface: "TODAY", ...open, fault });
      const now = this.#require(subscriptionId);
      // The answer is about the status in which it was asked for.
      if (now.state.status.name !== name) return;
      this.#hear(subscriptionId, answerReport(open, answer, now.isMonthly, nowMs()));
    });
  }

  #hear(subscriptionId: string, { event, details, unknown }: SubscriptionReport): void {
    const { records } = this.#context;
    records.learn(subscriptionId, details);
    if (unknown) records.setUnknown(subscriptionId, unknown);
    this.#apply(this.#require(subscriptionId), event);
  }

  #apply({ subscriptionId, state }: Subscription, event: SubscriptionEvent): SubscriptionState {
    const { records, alarm } = this.#context;
    const next = nextSubscription(state, event, nowMs());
    if (next === state) return state;
    records.setState(subscriptionId, next);
    alarm.armFor(next.dueTimeMs);
    return next;
  }

  #require(subscriptionId: string): Subscription {
    const subscription = this.#context.records.find(subscriptionId);
    if (!subscription) throw new Error("A subscription was lost");
    return subscription;
  }
}

/** What is under way is the message of a status: a cancel does not wait for the answer to a refresh. */
function flightOf({ subscriptionId, state }: Subscription): string {
  return `${subscriptionId} ${state.status.name}`;
}

/** Whether a repeat has the same parameters. */
function isSame(known: Subscription, wanted: Omit<SubscribeCommand, "origin" | "fault">): boolean {
  const { currency, amountMinor } = wanted.paymentAmount;
  return (
    known.paymentAmount.currency === currency &&
    known.paymentAmount.amountMinor === amountMinor &&
    known.terminalType === wanted.terminalType &&
    known.scopes.join() === wanted.scopes.join()
  );
}
