/**
 * The way of every call that does not come from Alipay+, but from the wallet or its operators: its endpoint, the answer or the problem, the headers that all answers
 * have, one line in the log.
 */

import { isOverloaded } from "../../durable/platform/call-shard.ts";
import { logFault, logRequest, type RequestLine } from "../../durable/platform/log.ts";
import { nowMs } from "../../protocol/clock.ts";
import type { Edge } from "../access/edge.ts";
import { isProblem } from "../wallet/route.ts";
import type { Arrival, Endpoint } from "./endpoint.ts";
import { type FoundEndpoint, findEndpoint } from "./find-endpoint.ts";
import { type Problem, problem, problemResponse } from "./problem.ts";

/** A part of the gateway with callers of its own. */
export type Api = {
  /** What stands before the path of each endpoint. */
  readonly path: string;
  readonly endpoints: readonly Endpoint[];
};

const OVERLOAD_PAUSE_SECONDS = 1;

/**
 * Answers one call. Never throws.
 *
 * @param request to the path of the API, or below
 * @param context lets work go on after the answer
 */
export async function receiveCall(
  { path, endpoints }: Api,
  request: Request,
  gateway: Edge,
  context: { readonly waitUntil: (work: Promise<unknown>) => void },
): Promise<Response> {
  const receivedTimeMs = nowMs();
  const url = new URL(request.url);
  const below = url.pathname.slice(path.length);
  const found = findEndpoint(endpoints, request.method, below === "/" ? "" : below);
  const name = isProblem(found) ? "unknown" : found.endpoint.name;
  const line: RequestLine = { requestId: crypto.randomUUID(), interface: name, resultCode: "SUCCESS", ms: {} };
  const waitUntil = (work: Promise<unknown>) => context.waitUntil(work);
  const answer = isProblem(found)
    ? found
    : await respond(found, { request, url, gateway, receivedTimeMs, waitUntil, line });
  const response = finish(answer, line);
  line.ms.total = nowMs() - receivedTimeMs;
  logRequest(line);
  return response;
}

/** What a gateway answers whose settings are wrong; the caller of this logs which. */
export function misconfiguredResponse(requestId: string): Response {
  return problemResponse(problem("MISCONFIGURED"), requestId);
}

/** Whatever breaks, the caller gets a problem and the log the reason. */
async function respond(
  { endpoint, parameters }: FoundEndpoint,
  arrival: Omit<Arrival, "parameters">,
): Promise<Response | Problem> {
  try {
    return await endpoint.respond({ ...arrival, parameters });
  } catch (error) {
    if (isOverloaded(error)) return { ...problem("TOO_MANY_REQUESTS"), retryAfterSeconds: OVERLOAD_PAUSE_SECONDS };
    logFault("call-failed", error, { requestId: arrival.line.requestId });
    return problem("INTERNAL_ERROR");
  }
}

function finish(answer: Response | Problem, line: RequestLine): Response {
  const response = isProblem(answer) ? problemResponse(answer, line.requestId) : answer;
  if (isProblem(answer)) line.resultCode = answer.problem;
  line.httpStatus = response.status;
  response.headers.set("Plusgate-Request-Id", line.requestId);
  return response;
}
