/** The way of a request to the gateway under test. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import type { Env } from "../../durable/env.ts";
import worker from "../../worker/index.ts";
import { EDGE, watchedEnv } from "./home/awaits.ts";

type Way = (request: Request) => Promise<Response>;

let way: Way = (request) => exports.default.fetch(request);

/** Calls the gateway: as the runtime does, unless the file says otherwise. */
export const callGateway: Way = (request) => way(request);

/** Lets the gateway answer one request in that environment. */
export async function fetchIn(environment: Env, request: Request): Promise<Response> {
  const context = createExecutionContext();
  const response = await worker.fetch(request, environment, context);
  await waitOnExecutionContext(context);
  return response;
}

/** From now on the edge runs inside the test, with its awaits watched. */
export function callWatchedEdge(): void {
  const environment = watchedEnv(env, EDGE);
  way = (request) => fetchIn(environment, request);
}
