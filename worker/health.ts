/** GET /healthz: whether this deployment takes payments, for a monitor. Details are in the log alone. */
import { faultOfObjects } from "../durable/deployment/ask-objects.ts";
import type { Env } from "../durable/env.ts";
import { logFault } from "../durable/platform/log.ts";
import type { MisconfigurationReason } from "../durable/settings/fault.ts";
import { edgeOf } from "./access/edge.ts";

/** The body of an answer. */
type Health =
  | {
      readonly status: "ready";
      /** The paths that are closed by a setting of their own; missing when there is none. */
      readonly closed?: readonly string[];
    }
  | { readonly status: "misconfigured"; readonly reason: MisconfigurationReason }
  /** An object refuses the settings of this deployment, or gives no answer. */
  | { readonly status: "unavailable"; readonly reason: string };

/** 200 when payments are taken, 503 with the reason otherwise. */
export async function answerHealth(env: Env): Promise<Response> {
  const health = await healthOf(env);
  return Response.json(health, { status: health.status === "ready" ? 200 : 503 });
}

async function healthOf(env: Env): Promise<Health> {
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
  return closed.length > 0 ? { status: "ready", closed } : { status: "ready" };
}
