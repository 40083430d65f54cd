/** The settings of a core over HTTPS: its URL, and the secret that is shared with it. */
import { Webhook } from "standardwebhooks";

/** Where the core is, and how messages to it are signed. */
export type HttpCoreSettings = { readonly url: string; readonly secret: string };

/** Standard Webhooks asks for 24 to 64 bytes. */
const SECRET_FORM = /^whsec_([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)?$/;
const SECRET_LIMIT_BYTES = { smallest: 24, largest: 64 };

/** Hosts that never leave the machine: the only ones that may be called without TLS. */
const LOOPBACK_HOSTS: readonly string[] = ["127.0.0.1", "[::1]", "localhost"];

/**
 * Checks the two variables.
 *
 * @param url HTTPS (or HTTP on the loopback interface), without credentials, query or fragment
 * @param secret `whsec_` and base64 of 24 to 64 bytes
 * @returns the settings, the URL without a slash at its end; or what is wrong, without the secret itself
 */
export function parseHttpCoreSettings(url: string, secret: string): HttpCoreSettings | { readonly fault: string } {
  const parsed = URL.parse(url);
  if (!parsed) return { fault: "CORE_URL is not a valid URL" };
  const isLoopback = parsed.protocol === "http:" && LOOPBACK_HOSTS.includes(parsed.hostname);
  if (parsed.protocol !== "https:" && !isLoopback) return { fault: "CORE_URL must be HTTPS" };
  if (parsed.username !== "" || parsed.password !== "" || url.includes("?") || url.includes("#")) {
    return { fault: "CORE_URL must have no credentials, query or fragment" };
  }
  const base64 = SECRET_FORM.exec(secret)?.[0].slice("whsec_".length);
  const bytes = base64 === undefined ? 0 : (base64.replaceAll("=", "").length * 3) >> 2;
  if (bytes < SECRET_LIMIT_BYTES.smallest || bytes > SECRET_LIMIT_BYTES.largest) {
    return { fault: "CORE_SECRET must be whsec_ and base64 of 24 to 64 bytes" };
  }
  return { url: parsed.href.replace(/\/+$/, ""), secret };
}

/**
 * The signer of messages.
 *
 * @throws Error when the secret cannot be read, which `parseHttpCoreSettings` checks
 */
export function webhookOf(settings: HttpCoreSettings): Webhook {
  return new Webhook(settings.secret);
}
