/**
 * Whether a scanned code matches a rule. Source: docs/spec/code-rules.md.
 */
import type { DataObjects } from "../../core-wasm/index.ts";
import { parseEmvco } from "./emvco.ts";
import { locateMerchantAccount } from "./merchant-account.ts";
import { compileRegex, type RegexFault } from "./regex.ts";
import { COMPARED_ROOT_TAGS, type CodeMatchPattern, type EmvMatchRule } from "./rules.ts";
import { compileValuePattern, type ValueMatch } from "./value-pattern.ts";

/** A code value, taken apart at most once for all rules. */
export type ScannedCode = {
  readonly value: string;
  /** The root data objects of an EMVCo code, `undefined` for any other. */
  readonly dataObjects: () => DataObjects | undefined;
};

/** Whether a rule applies to a code. */
export type CodeMatch = (code: ScannedCode) => boolean;

/** Why a pattern is refused. */
export type MatchFault =
  | RegexFault
  /** An `emvMatchRules` element asks for a merchant account without naming its tag. */
  | "MERCHANT_TAG_MISSING"
  /** An `emvMatchRules` element without any condition that we know. */
  | "EMV_RULE_WITHOUT_CONDITION";

/** Prepares a code value for matching. */
export function scannedCode(value: string): ScannedCode {
  let parsed: { readonly objects: DataObjects | undefined } | undefined;
  return {
    value,
    dataObjects: () => {
      parsed ??= { objects: parseEmvco(value) };
      return parsed.objects;
    },
  };
}

/**
 * The match of one rule.
 *
 * - `PREFIX`: the code starts with the prefix, in any case.
 * - `REGEX`: the whole code matches.
 * - `EMVCO`: the code is a valid EMVCo code and satisfies one element of `emvMatchRules`, all its conditions; without
 *   elements every EMVCo code does.
 *
 * @returns the match, or why the pattern is refused.
 */
export function compileMatch(pattern: CodeMatchPattern): CodeMatch | MatchFault {
  switch (pattern.matchMethod) {
    case "PREFIX":
      return startsWithInAnyCase(pattern.prefix);
    case "REGEX": {
      const matches = compileRegex(pattern.regex);
      return typeof matches === "string" ? matches : (code) => matches(code.value);
    }
    case "EMVCO":
      return compileEmvMatch(pattern.emvMatchRules ?? []);
  }
}

function startsWithInAnyCase(prefix: string): CodeMatch {
  const wanted = prefix.toLowerCase();
  // Cut before the case is changed: a change of case can change the length.
  return (code) => code.value.slice(0, prefix.length).toLowerCase() === wanted;
}

type DataObjectsMatch = (code: DataObjects) => boolean;

function compileEmvMatch(rules: readonly EmvMatchRule[]): CodeMatch | MatchFault {
  const alternatives: DataObjectsMatch[] = [];
  for (const rule of rules) {
    const alternative = compileEmvRule(rule);
    if (typeof alternative === "string") return alternative;
    alternatives.push(alternative);
  }
  return (code) => {
    const objects = code.dataObjects();
    if (objects === undefined) return false;
    return alternatives.length === 0 || alternatives.some((matches) => matches(objects));
  };
}

function compileEmvRule(rule: EmvMatchRule): DataObjectsMatch | MatchFault {
  const conditions: DataObjectsMatch[] = [];
  const account = compileAccountCondition(rule);
  if (typeof account === "string") return account;
  if (account !== undefined) conditions.push(account);
  for (const tag of COMPARED_ROOT_TAGS) {
    const pattern = rule[tag];
    if (pattern === undefined) continue;
    const matches = compileValuePattern(pattern);
    if (typeof matches === "string") return matches;
    conditions.push((code) => matches(code.get(tag)));
  }
  if (conditions.length === 0) return "EMV_RULE_WITHOUT_CONDITION";
  return (code) => conditions.every((holds) => holds(code));
}

function compileAccountCondition(rule: EmvMatchRule): DataObjectsMatch | MatchFault | undefined {
  const valuesOf = locateMerchantAccount(rule);
  if (typeof valuesOf !== "function") return valuesOf;
  const matches =
    rule.extendedMerchantValue === undefined ? isPresent : compileValuePattern(rule.extendedMerchantValue);
  if (typeof matches === "string") return matches;
  return (code) => {
    const values = valuesOf(code);
    return values.length === 0 ? matches(undefined) : values.some((value) => matches(value));
  };
}

const isPresent: ValueMatch = (value) => value !== undefined;
