/** The way back to the merchant after the customer has decided. Source: docs/spec/wallet/auto-debit.md#flow. */

/**
 * Adds parameters to the query of a URL, and leaves everything else as the merchant wrote it: a URL that is parsed and
 * written again may no longer be the one that was registered.
 */
export function redirectUrlOf(authRedirectUrl: string, parameters: Readonly<Record<string, string>>): string {
  const [beforeFragment = "", ...fragment] = authRedirectUrl.split("#");
  const query = Object.entries(parameters).map(([name, value]) => `${name}=${encodeURIComponent(value)}`);
  const separator = beforeFragment.includes("?") ? "&" : "?";
  return [`${beforeFragment}${separator}${query.join("&")}`, ...fragment].join("#");
}
