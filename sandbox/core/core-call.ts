/** A message of the gateway to the wallet's own core, as it leaves the gateway. Source: docs/core.md. */
import type { Webhook } from "standardwebhooks";
import { type CoreOperation, coreMessages, type HttpCoreSettings, webhookOf } from "../rehearsal/core-contract.ts";

/** The core that this gateway calls. */
export type Core = {
  /** Without a slash at its end. */
  readonly url: string;
  /** Verifies the signatures of the gateway's messages. */
  readonly webhook: Webhook;
};

/** The core of these settings. */
export function coreOf(settings: HttpCoreSettings): Core {
  return { url: settings.url, webhook: webhookOf(settings) };
}

/** A message, and what it asks of the core. */
export type CoreCall = {
  readonly operation: CoreOperation;
  readonly url: string;
  readonly headers: Headers;
  readonly body: Uint8Array;
};

/** The operation that a request asks of the core; undefined for a request to any other server. */
export function operationOf({ url }: Core, request: Pick<Request, "method" | "url">): CoreOperation | undefined {
  const operation = request.url.startsWith(`${url}/`) ? request.url.slice(url.length + 1) : "";
  return request.method === "POST" && isOperation(operation) ? operation : undefined;
}

function isOperation(name: string): name is CoreOperation {
  return Object.hasOwn(coreMessages, name);
}

/** Why the signature of a message does not verify; undefined when it does. */
export function signatureFault({ webhook }: Core, { headers, body }: CoreCall): string | undefined {
  if (!headers.has("webhook-signature")) return "SIGNATURE_MISSING";
  try {
    webhook.verify(new TextDecoder().decode(body), Object.fromEntries(headers), { jsonParse: false });
    return undefined;
  } catch {
    return "SIGNATURE_INVALID";
  }
}
