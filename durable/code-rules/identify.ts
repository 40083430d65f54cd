import { hasAtMost } from "../../protocol/characters.ts";
import type { CodeRules } from "./compile.ts";
import { scannedCode } from "./match.ts";

/** The longest code that userInitiatedPay takes (docs/spec/messages.md#parameters). */
export const CODE_VALUE_LIMIT_CHARACTERS = 512;

/** What the wallet does with a scanned code. */
type CodeIdentification =
  /** Send it to Alipay+ by userInitiatedPay. */
  | { readonly action: "DECODE" }
  /** Open the URL with this user agent; `undefined` when the rule asks for none. */
  | { readonly action: "OPEN_URL"; readonly url: string; readonly userAgent: string | undefined }
  | { readonly action: "NOT_ALIPAYPLUS" };

/**
 * What a scanned code is by the code rules. Of all rules that apply, the one with the lowest priority number
 * wins; on a tie, the first in Alipay+'s answer. A rule of action OPEN_URL whose URL would not be https or would be
 * longer than 2048 characters does not apply. Takes time linear in the code for any rules.
 *
 * @param codeValue exactly what was scanned; empty, longer than 512 characters or not well-formed Unicode is no code
 *   of Alipay+.
 * @param rules from `compileCodeRules`.
 *
 * Source: docs/spec/code-rules.md.
 */
export function identifyCode(codeValue: string, rules: CodeRules): CodeIdentification {
  if (codeValue === "" || !hasAtMost(codeValue, CODE_VALUE_LIMIT_CHARACTERS) || !codeValue.isWellFormed()) {
    return { action: "NOT_ALIPAYPLUS" };
  }
  const code = scannedCode(codeValue);
  for (const { matches, action } of rules) {
    if (!matches(code)) continue;
    if (action.type === "DECODE") return { action: "DECODE" };
    const url = action.url(code);
    if (url !== undefined) return { action: "OPEN_URL", url, userAgent: action.userAgent };
  }
  return { action: "NOT_ALIPAYPLUS" };
}
