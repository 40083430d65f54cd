import { compileRegex, type RegexFault } from "./regex.ts";

/** Whether the value of a data object, `undefined` when there is none, matches the pattern. */
export type ValueMatch = (value: string | undefined) => boolean;

/**
 * The value patterns of EMVCO rules: `S<…>` starts with, `C<…>` contains, `R<…>` matches as a whole, `N<NULL>` is
 * absent; anything else is the value itself. Case-sensitive. An absent value satisfies `N<NULL>`
 * only.
 *
 * Source: docs/spec/code-rules.md.
 *
 * @returns the match, or why the regular expression of an `R<…>` is refused.
 * @example compileValuePattern("S<hk.com.>") // matches "hk.com.example"
 */
export function compileValuePattern(pattern: string): ValueMatch | RegexFault {
  if (pattern === "N<NULL>") return (value) => value === undefined;
  const operand = pattern.slice(2, -1);
  switch (pattern.endsWith(">") ? pattern.slice(0, 2) : "") {
    case "S<":
      return (value) => value?.startsWith(operand) === true;
    case "C<":
      return (value) => value?.includes(operand) === true;
    case "R<": {
      const matches = compileRegex(operand);
      return typeof matches === "string" ? matches : (value) => value !== undefined && matches(value);
    }
    default:
      return (value) => value === pattern;
  }
}
