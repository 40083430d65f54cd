/**
 * Reads the JSON body of a message strictly, after its signature has been verified.
 *
 * `JSON.parse` is the judge of the grammar. One pass over the text before it finds what it would accept: more
 * nesting or more values than any message has, a key that appears twice in one object, which two readers could
 * understand differently (RFC 8259 section 4), and a key that is written with a backslash. The V8 of today's runtimes
 * may read such a key as that of an earlier text with the same shape: after `{"x":1,"\\\\":1}` it reads
 * `{"x":1,"\u0061":1}` as the first once more. So these texts never reach it.
 *
 * Source: docs/spec/messages.md#parameters; RFC 8259; RFC 3629.
 */
import { cutTo } from "./characters.ts";

/** How deep objects and arrays may lie in each other; the outermost object is depth 1. */
const JSON_DEPTH_LIMIT = 16;
/**
 * How many members and elements all objects and arrays of a body may have together: more than a full body of the
 * shortest goods has. The survey and the parser take time linear in the body, whatever it holds.
 */
const JSON_VALUES_LIMIT = 32_768;
/** A key named in a fault is cut to this length: the sender chose it. */
const FAULT_KEY_LIMIT_CHARACTERS = 64;

/**
 * A value of a body. Every scalar of Alipay+ is a string, and a number or boolean whose text is exact has become
 * one; a value that stays a number is not accepted: schemas want strings.
 */
export type JsonValue = string | number | null | JsonObject | readonly JsonValue[];

/**
 * An object of a body. A key `__proto__` is a plain member like any other and changes no prototype; it must be read
 * by name, as a schema does, and never be copied by assignment.
 */
export type JsonObject = { readonly [key: string]: JsonValue };

/** Why a body is refused. */
export type JsonFault =
  /** Not UTF-8: a wrong, overlong or cut-off sequence, or a surrogate. */
  | "NOT_UTF8"
  /** Not JSON. A byte order mark makes a text something else than JSON (RFC 8259 section 8.1). */
  | "NOT_JSON"
  /** JSON, but the outermost value is not an object. */
  | "NOT_AN_OBJECT"
  /** Deeper than {@link JSON_DEPTH_LIMIT}. */
  | "TOO_DEEP"
  /** One object holds `key` twice. */
  | "DUPLICATE_KEY"
  /** A key is written with a backslash. The parameters of Alipay+ have letters and digits only. */
  | "ESCAPED_KEY"
  /** More than {@link JSON_VALUES_LIMIT} members and elements. */
  | "TOO_MANY_VALUES";

/**
 * The object, with the text that it was read from for those who compare or store the message as received; or why there
 * is none. `key` comes with `DUPLICATE_KEY` and `ESCAPED_KEY`, as it is written, cut to 64 characters.
 */
export type JsonBody =
  | { readonly ok: true; readonly value: JsonObject; readonly text: string }
  | { readonly ok: false; readonly reason: JsonFault; readonly key?: string };

const TAB = 0x09;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const QUOTE = 0x22;
const PLUS = 0x2b;
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const COLON = 0x3a;
const LETTER_E_UPPER = 0x45;
const OPENING_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSING_BRACKET = 0x5d;
const LETTER_A = 0x61;
const LETTER_F = 0x66;
const LETTER_N = 0x6e;
const LETTER_T = 0x74;
const LETTER_Z = 0x7a;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

function isWhitespace(code: number): boolean {
  return code === SPACE || code === LINE_FEED || code === CARRIAGE_RETURN || code === TAB;
}

function isDigit(code: number): boolean {
  return code >= DIGIT_0 && code <= DIGIT_9;
}

function isNumberOrLiteral(code: number): boolean {
  const isLetter = (code >= LETTER_A && code <= LETTER_Z) || code === LETTER_E_UPPER;
  return isDigit(code) || isLetter || code === MINUS || code === PLUS || code === POINT;
}

/** The place after the characters, from `start` on, that `belongs` accepts. */
function skipWhile(text: string, start: number, belongs: (code: number) => boolean): number {
  let at = start;
  while (at < text.length && belongs(text.charCodeAt(at))) {
    at += 1;
  }
  return at;
}

/** Where the string that opens at `opening` closes, -1 when it does not. */
function closingQuote(text: string, opening: number): number {
  let quote = text.indexOf('"', opening + 1);
  while (quote !== -1) {
    let firstBackslash = quote;
    while (text.charCodeAt(firstBackslash - 1) === BACKSLASH) {
      firstBackslash -= 1;
    }
    // Backslashes escape each other in pairs: an odd one out escapes the quote.
    if ((quote - firstBackslash) % 2 === 0) {
      return quote;
    }
    quote = text.indexOf('"', quote + 1);
  }
  return -1;
}

/** The findings of one pass over a text. */
class Survey {
  /** The keys of each open object, `undefined` for an open array; the innermost comes last. */
  readonly #open: (Set<string> | undefined)[] = [];
  /** Values seen so far, the outermost included. */
  #values = 0;
  escapedKey: string | undefined;
  duplicateKey: string | undefined;
  hasNumberOrBoolean = false;

