/** Who may look at payments and mend them by hand. */

import { bearerTokenOf } from "./bearer.ts";
import type { Edge } from "./edge.ts";
import { holderOf } from "./named-tokens.ts";

/** The operator who calls, by the name that OPS_TOKENS gives them; undefined for anybody else. */
export async function authenticateOperator(request: Request, gateway: Edge): Promise<string | undefined> {
  const token = bearerTokenOf(request.headers);
  return token === undefined ? undefined : holderOf(gateway.credentials.operators, token);
}
