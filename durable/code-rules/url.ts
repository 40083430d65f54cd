/**
 * The URL that the wallet opens for a code. Source: docs/spec/code-rules.md; RFC 3986, narrowed as the core
 * narrows entry codes: visible ASCII, a host name, at most a port, no user information.
 */
import { parseDataObjects } from "../../core-wasm/index.ts";
import { hasAtMost } from "../../protocol/characters.ts";
import type { ScannedCode } from "./match.ts";
import { type PostCodeMatchAction, URL_LIMIT_CHARACTERS } from "./rules.ts";

/** The members of a rule of action OPEN_URL. */
type OpenUrlAction = Exclude<PostCodeMatchAction, { readonly postCodeMatchActionType: "DECODE" }>;

/** The URL for a code; `undefined` when none may be opened; then the rule does not apply. */
export type UrlConstruction = (code: ScannedCode) => string | undefined;

/** Why the construction of a URL is refused. */
export type UrlFault =
  /** The expression is not an https URL, or a placeholder could change its host. */
  | "EXPRESSION_WITHOUT_FIXED_HOST"
  /** A placeholder that is neither `${codeValue}` nor `${issuer}`. */
  | "PLACEHOLDER_NOT_KNOWN"
  /** The rule uses `${issuer}`, and no issuer is configured. */
  | "ISSUER_NOT_CONFIGURED";

const HTTPS_URL = /^https:\/\/[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?:[/?#][!-[\]-~]*)?$/i;
/** Scheme and authority, ended before any placeholder begins: a scanned code must not choose the host. */
const FIXED_HOST = /^https:\/\/[A-Za-z0-9.-]+(?::[0-9]{1,5})?[/?#]/i;
const PLACEHOLDER = /\$\{([^}]*)\}/g;
const CODE_VALUE = "codeValue";
const ISSUER = "issuer";

/**
 * How a rule makes its URL: the code itself, a data object of an EMVCo code, or an expression filled with the
 * percent-encoded code and issuer. The result is an https URL of at most 2048 characters.
 *
 * @param issuer the wallet, as `${issuer}` names it to the acquirer's page; `undefined` when it is not configured.
 */
export function compileUrlConstruction(action: OpenUrlAction, issuer: string | undefined): UrlConstruction | UrlFault {
  switch (action.urlConstructionMethod) {
    case "USE_DIRECTLY":
      return (code) => httpsUrl(code.value);
    case "EXTRACT_URL_FROM_EMVCODE": {
      const { emvUrlTag } = action;
      return (code) => httpsUrl(valueAt(code, emvUrlTag));
    }
    case "CONSTRUCT_DYNAMIC_URL":
      return compileExpression(action.dynamicUrlExpression, issuer);
  }
}

function compileExpression(expression: string, issuer: string | undefined): UrlConstruction | UrlFault {
  if (!FIXED_HOST.test(expression)) return "EXPRESSION_WITHOUT_FIXED_HOST";
  const names = Array.from(expression.matchAll(PLACEHOLDER), ([, name]) => name);
  if (names.some((name) => name !== CODE_VALUE && name !== ISSUER)) return "PLACEHOLDER_NOT_KNOWN";
  if (names.includes(ISSUER) && issuer === undefined) return "ISSUER_NOT_CONFIGURED";
  return (code) =>
    httpsUrl(
      expression.replace(PLACEHOLDER, (_, name) => encodeURIComponent(name === ISSUER ? (issuer ?? "") : code.value)),
    );
}

/** A data object by its root tag, or by a template's tag and the tag inside it: `80`, `8001` or `80.01`. */
function valueAt(code: ScannedCode, path: string): string | undefined {
  const value = code.dataObjects()?.get(path.slice(0, 2));
  if (path.length === 2 || value === undefined) return value;
  return parseDataObjects(value)?.get(path.slice(-2));
}

function httpsUrl(url: string | undefined): string | undefined {
  if (url === undefined || !hasAtMost(url, URL_LIMIT_CHARACTERS)) return undefined;
  return HTTPS_URL.test(url) && URL.canParse(url) ? url : undefined;
}
