import { RE2JS, RE2JSException } from "re2js";
import { hasAtMost } from "../../protocol/characters.ts";

/** The longest regular expression that a rule may have. */
const REGEX_LIMIT_CHARACTERS = 512;
/**
 * The largest program that one may compile to. Matching takes at most instructions × characters steps, half a million
 * for the longest code; an ordinary rule has fewer than a hundred instructions.
 */
const REGEX_LIMIT_INSTRUCTIONS = 1_000;
/** How many compiled expressions an isolate keeps. */
export const REGEX_CACHE_LIMIT = 1_000;

/** Why a regular expression is refused. Back references and look-around cannot be matched in linear time. */
export type RegexFault = "REGEX_TOO_LONG" | "REGEX_NOT_COMPILABLE" | "REGEX_TOO_LARGE";

/** Whether the whole text matches. */
type FullMatch = (text: string) => boolean;

/** The oldest entry is the first. */
const compiled = new Map<string, FullMatch | RegexFault>();

/**
 * A regular expression as a full match in time linear in the text, whatever the expression is. Compiled once: the
 * same expression gives the same function while it is kept.
 *
 * @param regex in the syntax of RE2; case-sensitive.
 * @returns the match, or why there is none.
 * @example compileRegex("28[0-9]{16}") // (text) => boolean
 */
export function compileRegex(regex: string): FullMatch | RegexFault {
  if (!hasAtMost(regex, REGEX_LIMIT_CHARACTERS)) return "REGEX_TOO_LONG";
  const known = compiled.get(regex);
  if (known !== undefined) return known;
  const result = compile(regex);
  const [oldest] = compiled.keys();
  if (compiled.size >= REGEX_CACHE_LIMIT && oldest !== undefined) compiled.delete(oldest);
  compiled.set(regex, result);
  return result;
}

function compile(regex: string): FullMatch | RegexFault {
  try {
    const program = RE2JS.compile(regex);
    if (program.programSize() > REGEX_LIMIT_INSTRUCTIONS) return "REGEX_TOO_LARGE";
    return (text) => program.testExact(text);
  } catch (error) {
    if (error instanceof RE2JSException) return "REGEX_NOT_COMPILABLE";
    throw error;
  }
}
