/** Authenticates operators: the callers of `/ops`, and of the details of `/healthz`. */

import { bearerTokenOf } from "./bearer.ts";
import type { Edge } from "./edge.ts";
import { holderOf } from "./named-tokens.ts";

/** The name that OPS_TOKENS gives the calling operator; undefined for any other caller. */
export async function authenticateOperator(request: Request, gateway: Edge): Promise<string | undefined> {
  const token = bearerTokenOf(request.headers);
  return token === undefined ? undefined : holderOf(gateway.credentials.operators, token);
}
