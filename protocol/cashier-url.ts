/**
 * The URL that a wallet has registered with Alipay+ for the Cashier: Alipay+ appends an order code value to it, and the
 * wallet reads it again. Source: docs/spec/wallet/cashier.md#the-url.
 */

/** The parameter that holds the code value, percent-encoded. */
const CODE_VALUE = "codeValue";
/** What else Alipay+ appends. */
const SOURCE = "source=alipay-connect";

/** Schemes that a browser acts on by itself: none of them opens an app, and none is encrypted. */
const REFUSED_SCHEMES: ReadonlySet<string> = new Set(["http:", "javascript:", "data:", "blob:", "file:"]);

/**
 * Whether a URL may be registered: `https`, or the scheme of an app, without a code value and a fragment of its own.
 */
export function isCashierUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, hash, searchParams } = new URL(text);
  return !REFUSED_SCHEMES.has(protocol) && username === "" && hash === "" && !searchParams.has(CODE_VALUE);
}

/** Whether a URL opens an app by a scheme of its own, which a browser cannot open as a page. */
export function opensAppAlone(url: string): boolean {
  return new URL(url).protocol !== "https:";
}

/** A registered URL with an order code's value, as Alipay+ writes it. */
export function cashierUrlOf(registeredUrl: string, codeValue: string): string {
  const separator = registeredUrl.includes("?") ? "&" : "?";
  return `${registeredUrl}${separator}${SOURCE}&${CODE_VALUE}=${encodeURIComponent(codeValue)}`;
}

/** The code value in a URL, decoded; `undefined` when there is none, or more than one. */
export function codeValueIn({ searchParams }: URL): string | undefined {
  const [codeValue = "", ...others] = searchParams.getAll(CODE_VALUE);
  return codeValue !== "" && others.length === 0 ? codeValue : undefined;
}

/**
 * The code value of a text that is a cashier URL.
 *
 * @param registeredUrls those that `isCashierUrl` takes: scheme, host, path and parameters of one of them must be there,
 *   in any order and with others between them, as links that are made for an app have them
 * @returns `undefined` for every other text, and for a URL without a code value or with two
 */
export function codeValueOf(text: string, registeredUrls: readonly string[]): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  return registeredUrls.some((registeredUrl) => isBasedOn(url, new URL(registeredUrl))) ? codeValueIn(url) : undefined;
}

function isBasedOn(url: URL, registered: URL): boolean {
  return (
    url.protocol === registered.protocol &&
    url.host === registered.host &&
    url.pathname === registered.pathname &&
    [...registered.searchParams].every(([name, value]) => url.searchParams.get(name) === value)
  );
}
