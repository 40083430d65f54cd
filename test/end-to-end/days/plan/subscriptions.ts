/** The subscriptions of a day, each with all that happens to it from the first page to its end. */
import type { Random } from "../../../support/random.ts";
import { faultOfCall } from "./faults.ts";
import { MERCHANT_CURRENCIES, worth } from "./money.ts";
import type { Action, Amount, AuthorizationInterface, CustomerPlan, SubscriptionPlan } from "./plan.ts";

const SUBSCRIPTIONS_MOST = 3;
const DOLLARS_MOST = 30;
const MONTHLY_PROBABILITY = 0.4;
const ALLOWS_UNBINDING_PROBABILITY = 0.8;
const FAULT_PROBABILITY = 0.15;

const NO_DECISION_PROBABILITY = 0.08;
const DECLINE_PROBABILITY = 0.12;
/** After declining, or without need: the merchant asks once more, and the customer decides again. */
const ASKED_AGAIN_PROBABILITY = 0.15;
const COMES_BACK_PROBABILITY = 0.7;
const EVENTS_LEAST = 2;
const EVENTS_SPREAD = 6;
const OTHER_CUSTOMER_PROBABILITY = 0.1;
const DEBIT_REFUNDED_PROBABILITY = 0.25;
const DEBIT_CANCELLED_PROBABILITY = 0.1;
const SENT_AGAIN_MOST = 3;

/** A month, and the day after its longest. */
const MONTH_DAYS = 32;
const MONTH_PROBABILITY = 0.03;

const TERMINAL_TYPES = ["WEB", "WAP", "APP"] as const;
/** What happens while it is in force, weighted by how often it stands here. */
const EVENTS = ["DEBIT", "DEBIT", "DEBIT", "REFRESH", "SEND_AGAIN", "RACE"] as const;
/** What races a debit or a refresh. */
const RIVALS = ["DEBIT", "REFRESH", "UNSUBSCRIBE", "UNBIND", "SEND_AGAIN"] as const;
const ENDS = ["UNSUBSCRIBE", "UNBIND", "UNBIND", "NONE"] as const;
const INTERFACES: readonly AuthorizationInterface[] = ["prepare", "applyToken", "applyToken", "cancelToken"];

/** What is begun at the same moment; mostly one. */
type Moment = readonly Action[];

/** What the subscriptions of a day have to do with. */
type SubscriptionSetting = {
  readonly daySeed: number;
  readonly customers: readonly CustomerPlan[];
  readonly random: Random;
};

/** The subscriptions of a day: of each its moments in their order. */
export function planSubscriptions(setting: SubscriptionSetting): readonly (readonly Moment[])[] {
  return Array.from({ length: setting.random.below(SUBSCRIPTIONS_MOST + 1) }, (_, index) =>
    new SubscriptionPlanner(setting, index).plan(),
  );
}

/** Plans one subscription. */
class SubscriptionPlanner {
  readonly #random: Random;
  readonly #customers: readonly CustomerPlan[];
  readonly #subscription: SubscriptionPlan;
  #debits = 0;

