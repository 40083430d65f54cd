/** The token of a request. Source: RFC 6750 section 2.1. */

/**
 * The token of `Authorization: Bearer <token>`; undefined when the header has another form. A URL never carries one.
 */
export function bearerTokenOf(headers: Headers): string | undefined {
  return /^Bearer +([A-Za-z0-9._~+/-]+=*) *$/i.exec(headers.get("Authorization") ?? "")?.[1];
}
