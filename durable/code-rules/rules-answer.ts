import type { Answers } from "../../protocol/exchange/schemas.ts";

/**
 * The rules of an answer of inquiryCodeRules. The public page calls the list `codeRules`, and its elements are rules or
 * hold them as `codeIdentificationRules`; docs/spec/code-rules.md names only the latter. Both shapes are read, in the
 * order of the answer.
 *
 * @returns elements for `compileCodeRules`; empty when Alipay+ has no valid rules
 */
export function rulesOfAnswer({
  codeRules = [],
  codeIdentificationRules = [],
}: Answers["inquiryCodeRules"]): unknown[] {
  const wrapped = codeRules.flatMap((element) => {
    const inner = element.codeIdentificationRules;
    return Array.isArray(inner) ? (inner as unknown[]) : [element];
  });
  return [...wrapped, ...codeIdentificationRules];
}
