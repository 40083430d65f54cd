/** The settings of a core over HTTPS: its URL, and the secret that is shared with it. */
import { Webhook } from "standardwebhooks";

/** Where the core is, and how messages to it are signed. */
export type HttpCoreSettings = { readonly url: string; readonly secret: string };

/** Standard Webhooks asks for 24 to 64 bytes. */
const SECRET_FORM = /^whsec_([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)?$/;
const SECRET_LIMIT_BYTES = { smallest: 24, largest: 64 };

/** What a core without an optional call answers to it. */
export const NOT_OFFERED: readonly number[] = [404, 405, 501];

/** Hosts that never leave the machine: the only ones that may be called without TLS. */
const LOOPBACK_HOSTS: readonly string[] = ["127.0.0.1", "[::1]", "localhost"];

/** Whether a URL without TLS stays on the machine. */
export function isLoopback({ protocol, hostname }: URL): boolean {
  return protocol === "http:" && LOOPBACK_HOSTS.includes(hostname);
}

/**
 * Why the text is not the URL of a core: HTTPS (or HTTP on the loopback interface), without credentials, query or
 * fragment.
 */
export function coreUrlFault(url: string): string | undefined {
  const parsed = URL.parse(url);
  if (!parsed) return "must be a valid URL";
  if (parsed.protocol !== "https:" && !isLoopback(parsed)) return "must be HTTPS";
  const hasMore = parsed.username !== "" || parsed.password !== "" || url.includes("?") || url.includes("#");
  return hasMore ? "must have no credentials, query or fragment" : undefined;
}

/** Why the text is not `whsec_` and base64 of 24 to 64 bytes; without the text itself. */
export function coreSecretFault(secret: string): string | undefined {
  const base64 = SECRET_FORM.exec(secret)?.[0].slice("whsec_".length);
  const bytes = base64 === undefined ? 0 : (base64.replaceAll("=", "").length * 3) >> 2;
  return bytes < SECRET_LIMIT_BYTES.smallest || bytes > SECRET_LIMIT_BYTES.largest
    ? "must be whsec_ and base64 of 24 to 64 bytes"
    : undefined;
}

/**
 * Reads the two settings.
 *
 * @param url as {@link coreUrlFault} takes it
 * @param secret as {@link coreSecretFault} takes it
 * @returns the settings, the URL without a slash at its end; or what is wrong, with the name of the setting and without
 * the secret itself
 */
export function parseHttpCoreSettings(url: string, secret: string): HttpCoreSettings | { readonly fault: string } {
  const urlFault = coreUrlFault(url);
  if (urlFault !== undefined) return { fault: `CORE_URL ${urlFault}` };
  const secretFault = coreSecretFault(secret);
  if (secretFault !== undefined) return { fault: `CORE_SECRET ${secretFault}` };
  return { url: httpCoreUrl(url), secret };
}

/** The URL of a core without a slash at its end. @throws TypeError when `coreUrlFault` does not take it */
export function httpCoreUrl(url: string): string {
  return new URL(url).href.replace(/\/+$/, "");
}

/**
 * The signer of messages.
 *
 * @throws Error when the secret cannot be read, which `parseHttpCoreSettings` checks
 */
export function webhookOf(settings: HttpCoreSettings): Webhook {
  return new Webhook(settings.secret);
}
