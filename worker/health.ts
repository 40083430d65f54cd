/**
 * GET /healthz: whether this deployment takes payments, for a monitor, and whether the wallet's core answers, for an
 * operator. Other details are in the log alone.
 */
import { faultOfObjects } from "../durable/deployment/ask-objects.ts";
import type { Env } from "../durable/env.ts";
import { callShard } from "../durable/platform/call-shard.ts";
import { logFault } from "../durable/platform/log.ts";
import type { MisconfigurationReason } from "../durable/settings/fault.ts";
import { type Edge, edgeOf } from "./access/edge.ts";
import { authenticateOperator } from "./access/operator.ts";
import { coreTroubleView } from "./ops/core-trouble-view.ts";

/** The shard whose view of the core is shown: each has its own connections and its own circuit breaker. */
const SHOWN_SHARD = 0;

/** The body of an answer. */
type Health =
  | {
      readonly status: "ready";
      /** The paths that are closed by a setting of their own; missing when there is none. */
      readonly closed?: readonly string[];
      /** For operators alone. A core that does not answer closes nothing: payments are U, and finished later. */
      readonly core?: object;
    }
  | { readonly status: "misconfigured"; readonly reason: MisconfigurationReason }
  /** An object refuses the settings of this deployment, or gives no answer. */
  | { readonly status: "unavailable"; readonly reason: string };

/** 200 when payments are taken, 503 with the reason otherwise. */
export async function answerHealth(request: Request, env: Env): Promise<Response> {
  const health = await healthOf(request, env);
  return Response.json(health, { status: health.status === "ready" ? 200 : 503 });
}

async function healthOf(request: Request, env: Env): Promise<Health> {
  const edge = await edgeOf(env);
  if ("fault" in edge) {
    logFault("misconfigured", edge.fault);
    return { status: "misconfigured", reason: edge.reason };
  }
  const object = await faultOfObjects(env, edge.configuration);
  if (object) {
    logFault("unavailable", object.fault);
    return { status: "unavailable", reason: object.reason };
  }
  for (const { fault } of edge.credentialFaults) logFault("misconfigured", fault);
  const closed = [...new Set(edge.credentialFaults.flatMap(({ closes }) => closes))];
  const isOperator = (await authenticateOperator(request, edge)) !== undefined;
  return {
    status: "ready",
    ...(closed.length > 0 ? { closed } : {}),
    ...(isOperator ? { core: await coreDetails(edge) } : {}),
  };
}

/** The core of the settings, whether it answers just now, and the last operation that it did not answer. */
async function coreDetails({ env, configuration }: Edge): Promise<object> {
  const { core, locationHint } = configuration;
  const health = await callShard(env.CUSTOMERS, SHOWN_SHARD, locationHint, async (customers) => customers.coreHealth());
  if (!health) return { name: core.name };
  const { probeFailure, lastFailure } = health;
  return {
    name: core.name,
    ...health,
    probeFailure: probeFailure && coreTroubleView(probeFailure),
    lastFailure: lastFailure && coreTroubleView(lastFailure),
  };
}
