/**
 * Compiles the rules of Alipay+ into rules that are ready to be tried. Source: docs/spec/code-rules.md.
 */
import { type CodeMatch, compileMatch, type MatchFault } from "./match.ts";
import { type CodeIdentificationRule, codeIdentificationRule, PRIORITY_WHEN_MISSING } from "./rules.ts";
import { compileUrlConstruction, type UrlConstruction, type UrlFault } from "./url.ts";

/** How many rules one answer may have; later ones are refused. */
export const CODE_RULES_LIMIT = 1_000;

/** The action of a matching rule for a code. */
type CodeAction =
  | { readonly type: "DECODE" }
  | { readonly type: "OPEN_URL"; readonly url: UrlConstruction; readonly userAgent: string | undefined };

/** A rule that is ready to be tried. */
type CodeRule = { readonly priority: number; readonly matches: CodeMatch; readonly action: CodeAction };

/** Rules that are ready to be tried, the first that applies wins. Made by {@link compileCodeRules} only. */
export type CodeRules = readonly CodeRule[];

/** Why a rule is refused. */
export type CodeRuleFault = "MALFORMED" | "TOO_MANY_RULES" | MatchFault | UrlFault;

/** A rule that is left out: its index in the answer, why, and where in it when it is malformed. */
type RefusedCodeRule = { readonly index: number; readonly fault: CodeRuleFault; readonly path?: string };

type CompiledCodeRules = { readonly rules: CodeRules; readonly refused: readonly RefusedCodeRule[] };

/**
 * Checks and compiles `codeIdentificationRules`. A rule that cannot be used is refused alone, the others are kept: one
 * mistake must not stop all scanning. Call it once for a version of the rules, not for every scan.
 *
 * @param codeIdentificationRules the elements as they were parsed from JSON.
 * @param issuer what `${issuer}` stands for in URLs; `undefined` refuses the rules that use it.
 * @returns the usable rules, lowest priority number first and on a tie in the order of the answer.
 */
export function compileCodeRules(
  codeIdentificationRules: readonly unknown[],
  issuer: string | undefined,
): CompiledCodeRules {
  const rules: CodeRule[] = [];
  const refused: RefusedCodeRule[] = [];
  for (const [index, candidate] of codeIdentificationRules.entries()) {
    const rule = index < CODE_RULES_LIMIT ? readCodeRule(candidate, issuer) : ({ fault: "TOO_MANY_RULES" } as const);
    if ("fault" in rule) refused.push({ index, ...rule });
    else rules.push(rule);
  }
  // The sort is stable: on a tie the order of the answer is kept.
  return { rules: rules.sort((a, b) => a.priority - b.priority), refused };
}

function readCodeRule(candidate: unknown, issuer: string | undefined): CodeRule | Omit<RefusedCodeRule, "index"> {
  const parsed = codeIdentificationRule.safeParse(candidate);
  if (!parsed.success) return { fault: "MALFORMED", path: parsed.error.issues[0]?.path.join(".") ?? "" };
  const { codeMatchPattern, postCodeMatchAction } = parsed.data;
  const matches = compileMatch(codeMatchPattern);
  if (typeof matches === "string") return { fault: matches };
  const action = compileAction(postCodeMatchAction, issuer);
  if (typeof action === "string") return { fault: action };
  return { priority: codeMatchPattern.priority ?? PRIORITY_WHEN_MISSING, matches, action };
}

function compileAction(
  action: CodeIdentificationRule["postCodeMatchAction"],
  issuer: string | undefined,
): CodeAction | UrlFault {
  if (action.postCodeMatchActionType === "DECODE") return { type: "DECODE" };
  const url = compileUrlConstruction(action, issuer);
  return typeof url === "string" ? url : { type: "OPEN_URL", url, userAgent: action.userAgent };
}
