import type { Failure } from "../call.ts";
import { addRule, endRule, endRules, type Faults, fetchFaults, type Rule, type RuleWish } from "../rehearsal-client.ts";
import { useAction } from "../use-action.ts";
import { useLook } from "../use-look.ts";

const LOOK_INTERVAL_MS = 2_000;
const NONE: Faults = { rules: [], catalogue: [] };

/** The faults that are done to messages, and how to change them. */
export type FaultSwitches = Faults & {
  readonly failure: Failure | undefined;
  readonly add: (wish: RuleWish) => Promise<void>;
  readonly end: (rules: readonly Rule[]) => Promise<void>;
  readonly endAll: () => Promise<void>;
};

/**
 * Follows the active rules.
 *
 * @param occasion looks at once whenever it changes: a message may have used a rule up
 */
export function useFaults(occasion: string): FaultSwitches {
  const { answer, refresh, take } = useLook(fetchFaults, occasion, LOOK_INTERVAL_MS);
  const { failure, act } = useAction();
  return {
    ...(answer ?? NONE),
    failure,
    add: async (wish) => {
      await act(addRule(wish), () => undefined);
      await refresh();
    },
    end: async (rules) => {
      for (const rule of rules) await act(endRule(rule), take);
      await refresh();
    },
    endAll: () => act(endRules(), take),
  };
}
