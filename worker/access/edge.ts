/** The gateway of the deployment, with the credentials of its callers. */
import { type ConfigurationFault, type Env, type Gateway, gatewayOf } from "../../durable/env.ts";
import { type CredentialFault, type Credentials, readCredentials } from "./credentials.ts";

/** A gateway, and the credentials of its callers besides Alipay+. */
export type Edge = Gateway & {
  readonly credentials: Credentials;
  readonly credentialFaults: readonly CredentialFault[];
};

const edges = new WeakMap<object, Edge | ConfigurationFault>();

/** Everything that the edge needs, or the fault in its settings; a promise only the first time. */
export function edgeOf(env: Env): Edge | ConfigurationFault | Promise<Edge | ConfigurationFault> {
  return edges.get(env) ?? rememberEdge(env);
}

/** The setting that closes a path: everything below it is refused until the setting is right. */
export function closedBy({ credentialFaults }: Edge, path: string): CredentialFault | undefined {
  return credentialFaults.find(({ closes }) => closes.includes(path));
}

async function rememberEdge(env: Env): Promise<Edge | ConfigurationFault> {
  const edge = await makeEdge(env);
  edges.set(env, edge);
  return edge;
}

async function makeEdge(env: Env): Promise<Edge | ConfigurationFault> {
  const gateway = await gatewayOf(env);
  if ("fault" in gateway) return gateway;
  const { credentials, faults: credentialFaults } = await readCredentials(env);
  return { ...gateway, credentials, credentialFaults };
}
