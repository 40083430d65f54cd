/** Authenticates callers: one of the wallet's services by its token, or a customer's app by a JWT. */

import { bearerTokenOf } from "../access/bearer.ts";
import { customerOfToken } from "../access/customer-tokens.ts";
import type { Edge } from "../access/edge.ts";
import { holderOf } from "../access/named-tokens.ts";
import type { Caller } from "./caller.ts";

/** The caller, or the reason for the log why the token is not valid; the answer does not carry the reason. */
export async function authenticateCaller(
  headers: Headers,
  gateway: Edge,
  nowMs: number,
): Promise<{ readonly caller: Caller } | { readonly reason: string }> {
  const { services, customerIssuer } = gateway.credentials;
  const token = bearerTokenOf(headers);
  if (token === undefined) return { reason: "TOKEN_MISSING" };
  const service = await holderOf(services, token);
  if (service !== undefined) return { caller: { kind: "SERVICE", name: service } };
  if (!customerIssuer) return { reason: "TOKEN_UNKNOWN" };
  const customer = await customerOfToken(customerIssuer, token, nowMs);
  return "reason" in customer ? customer : { caller: { kind: "CUSTOMER", customerId: customer.customerId } };
}
