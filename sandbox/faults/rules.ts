/** Active rules: (rules, message) → the fault to apply, and the next rules. Pure. */

import { draw } from "../rehearsal/draw.ts";
import { isOnce, isPossible } from "./catalogue.ts";
import type { Fault } from "./fault.ts";
import type { Link, MessageKind } from "./links.ts";

/** How likely a rule strikes, decided by draws that its seed repeats. */
type Random = {
  /** Above 0, at most 1. */
  readonly probability: number;
  /** The seed as the request has it. */
  readonly probabilityText: string;
  readonly seed: string;
  /** The state of the next draw. */
  readonly drawState: number;
};

/** A fault that applies to messages until it is used up or removed. */
export type Rule = Fault & {
  readonly ruleId: string;
  /** Missing: every link, every interface where the fault makes sense. */
  readonly link?: Link;
  readonly interface?: string;
  /** How often it still strikes; missing: indefinitely. */
  readonly timesLeft?: number;
  readonly random?: Random;
};

/** A message that passes. */
export type PassingMessage = MessageKind & {
  /** A once-only fault has already been applied to the same message. */
  readonly isSpared: boolean;
};

/** Whether a rule matches a message. */
function isAbout(rule: Rule, message: PassingMessage): boolean {
  const { name, link = message.link, interface: interfaceName = message.interface } = rule;
  if (link !== message.link || interfaceName !== message.interface) return false;
  return isPossible(name, message) && !(isOnce(name) && message.isSpared);
}

/**
 * The first rule, in order of creation, that matches the message and strikes. Later rules neither count nor draw, so
 * that the effect of a rule depends only on the messages that reach it.
 */
export function strike(
  rules: readonly Rule[],
  message: PassingMessage,
): { readonly fault?: Fault; readonly rules: readonly Rule[] } {
  const passed: Rule[] = [];
  for (const [index, rule] of rules.entries()) {
    if (!isAbout(rule, message)) {
      passed.push(rule);
      continue;
    }
    const { strikes, rule: drawn } = tryRule(rule);
    if (strikes) {
      const { name, delayMs } = rule;
      return { fault: { name, delayMs }, rules: [...passed, ...usedOnce(drawn), ...rules.slice(index + 1)] };
    }
    passed.push(drawn);
  }
  return { rules: passed };
}

function tryRule(rule: Rule): { readonly strikes: boolean; readonly rule: Rule } {
  const { random } = rule;
  if (!random) return { strikes: true, rule };
  const { drawn, state } = draw(random.drawState);
  return { strikes: drawn < random.probability, rule: { ...rule, random: { ...random, drawState: state } } };
}

function usedOnce(rule: Rule): readonly Rule[] {
  const { timesLeft } = rule;
  if (timesLeft === undefined) return [rule];
  return timesLeft > 1 ? [{ ...rule, timesLeft: timesLeft - 1 }] : [];
}
