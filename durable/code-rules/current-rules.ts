/**
 * The code rules as this isolate uses them: compiled once per revision. Source: docs/spec/code-rules.md,
 * durable/code-rules/object.ts.
 */
import type { Env, Gateway } from "../env.ts";
import { logFault } from "../platform/log.ts";
import { type CodeRules, compileCodeRules } from "./compile.ts";

/** The name of the one object that keeps the rules. */
export const CODE_RULES_OBJECT = "code-rules";

/** How long an isolate uses the rules that it has before it asks the object again. */
const ASK_AGAIN_MS = 60_000;

type Compiled = { readonly revision: number; readonly rules: CodeRules; readonly askedTimeMs: number };

const compiled = new WeakMap<Gateway, Compiled>();

/**
 * The rules that codes are matched against. While the object cannot be reached, the last known rules stay in use.
 *
 * @param nowMs epoch milliseconds
 * @returns `undefined` when there are none, and Alipay+ has not returned any
 */
export async function currentCodeRules(gateway: Gateway, nowMs: number): Promise<CodeRules | undefined> {
  const known = compiled.get(gateway);
  if (known && nowMs - known.askedTimeMs < ASK_AGAIN_MS) return known.rules;
  // Set before the call: a concurrent scan uses the known rules and does not ask too.
  if (known) compiled.set(gateway, { ...known, askedTimeMs: nowMs });
  try {
    const reply = await codeRulesObject(gateway.env, gateway.configuration.locationHint).current(known?.revision);
    if (reply.outcome !== "KNOWN") return known?.rules;
    const { revision } = reply;
    const { rules } = compileCodeRules(JSON.parse(reply.rules) as unknown[], gateway.configuration.issuer);
    compiled.set(gateway, { revision, rules, askedTimeMs: nowMs });
    return rules;
  } catch (error) {
    logFault("code-rules-not-read", error);
    return known?.rules;
  }
}

/** Asks the object to fetch rules that have become too old. Never throws. */
export async function refreshCodeRules(env: Env, locationHint: DurableObjectLocationHint | undefined): Promise<void> {
  try {
    await codeRulesObject(env, locationHint).refresh();
  } catch (error) {
    logFault("code-rules-not-refreshed", error);
  }
}

function codeRulesObject({ CODE_RULES }: Env, locationHint: DurableObjectLocationHint | undefined) {
  return CODE_RULES.getByName(CODE_RULES_OBJECT, locationHint ? { locationHint } : {});
}
