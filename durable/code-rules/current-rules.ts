/** The code rules as this isolate uses them: compiled once for a revision. Source: spec/03, durable/code-rules/object.ts. */
import type { Env, Gateway } from "../env.ts";
import { logFault } from "../platform/log.ts";
import { type CodeRules, compileCodeRules } from "./compile.ts";

const OBJECT_NAME = "code-rules";

/** How long an isolate goes on with what it knows before it asks the object again. */
const ASK_AGAIN_MS = 60_000;

type Compiled = { readonly revision: number; readonly rules: CodeRules; readonly askedTimeMs: number };

const compiled = new WeakMap<Gateway, Compiled>();

/**
 * The rules to try a code by. While the object cannot be asked, those that are known already stay in use.
 *
 * @param nowMs epoch milliseconds
 * @returns `undefined` when there are none, and Alipay+ does not give any
 */
export async function currentCodeRules(gateway: Gateway, nowMs: number): Promise<CodeRules | undefined> {
  const known = compiled.get(gateway);
  if (known && nowMs - known.askedTimeMs < ASK_AGAIN_MS) return known.rules;
  // Noted before the call: whoever scans meanwhile goes on with what is known, and does not ask as well.
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

/** Has the object fetch rules that are older than they should be. Never throws. */
export async function refreshCodeRules(env: Env, locationHint: DurableObjectLocationHint | undefined): Promise<void> {
  try {
    await codeRulesObject(env, locationHint).refresh();
  } catch (error) {
    logFault("code-rules-not-refreshed", error);
  }
}

function codeRulesObject({ CODE_RULES }: Env, locationHint: DurableObjectLocationHint | undefined) {
  return CODE_RULES.getByName(OBJECT_NAME, locationHint ? { locationHint } : {});
}
