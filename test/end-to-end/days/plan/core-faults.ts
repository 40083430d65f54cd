/** A day whose wallet has a core of its own: the same plan, with faults on the link to it. Pure. */
import { Random } from "../../../support/random.ts";
import type { DayPlan, FaultRule, Step } from "./plan.ts";

/** Every fault of the link to the core (docs/sandbox/faults.md). */
export const CORE_FAULTS = [
  "ANSWER_LOST",
  "REQUEST_LOST",
  "ANSWER_DELAYED",
  "REQUEST_DELAYED",
  "DUPLICATED",
  "HTTP_500",
  "ANSWER_GARBLED",
] as const;

/** What the gateway asks of the core; the last is every message. */
const INTERFACES = ["debit", "debit", "reverse", "refund", undefined] as const;

const FAULT_PROBABILITY = 0.15;
const LIMITED_PROBABILITY = 0.7;
const TIMES_MOST = 4;
const PROBABLE_PROBABILITY = 0.4;
const PROBABILITIES = [0.2, 0.5, 0.8] as const;
/** They pass for real. */
const LONGEST_DELAY_MS = 120;

/** So that the draws are others than those of the plan. */
const OWN_DRAWS = 0x5bd1e995;

/** The plan with rules for the link between some of its steps; the first of them begins the day. */
export function withCoreFaults(plan: DayPlan): DayPlan {
  const random = new Random((plan.seed ^ OWN_DRAWS) >>> 0);
  const steps = plan.steps.flatMap((step, index): Step[] =>
    index === 0 || random.happens(FAULT_PROBABILITY)
      ? [{ actions: [{ act: "ADD_FAULT", rule: coreFaultRule(random) }] }, step]
      : [step],
  );
  return { ...plan, steps };
}

function coreFaultRule(random: Random): FaultRule {
  const fault = random.pick(CORE_FAULTS);
  const interfaceName = random.pick(INTERFACES);
  return {
    fault,
    link: "MPP_TO_CORE",
    ...(interfaceName !== undefined && { interface: interfaceName }),
    ...(fault.endsWith("_DELAYED") && { delayMs: 1 + random.below(LONGEST_DELAY_MS) }),
    ...(random.happens(LIMITED_PROBABILITY) && { times: 1 + random.below(TIMES_MOST) }),
    ...(random.happens(PROBABLE_PROBABILITY) && {
      probability: random.pick(PROBABILITIES),
      seed: String(random.below(2 ** 31)),
    }),
  };
}