  constructor({ daySeed, customers, random }: SubscriptionSetting, index: number) {
    this.#random = random;
    this.#customers = customers;
    this.#subscription = {
      subscriptionId: `DAY-${daySeed}-S${index}`,
      customerId: random.pick(customers).customerId,
      paymentAmount: this.#amount(),
      terminalType: random.pick(TERMINAL_TYPES),
      isMonthly: random.happens(MONTHLY_PROBABILITY),
      allowUnbinding: random.happens(ALLOWS_UNBINDING_PROBABILITY),
    };
  }

  plan(): readonly Moment[] {
    const random = this.#random;
    const moments: Moment[] = [[this.#subscribe()], ...this.#decisions()];
    for (let left = EVENTS_LEAST + random.below(EVENTS_SPREAD); left > 0; left -= 1) {
      const [first, ...more] = this.#event();
      if (first) moments.push(first, ...more);
      if (random.happens(MONTH_PROBABILITY)) moments.push([{ act: "WAIT_DAYS", days: MONTH_DAYS }]);
    }
    const end = random.pick(ENDS);
    // What comes after the end is refused, and takes nothing.
    if (end !== "NONE") moments.push([this.#action(end)], ...this.#event(), [this.#payAfterEnd()]);
    return moments;
  }

  #amount(): Amount {
    return worth(this.#random.pick(MERCHANT_CURRENCIES), DOLLARS_MOST * this.#random.next() ** 2);
  }

  #subscribe(): Action {
    return { act: "SUBSCRIBE", subscription: this.#subscription, ...this.#fault() };
  }

  #decisions(): Moment[] {
    const random = this.#random;
    if (random.happens(NO_DECISION_PROBABILITY)) return [];
    const moments: Moment[] = [[this.#decide(random.happens(DECLINE_PROBABILITY) ? "decline" : "consent")]];
    if (random.happens(ASKED_AGAIN_PROBABILITY)) moments.push([this.#subscribe()], [this.#decide("consent")]);
    return moments;
  }

  #decide(word: "consent" | "decline"): Action {
    const { subscriptionId: subscription } = this.#subscription;
    return {
      act: "DECIDE",
      subscription,
      customerId: this.#customer(),
      word,
      comesBack: this.#random.happens(COMES_BACK_PROBABILITY),
    };
  }

  /** Mostly the one whose subscription it is. */
  #customer(): string {
    const { customerId } = this.#subscription;
    return this.#random.happens(OTHER_CUSTOMER_PROBABILITY)
      ? this.#random.pick(this.#customers).customerId
      : customerId;
  }

  #event(): readonly Moment[] {
    const random = this.#random;
    const event = random.pick(EVENTS);
    if (event === "RACE") return [[this.#action(random.pick(["DEBIT", "REFRESH"])), this.#action(random.pick(RIVALS))]];
    const action = this.#action(event);
    return action.act === "DEBIT" ? [[action], ...this.#aftermathOf(action)] : [[action]];
  }

  #action(act: (typeof RIVALS)[number]): Action {
    const { subscriptionId: subscription } = this.#subscription;
    switch (act) {
      case "DEBIT": {
        const paymentRequestId = `${subscription}-${this.#debits++}`;
        return { act, subscription, paymentRequestId, paymentAmount: this.#amount(), ...this.#fault() };
      }
      case "REFRESH":
      case "UNSUBSCRIBE":
        return { act, subscription, ...this.#fault() };
      case "SEND_AGAIN": {
        const times = 1 + this.#random.below(SENT_AGAIN_MOST);
        return { act, subscription, interface: this.#random.pick(INTERFACES), times };
      }
      case "UNBIND":
        return { act, subscription, customerId: this.#customer() };
    }
  }

  #payAfterEnd(): Action {
    const { subscriptionId: subscription } = this.#subscription;
    return { act: "PAY_AFTER_END", subscription, paymentRequestId: `${subscription}-AFTER-END` };
  }

  #aftermathOf({ paymentRequestId: sale, paymentAmount }: Extract<Action, { act: "DEBIT" }>): readonly Moment[] {
    const random = this.#random;
    if (random.happens(DEBIT_CANCELLED_PROBABILITY)) return [[{ act: "CANCEL", sale, ...this.#fault() }]];
    if (!random.happens(DEBIT_REFUNDED_PROBABILITY)) return [];
    const partMinor = (BigInt(paymentAmount.value) * BigInt(1 + random.below(100))) / 100n;
    const refundAmount = { ...paymentAmount, value: String(partMinor > 0n ? partMinor : 1n) };
    return [[{ act: "REFUND", sale, refundRequestId: `${sale}-R0`, refundAmount, ...this.#fault() }]];
  }

  #fault() {
    return this.#random.happens(FAULT_PROBABILITY) ? { fault: faultOfCall(this.#random, false) } : {};
  }
}
