/**
 * The request target of a call: what follows the origin of its URL, and is signed.
 *
 * Runtime contract: the URL of a request has gone through the URL parser (WHATWG URL), which writes some characters of
 * a query as escapes: `'` always, which a URL may contain (RFC 3986 section 3.4), and `"`, `<` and `>`, which it may
 * not, but which some clients leave as they are. The path is the one of an interface, letter for letter: dot segments
 * and backslashes, which the parser resolves, are seen and verified in their resolved form alone.
 *
 * Source: docs/spec/messages.md#url-and-method, docs/spec/signatures.md#signed-content.
 */

/** The escapes that the parser may have written, in upper case as it writes them. */
const APOSTROPHE = /%27/g;
const NOT_OF_A_URL = /%22|%3C|%3E/g;

/**
 * The target of a request.
 *
 * @param url as the runtime hands it over
 * @returns the path, and the path with the query
 */
export function targetOf(url: string): { readonly pathname: string; readonly target: string } {
  const target = url.slice(url.indexOf("/", url.indexOf("://") + 3));
  const query = target.indexOf("?");
  return { pathname: query < 0 ? target : target.slice(0, query), target };
}

/**
 * The target as the caller may have written it, where that is another one: there is at most one. A caller that leaves
 * `'` as it is writes the characters that are not of a URL as escapes itself, as `encodeURIComponent` does; so those
 * are undone only in a query without `%27`.
 *
 * @example targetBeforeParsing("/pay?x=%27") // "/pay?x='"
 */
export function targetBeforeParsing(target: string): string | undefined {
  const query = target.indexOf("?");
  if (query < 0) return undefined;
  const written = target.slice(query);
  const escapes = written.includes("%27") ? APOSTROPHE : NOT_OF_A_URL;
  const before = written.replace(escapes, decodeURIComponent);
  return before === written ? undefined : target.slice(0, query) + before;
}
