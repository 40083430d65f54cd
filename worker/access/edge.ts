/** The gateway of the deployment, with the credentials of its callers. */
import { type ConfigurationFault, type Env, type Gateway, gatewayOf } from "../../durable/env.ts";
import { type Credentials, parseCredentials } from "./credentials.ts";

/** A gateway, and the credentials of its callers besides Alipay+. */
export type Edge = Gateway & { readonly credentials: Credentials };

const edges = new WeakMap<object, Edge | ConfigurationFault>();

/** Everything that the edge needs, or the fault in its settings; a promise only the first time. */
export function edgeOf(env: Env): Edge | ConfigurationFault | Promise<Edge | ConfigurationFault> {
  return edges.get(env) ?? rememberEdge(env);
}

async function rememberEdge(env: Env): Promise<Edge | ConfigurationFault> {
  const edge = await makeEdge(env);
  edges.set(env, edge);
  return edge;
}

async function makeEdge(env: Env): Promise<Edge | ConfigurationFault> {
  const gateway = await gatewayOf(env);
  if ("fault" in gateway) return gateway;
  const credentials = await parseCredentials(env);
  return "fault" in credentials ? credentials : { ...gateway, credentials };
}
