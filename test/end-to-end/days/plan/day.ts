/** A whole day from its seed. Pure: the same seed gives the same plan. */
import { Random } from "../../../support/random.ts";
import { planChange, planCustomers } from "./customers.ts";
import { faultRule } from "./faults.ts";
import { planMarket } from "./market.ts";
import type { Action, DayPlan, Step } from "./plan.ts";
import { planSale, planVisit } from "./sales.ts";
import { planSubscriptions } from "./subscriptions.ts";

const ACTIONS_LEAST = 10;
const ACTIONS_SPREAD = 31;
const MINUTES_OF_DAY = 24 * 60;

const MARKET_AT_FIRST_PROBABILITY = 0.6;
/** How often something of the day itself comes between two actions of sales. */
const WAIT_PROBABILITY = 0.35;
const ADD_FAULT_PROBABILITY = 0.15;
const END_FAULTS_PROBABILITY = 0.08;
const MARKET_PROBABILITY = 0.05;
const VISIT_PROBABILITY = 0.06;
const CHANGE_CUSTOMER_PROBABILITY = 0.04;
/** How often the next action is about the same sale: customers do not wait for hours before they scan. */
const SAME_SALE_PROBABILITY = 0.75;
const AT_ONCE_PROBABILITY = 0.15;
const AT_ONCE_MOST = 3;

/** Days that stay up until midnight, and then until the end of Alipay+'s cancel window, the wallet's, or longer. */
const LATE_DAY_PROBABILITY = 0.5;
const LATE_MINUTES = [-15, -3, 0, 5, 14] as const;
const LATER_MINUTES = [14, 16, 29, 31, 45] as const;

/** One day of eight has kills, one to three of them. */
const KILL_DAY_PROBABILITY = 1 / 8;
const KILLS_MOST = 3;
const KILL_DELAY_MS_MOST = 60;

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
/**
 * The longest waits: mostly so short that a customer still finds the order, sometimes so long that everything expires.
 */
const WAITS_MS = [
  ...[3 * SECOND_MS, 3 * SECOND_MS, 10 * SECOND_MS, 10 * SECOND_MS, 45 * SECOND_MS, 45 * SECOND_MS],
  ...[4 * MINUTE_MS, 4 * MINUTE_MS, 15 * MINUTE_MS, 3 * 60 * MINUTE_MS],
] as const;

/** The plan of the day with this seed. */
export function planDay(seed: number): DayPlan {
  const random = new Random(seed);
  const startMinuteOfDay = random.below(MINUTES_OF_DAY);
  const customers = planCustomers(seed, random);
  const actionCount = ACTIONS_LEAST + random.below(ACTIONS_SPREAD);
  const sales: (readonly Action[])[] = [];
  for (let planned = 0; planned < actionCount; planned += sales.at(-1)?.length ?? 0) {
    sales.push(planSale({ daySeed: seed, customers, random }, sales.length));
  }
  const opening: Step[] = random.happens(MARKET_AT_FIRST_PROBABILITY)
    ? [alone({ act: "CHANGE_MARKET", market: planMarket(random) })]
    : [];
  const customerIds = customers.map(({ customerId }) => customerId);
  const flows = [
    ...sales.map((actions) => actions.map((action) => [action])),
    ...planSubscriptions({ daySeed: seed, customers, random }),
  ];
  const steps = [...opening, ...interleave(flows, customerIds, random)];
  const lateSteps = random.happens(LATE_DAY_PROBABILITY) ? withLateHours(steps, random) : steps;
  return { seed, startMinuteOfDay, customers, steps: withKills(lateSteps, random) };
}

function alone(action: Action): Step {
  return { actions: [action] };
}

/**
 * A sale or a subscription: its moments in their order, and what is begun at each, which is one action for the most
 * part.
 */
type Flow = readonly (readonly Action[])[];

/** The moments of every flow in their own order, those of different flows in any, some at once. */
function interleave(flows: readonly Flow[], customerIds: readonly string[], random: Random): Step[] {
  const waiting = flows.map((flow) => [...flow]);
  let latest: (readonly Action[])[] = [];
  const takeNext = (): readonly Action[] => {
    const open = waiting.filter((moments) => moments.length > 0);
    if (open.length === 0) return [];
    if (latest.length === 0 || !random.happens(SAME_SALE_PROBABILITY)) latest = random.pick(open);
    return latest.shift() ?? [];
  };
  const steps: Step[] = [];
  for (let actions = takeNext(); actions.length > 0; actions = takeNext()) {
    // What is sold at this moment can hardly be scanned at this moment.
    const canMeet = actions.every(({ act }) => act !== "SELL" && act !== "SUBSCRIBE" && act !== "WAIT_DAYS");
    const more = canMeet && random.happens(AT_ONCE_PROBABILITY) ? 1 + random.below(AT_ONCE_MOST - 1) : 0;
    steps.push({ actions: [...actions, ...Array.from({ length: more }, takeNext).flat()] });
    steps.push(...betweenSales(customerIds, random).map(alone));
  }
  return steps;
}

function betweenSales(customerIds: readonly string[], random: Random): Action[] {
  const actions: Action[] = [];
  if (random.happens(WAIT_PROBABILITY))
    actions.push({ act: "WAIT", durationMs: 1 + random.below(random.pick(WAITS_MS)) });
  if (random.happens(ADD_FAULT_PROBABILITY)) actions.push({ act: "ADD_FAULT", rule: faultRule(random) });
  if (random.happens(END_FAULTS_PROBABILITY)) actions.push({ act: "END_FAULTS" });
  if (random.happens(MARKET_PROBABILITY)) actions.push({ act: "CHANGE_MARKET", market: planMarket(random) });
  if (random.happens(CHANGE_CUSTOMER_PROBABILITY)) {
    actions.push({ act: "CHANGE_CUSTOMER", customerId: random.pick(customerIds), settings: planChange(random) });
  }
  if (random.happens(VISIT_PROBABILITY)) actions.push(planVisit(random.pick(customerIds), random));
  return actions;
}

/** What is left of the day when it gets late happens around midnight. */
function withLateHours(steps: readonly Step[], random: Random): Step[] {
  const late = Math.floor(steps.length * (0.3 + 0.4 * random.next()));
  const later = late + random.below(steps.length - late);
  const until = (minute: number): Step =>
    alone({ act: "WAIT_UNTIL", minuteOfDay: (minute + MINUTES_OF_DAY) % MINUTES_OF_DAY });
  const [first, second] = [until(random.pick(LATE_MINUTES)), until(random.pick(LATER_MINUTES))];
  return [...steps.slice(0, late), first, ...steps.slice(late, later), second, ...steps.slice(later)];
}

/** The gateway is killed before some steps, and during others. */
function withKills(steps: readonly Step[], random: Random): Step[] {
  if (!random.happens(KILL_DAY_PROBABILITY)) return [...steps];
  const kills = new Set(Array.from({ length: 1 + random.below(KILLS_MOST) }, () => random.below(steps.length)));
  return steps.flatMap((step, index) => {
    if (!kills.has(index)) return [step];
    if (random.happens(0.4)) return [alone({ act: "KILL" }), step];
    return [{ ...step, killAfterMs: random.below(KILL_DELAY_MS_MOST) }];
  });
}
