/** A day of kills: many payments and orders at once, and a gateway that dies in the middle of them. Pure. */
import { paymentCode, SAMPLE_CURRENCY } from "../../../support/end-to-end/alipayplus-messages.ts";
import { Random } from "../../../support/random.ts";
import type { Action, CustomerPlan, CustomerWord, DayPlan, PaymentPlan, SalePlan, Step } from "./plan.ts";

const MINUTES_OF_DAY = 24 * 60;
const ACTIONS_AT_ONCE = 16;

/** The number of payments and orders per kill; a kill comes within KILL_DELAY_MS_MOST after its step has begun. */
const FLOWS_PER_KILL = 30;
const KILL_DELAY_MS_MOST = 150;

/** Payments and orders together: few enough for the sandbox to show all of a customer's entries. */
const FLOWS_PER_CUSTOMER = 10;

/** Every fifth customer can pay for about half of what it orders. */
const POOR_CUSTOMER_INTERVAL = 5;
const RICH_BALANCE = "1000000";
const POOR_BALANCE = "1000";

const LARGEST_AMOUNT_TENS = 50;
/** How often Alipay+ sends a pay once more. */
const REPEAT_PROBABILITY = 0.5;
const PAYS_MOST = 4;
const SCAN_AGAIN_PROBABILITY = 0.3;
const DECLINE_PROBABILITY = 0.2;
/** How often a customer answers again; without an answer from the wallet, the second decision may differ. */
const SAID_AGAIN_PROBABILITY = 0.4;

/** Nothing expires while the day is played, and everything that is open does in the evening. */
const TIME_LIMIT_MS = 30 * 60_000;

/** How much happens on a day of kills. */
export type KillDaySize = { readonly paymentCount: number; readonly orderCount: number };

/** The plan of the day of kills with this seed. */
export function planKillDay(seed: number, { paymentCount, orderCount }: KillDaySize): DayPlan {
  const random = new Random(seed);
  const startMinuteOfDay = random.below(MINUTES_OF_DAY);
  const customers = customersOf(seed, paymentCount + orderCount);
  const customerIdOf = (index: number) => customers[index % customers.length]?.customerId ?? "";
  const flows = [
    ...Array.from({ length: paymentCount }, (_, index) => planPayment(seed, index, customerIdOf(index), random)),
    ...Array.from({ length: orderCount }, (_, index) =>
      planOrder(seed, index, customerIdOf(paymentCount + index), random),
    ),
  ];
  const steps = withKills(inSteps(random.shuffled(flows)), Math.floor(flows.length / FLOWS_PER_KILL), random);
  const evening: Step = { actions: [{ act: "WAIT", durationMs: TIME_LIMIT_MS }] };
  return { seed, startMinuteOfDay, customers, steps: [...steps, evening] };
}

function customersOf(seed: number, flowCount: number): readonly CustomerPlan[] {
  return Array.from({ length: Math.ceil(flowCount / FLOWS_PER_CUSTOMER) }, (_, index) => ({
    customerId: `kill-${seed}-${index}`,
    settings: {
      currency: SAMPLE_CURRENCY,
      balance: index % POOR_CUSTOMER_INTERVAL === 0 ? POOR_BALANCE : RICH_BALANCE,
    },
  }));
}

/** Alipay+ sends pay, once or more often, whatever it is answered. */
function planPayment(seed: number, index: number, customerId: string, random: Random): readonly Action[] {
  const payToAmount = { currency: SAMPLE_CURRENCY, value: `${random.between(1, LARGEST_AMOUNT_TENS)}0` };
  const payment: PaymentPlan = {
    paymentRequestId: `KILL-${seed}-${index}`,
    paymentCode: paymentCode(index),
    customerId,
    payToAmount,
  };
  const actions: Action[] = [{ act: "PAY", payment }];
  while (actions.length < PAYS_MOST && random.happens(REPEAT_PROBABILITY)) actions.push({ act: "PAY", payment });
  return actions;
}

/** A merchant shows an order code, a customer scans it, and confirms or declines. */
function planOrder(seed: number, index: number, customerId: string, random: Random): readonly Action[] {
  const sale: SalePlan = {
    paymentRequestId: `KILL-${seed}-ORDER-${index}`,
    scenario: "OrderCode",
    interface: "TODAY",
    paymentAmount: { currency: "JPY", value: String(random.between(1, LARGEST_AMOUNT_TENS)) },
    customerId,
    timeLimitMs: TIME_LIMIT_MS,
  };
  const { paymentRequestId } = sale;
  const word = (): CustomerWord => (random.happens(DECLINE_PROBABILITY) ? "decline" : "confirm");
  const scan: Action = { act: "SCAN", sale: paymentRequestId, customerId };
  const say = (): Action => ({ act: "SAY", sale: paymentRequestId, customerId, word: word() });
  return [
    { act: "SELL", sale },
    scan,
    ...(random.happens(SCAN_AGAIN_PROBABILITY) ? [scan] : []),
    say(),
    ...(random.happens(SAID_AGAIN_PROBABILITY) ? [say()] : []),
  ];
}

/**
 * Plans up to ACTIONS_AT_ONCE payments and orders side by side: each step has the next action of each of them, and one
 * that is done makes room for the next.
 */
function inSteps(flows: readonly (readonly Action[])[]): Step[] {
  const waiting = flows.map((actions) => [...actions]);
  const steps: Step[] = [];
  let present: Action[][] = [];
  for (;;) {
    present = present.filter((actions) => actions.length > 0);
    present.push(...waiting.splice(0, ACTIONS_AT_ONCE - present.length));
    if (present.length === 0) return steps;
    steps.push({ actions: present.flatMap((actions) => actions.splice(0, 1)) });
  }
}

/** The kills are spread over the day, one in each part of it. */
function withKills(steps: readonly Step[], kills: number, random: Random): Step[] {
  const length = steps.length / Math.max(1, kills);
  const killed = new Set(
    Array.from({ length: kills }, (_, kill) => Math.floor(kill * length + random.next() * length)),
  );
  return steps.map((step, index) =>
    killed.has(index) ? { ...step, killAfterMs: random.below(KILL_DELAY_MS_MOST) } : step,
  );
}