  /** Walks over the text; on a character that JSON cannot have there it stops and leaves the verdict to the parser. */
  walk(text: string): "TOO_DEEP" | "TOO_MANY_VALUES" | "ESCAPED_KEY" | undefined {
    let at = 0;
    while (at < text.length) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) {
        const closing = closingQuote(text, at);
        if (closing === -1) {
          return undefined;
        }
        at = this.#string(text, at, closing);
      } else if (code === COMMA || code === COLON || isWhitespace(code)) {
        at += 1;
      } else if (code === OPENING_BRACE || code === OPENING_BRACKET) {
        if (this.#open.length === JSON_DEPTH_LIMIT) {
          return "TOO_DEEP";
        }
        this.#open.push(code === OPENING_BRACE ? new Set() : undefined);
        this.#values += 1;
        at += 1;
      } else if (code === CLOSING_BRACE || code === CLOSING_BRACKET) {
        this.#open.pop();
        at += 1;
      } else if (isDigit(code) || code === MINUS || code === LETTER_T || code === LETTER_F || code === LETTER_N) {
        this.hasNumberOrBoolean ||= code !== LETTER_N;
        this.#values += 1;
        at = skipWhile(text, at, isNumberOrLiteral);
      } else {
        return undefined;
      }
      // The outermost value is neither a member nor an element.
      if (this.#values - 1 > JSON_VALUES_LIMIT) {
        return "TOO_MANY_VALUES";
      }
      if (this.escapedKey !== undefined) {
        return "ESCAPED_KEY";
      }
    }
    return undefined;
  }

  /** Records a key or a string value and returns the position after it: in JSON only a key has a colon after it. */
  #string(text: string, opening: number, closing: number): number {
    const next = skipWhile(text, closing + 1, isWhitespace);
    if (text.charCodeAt(next) !== COLON) {
      this.#values += 1;
      return next;
    }
    const keys = this.#open.at(-1);
    if (keys !== undefined) {
      const key = text.slice(opening + 1, closing);
      if (key.includes("\\")) {
        this.escapedKey = key;
      }
      if (keys.has(key)) {
        this.duplicateKey ??= key;
      }
      keys.add(key);
    }
    return next;
  }
}

const EXACT_INTEGER = /^(?:0|-?[1-9][0-9]*)$/;
const EXACT_DECIMAL = /^-?(?:0|[1-9][0-9]*)\.[0-9]+$/;

/**
 * Reads a number or boolean as the text that the sender wrote where that has one exact meaning: `100` as "100",
 * `8.5614` as "8.5614", `true` as "true". `1e2`, `-0` and integers beyond +/-(2^53-1), which the sender's own language
 * may have rounded, stay numbers.
 */
function readScalar(_key: string, value: unknown, context?: { readonly source?: string }): unknown {
  if (typeof value === "boolean") {
    return String(value);
  }
  const source = context?.source;
  if (source === undefined) {
    return value;
  }
  const isExact = EXACT_DECIMAL.test(source) || (EXACT_INTEGER.test(source) && Number.isSafeInteger(value));
  return isExact ? source : value;
}

function parseGrammar(text: string, hasNumberOrBoolean: boolean): JsonValue | undefined {
  try {
    // A reviver costs several times the parsing: it is used only where the text needs it.
    return hasNumberOrBoolean ? JSON.parse(text, readScalar) : JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Reads a body that must be one JSON object in UTF-8. Linear in the size of the body, without recursion; the size
 * itself is the caller's to limit.
 *
 * @param bytes The body as it came over the wire.
 * @returns The object and its text; or a reason, with the first repeated or escaped `key` where that is the reason.
 */
export function parseJsonBody(bytes: Uint8Array): JsonBody {
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return { ok: false, reason: "NOT_UTF8" };
  }
  const survey = new Survey();
  const excess = survey.walk(text);
  if (excess === "ESCAPED_KEY") {
    return keyFault(excess, survey.escapedKey);
  }
  if (excess !== undefined) {
    return { ok: false, reason: excess };
  }
  const value = parseGrammar(text, survey.hasNumberOrBoolean);
  if (value === undefined) {
    return { ok: false, reason: "NOT_JSON" };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return { ok: false, reason: "NOT_AN_OBJECT" };
  }
  if (survey.duplicateKey !== undefined) {
    return keyFault("DUPLICATE_KEY", survey.duplicateKey);
  }
  return { ok: true, value: value as JsonObject, text };
}

function keyFault(reason: "ESCAPED_KEY" | "DUPLICATE_KEY", key = ""): JsonBody {
  return { ok: false, reason, key: cutTo(key, FAULT_KEY_LIMIT_CHARACTERS) };
}

const WHY: Readonly<Record<JsonFault, string>> = {
  NOT_UTF8: "must be UTF-8",
  NOT_JSON: "must be JSON",
  NOT_AN_OBJECT: "must be a JSON object",
  TOO_DEEP: "is nested too deeply",
  TOO_MANY_VALUES: "holds too many values",
  DUPLICATE_KEY: "appears twice in one object",
  ESCAPED_KEY: "must be written without a backslash",
};

/**
 * The sentence that names what is wrong.
 *
 * @param key the member that appears twice or has a backslash, if that is the reason
 */
export function describeJsonFault(reason: JsonFault, key = "body"): string {
  return `Illegal parameter ${key}: ${WHY[reason]}.`;
}
