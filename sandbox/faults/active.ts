/**
 * The state of faults in this isolate: the active rules, which messages have had a fault, and how many messages
 * have passed each link. A restart clears it, as it resets the clock (protocol/clock.ts).
 */
import { isOnce } from "./catalogue.ts";
import type { Fault } from "./fault.ts";
import type { Link, MessageKind } from "./links.ts";
import { type Rule, strike } from "./rules.ts";

/** The most rules that are active at a time. */
export const RULES_LIMIT = 50;

/** How many messages with a once-only fault are remembered; the oldest is dropped first. */
const SPARED_LIMIT = 10_000;

let rules: readonly Rule[] = [];
let lastRuleNumber = 0;
const spared = new Set<string>();
const awaited = new Map<string, Fault>();
const passedCounts = new Map<Link, number>();

const encoder = new TextEncoder();

/** The active rules, in the order in which they were made. */
export function activeRules(): readonly Rule[] {
  return rules;
}

/**
 * Adds a rule, active from now on.
 *
 * @returns undefined when there are too many
 */
export function addRule(rule: Omit<Rule, "ruleId">): Rule | undefined {
  if (rules.length >= RULES_LIMIT) return undefined;
  lastRuleNumber += 1;
  const added = { ...rule, ruleId: String(lastRuleNumber) };
  rules = [...rules, added];
  return added;
}

/** Removes a rule; false when no rule has that id. */
export function removeRule(ruleId: string): boolean {
  const left = rules.filter((rule) => rule.ruleId !== ruleId);
  const isRemoved = left.length < rules.length;
  rules = left;
  return isRemoved;
}

/** Removes all rules, and forgets which messages have had a fault. */
export function forgetFaults(): void {
  rules = [];
  spared.clear();
  awaited.clear();
}

/**
 * The first message of this id meets a fault: one that another party sends because of a call that is under way.
 *
 * @param messageId no other message has it but the repeats of the same
 */
export function awaitFault(messageId: string, fault: Fault): void {
  awaited.set(messageId, fault);
}

/** The call is over: a later message of this id meets no fault. */
export function forgetAwaited(messageId: string): void {
  awaited.delete(messageId);
}

/** The fault that this message is to meet, which then no other meets. */
export function takeAwaited(messageId: string): Fault | undefined {
  const fault = awaited.get(messageId);
  awaited.delete(messageId);
  return fault;
}

/**
 * The fault of a message: the one that its header requests, or else that of an active rule. A once-only fault is not
 * applied to a repeat of the same bytes.
 *
 * @param body of the message, as it goes over the wire
 * @param asked the fault of the message's own header
 */
export async function faultFor(
  kind: MessageKind,
  body: string | Uint8Array,
  asked: Fault | undefined,
): Promise<Fault | undefined> {
  if (!asked && rules.length === 0) return undefined;
  const identity = await identityOf(kind, body);
  // No await from here on: two equal messages must not both count as the first.
  const isSpared = spared.has(identity);
  const fault = asked ? unlessSpared(asked, isSpared) : struck({ ...kind, isSpared });
  if (fault && isOnce(fault.name)) spare(identity);
  return fault;
}

function unlessSpared(fault: Fault, isSpared: boolean): Fault | undefined {
  return isSpared && isOnce(fault.name) ? undefined : fault;
}

function struck(message: MessageKind & { readonly isSpared: boolean }): Fault | undefined {
  const after = strike(rules, message);
  rules = after.rules;
  return after.fault;
}

function spare(identity: string): void {
  const [oldest] = spared;
  if (oldest !== undefined && spared.size >= SPARED_LIMIT) spared.delete(oldest);
  spared.add(identity);
}

async function identityOf({ link, interface: interfaceName }: MessageKind, body: string | Uint8Array): Promise<string> {
  const bytes = typeof body === "string" ? encoder.encode(body) : body;
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>));
  return `${link} ${interfaceName} ${digest.toHex()}`;
}

/** A message has been processed or abandoned: messages held back behind it may proceed. */
export function notePassed(link: Link): void {
  passedCounts.set(link, passedCount(link) + 1);
}

/** How many messages have passed a link. */
export function passedCount(link: Link): number {
  return passedCounts.get(link) ?? 0;
}
