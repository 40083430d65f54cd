/** inquiryCodeRules: how a wallet recognises a scanned code. Source: docs/spec/code-rules.md. */
import { fingerprintOf } from "../../../protocol/idempotency.ts";
import { type Answer, resultOf } from "../../../protocol/results.ts";
import type { Interface } from "../interface.ts";
import { CODE_RULES } from "./code-rules.ts";

const VERSION_CHARACTERS = 16;

/** Answers the rules of code-rules.ts; it reads nothing of the request, and never refuses. */
export const inquiryCodeRules: Interface = { path: "/codes/inquiryCodeRules", name: "inquiryCodeRules", answer };

/** All rules, whatever version the wallet has: it compares them itself. The version changes with the rules alone. */
async function answer(): Promise<Answer> {
  const digest = await fingerprintOf({ codeRules: CODE_RULES }, ["codeRules"]);
  return { result: resultOf("SUCCESS"), version: digest.slice(0, VERSION_CHARACTERS), codeRules: CODE_RULES };
}
