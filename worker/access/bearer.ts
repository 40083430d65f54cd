/** The token of a request. Source: RFC 6750 section 2.1. */

/** Longer than any token of ours, shorter than what would be work to verify. */
const LONGEST_TOKEN = 8_192;

/** The token of `Authorization: Bearer <token>`; undefined when there is none of this form. A URL never carries one. */
export function bearerTokenOf(headers: Headers): string | undefined {
  const value = headers.get("Authorization") ?? "";
  const token = /^Bearer +([A-Za-z0-9._~+/-]+=*) *$/i.exec(value)?.[1];
  return token === undefined || token.length > LONGEST_TOKEN ? undefined : token;
}
