import { type Failure, isFailure } from "../calls/call.ts";
import { addRule, endRule, endRules, type Faults, fetchFaults, type Rule, type RuleWish } from "../calls/rehearsal.ts";
import { useLook } from "../use-look.ts";

const LOOK_INTERVAL_MS = 2_000;
const NONE: Faults = { rules: [], catalogue: [] };
/** The id of a rule that the sandbox has not made yet. */
const PENDING_RULE_ID = "pending";

/** The faults that are done to messages, and how to change them. */
export type FaultSwitches = Faults & {
  /** Whether a change is under way. */
  readonly isBusy: boolean;
  readonly failure: Failure | undefined;
  readonly add: (wish: RuleWish) => Promise<void>;
  /** Ends every rule of which `isMeant` is true. */
  readonly end: (isMeant: (rule: Rule) => boolean) => Promise<void>;
  readonly endAll: () => Promise<void>;
};

/**
 * Follows the active rules.
 *
 * @param occasion looks at once whenever it changes: a message may have used a rule up
 */
export function useFaults(occasion: string): FaultSwitches {
  const { answer, isBusy, failure, change } = useLook({ look: fetchFaults, occasion, intervalMs: LOOK_INTERVAL_MS });
  return {
    ...(answer ?? NONE),
    isBusy,
    failure,
    add: (wish) =>
      change({
        request: async () => {
          const added = await addRule(wish);
          return isFailure(added) ? added : fetchFaults();
        },
        preview: (present) => ({ ...present, rules: [...present.rules, { ruleId: PENDING_RULE_ID, ...wish }] }),
      }),
    end: (isMeant) =>
      change({
        request: (present) => endEach(present?.rules.filter(isMeant) ?? []),
        preview: (present) => ({ ...present, rules: present.rules.filter((rule) => !isMeant(rule)) }),
      }),
    endAll: () => change({ request: endRules, preview: (present) => ({ ...present, rules: [] }) }),
  };
}

/** A rule that was used up meanwhile has ended, too. */
async function endEach(rules: readonly Rule[]): Promise<Faults | Failure> {
  for (const rule of rules) {
    const ended = await endRule(rule);
    if (isFailure(ended) && ended.code !== "RULE_UNKNOWN") return ended;
  }
  return fetchFaults();
}
