/**
 * Which callers the sandbox answers: programs on this computer, and its own page. It needs no token, and its page holds
 * the wallet's, so no other page that a browser shows may reach it: neither by a form or a script of its own, nor under
 * a name that its owner has made lead to this computer (DNS rebinding).
 *
 * Any port is taken: a browser always sends the one that it calls, and another one is a tunnel to this computer.
 *
 * Source: RFC 9110 section 7.2 (Host); Fetch Standard, "Origin" header; Fetch Metadata Request Headers
 * (Sec-Fetch-Site).
 */
import type { MiddlewareHandler } from "hono";
import { announcesJson } from "../../protocol/exchange/media-type.ts";
import { refuse, type SandboxApp, type SandboxContext } from "../http.ts";
import { LOOPBACK_HOSTS } from "../loopback.ts";

/** What a browser sends for a page's own calls, and for an address that a person has entered. */
const OWN_SITES: readonly string[] = ["same-origin", "none"];

/** Answers only programs on this computer and the sandbox's own page. */
export const onlyLocalCallers: MiddlewareHandler<SandboxApp> = async (context, next) => {
  const { url, headers } = context.req.raw;
  const called = new URL(url);
  // The runtime in front takes the URL from a header where it has one; `Host` is what the caller has connected to.
  const host = headers.get("Host") ?? called.host;
  if (!isLocal(called.host) || !isLocal(host)) {
    const names = [...LOOPBACK_HOSTS].join(", ");
    return refuse(context, "HOST_NOT_ALLOWED", `The sandbox has no other names than ${names}. Call it by one of them.`);
  }
  const origin = headers.get("Origin");
  if (origin !== null && origin !== called.origin) return refusePage(context, `Origin is not ${called.origin}`);
  const site = headers.get("Sec-Fetch-Site");
  if (site !== null && !OWN_SITES.includes(site))
    return refusePage(context, "Sec-Fetch-Site is neither same-origin nor none");
  return next();
};

/**
 * Takes a body as JSON alone. A browser lets every page send the other forms of a body without asking first, and JSON
 * that is announced as a form would be read as what it is not.
 */
export const onlyJson: MiddlewareHandler<SandboxApp> = async (context, next) => {
  const { headers, body } = context.req.raw;
  const hasBody = body !== null && headers.get("Content-Length") !== "0";
  if (!hasBody || (headers.has("Content-Type") && announcesJson(headers))) return next();
  return refuse(
    context,
    "MEDIA_TYPE_NOT_SUPPORTED",
    "A body must be JSON and say so: add the header Content-Type: application/json (curl: -H 'Content-Type: application/json').",
  );
};

function isLocal(host: string): boolean {
  const hostname = URL.parse(`http://${host}`)?.hostname;
  return hostname !== undefined && LOOPBACK_HOSTS.has(hostname);
}

function refusePage(context: SandboxContext, why: string): Response {
  return refuse(
    context,
    "ORIGIN_NOT_ALLOWED",
    `Another web page may not call the sandbox: ${why}. Enter the address in the browser, or call from a program.`,
  );
}
