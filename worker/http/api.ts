/**
 * An API of the gateway on Hono, for the wallet and for its operators: each endpoint under its path, problems for paths
 * and methods that do not exist, the headers that every answer has, and one line in the log.
 */
import { type Context, Hono } from "hono";
import type { Env } from "../../durable/env.ts";
import { isOverloaded } from "../../durable/platform/call-shard.ts";
import { logFault, logRequest, type RequestLine } from "../../durable/platform/log.ts";
import { nowMs } from "../../protocol/clock.ts";
import { customerIdentifier, identifier } from "../../protocol/parameters.ts";
import { closedBy, type Edge, edgeOf } from "../access/edge.ts";
import { edgeLimit } from "./edge-limit.ts";
import { type Endpoint, PATH_VARIABLE } from "./endpoint.ts";
import { isProblem, type Problem, problem, problemResponse } from "./problem.ts";

type ApiTypes = {
  Bindings: Env;
  Variables: { gateway: Edge; receivedTimeMs: number; line: RequestLine };
};

type ApiContext = Context<ApiTypes>;

/** The answer while too much is under way. */
const OVERLOADED: Problem = { ...problem("TOO_MANY_REQUESTS"), retryAfterSeconds: 1 };

/** The answer of an API that one of its own settings closes, while payments go on. */
const CLOSED = problem("MISCONFIGURED", "One of the settings of this path is wrong; the gateway's log names it.");

/** The path of a request as it was sent, for Hono, which otherwise would decode `%61` to `a` before it routes. */
export function requestedPath({ url }: Request): string {
  return new URL(url).pathname;
}

/**
 * Makes an API.
 *
 * @param path the path prefix, without a slash at the end
 * @param endpoints each below `path`
 */
export function createApi(path: string, endpoints: readonly Endpoint[]): Hono<ApiTypes> {
  const api = new Hono<ApiTypes>({ getPath: requestedPath });
  api.use(`${path}/*`, (context, next) => receive(context, path, next));
  api.use(`${path}/*`, limitCalls());
  for (const [below, here] of Map.groupBy(endpoints, (endpoint) => endpoint.path)) {
    for (const pattern of patternsOf(below))
      api.all(`${path}${pattern}`, (context) => answerPath(context, `${path}${below}`, here));
  }
  api.all(`${path}/*`, (context) => refuse(context, problem("NOT_FOUND")));
  api.onError((error, context) => {
    if (isOverloaded(error)) return refuse(context, OVERLOADED);
    logFault("call-failed", error, { requestId: context.var.line.requestId });
    return refuse(context, problem("INTERNAL_ERROR"));
  });
  return api;
}

/** The pipeline of every call: checked settings, the answer, its `Plusgate-Request-Id`, its line in the log. */
async function receive(context: ApiContext, path: string, next: () => Promise<void>): Promise<Response | undefined> {
  const receivedTimeMs = nowMs();
  const requestId = crypto.randomUUID();
  const line: RequestLine = { requestId, interface: "unknown", resultCode: "SUCCESS", ms: {} };
  context.set("line", line);
  const gateway = await edgeOf(context.env);
  if ("fault" in gateway) {
    logFault("misconfigured", gateway.fault, { requestId });
    return problemResponse(problem("MISCONFIGURED"), requestId);
  }
  const closing = closedBy(gateway, path);
  if (closing) {
    logFault("misconfigured", closing.fault, { requestId });
    return problemResponse(CLOSED, requestId);
  }
  context.set("gateway", gateway);
  context.set("receivedTimeMs", receivedTimeMs);
  await next();
  context.res.headers.set("plusgate-request-id", requestId);
  line.httpStatus = context.res.status;
  line.ms.total = nowMs() - receivedTimeMs;
  logRequest(line);
  return undefined;
}

/** Refuses a call while too many others of this API are under way. */
function limitCalls(): (context: ApiContext, next: () => Promise<void>) => Promise<Response | undefined> {
  const limitOf = edgeLimit();
  return async (context, next) => {
    const leave = limitOf(context.var.gateway).tryEnter();
    if (!leave) return refuse(context, OVERLOADED);
    const answering = next();
    // Otherwise the runtime would end the call of a caller that hangs up, and it would never leave.
    context.executionCtx.waitUntil(answering.then(leave, leave));
    await answering;
    return undefined;
  };
}

/** Selects the endpoint of a path by the method. Hono's own `get` would answer HEAD, too. */
async function answerPath(context: ApiContext, path: string, endpoints: readonly Endpoint[]): Promise<Response> {
  const closing = closedBy(context.var.gateway, path);
  if (closing) {
    logFault("misconfigured", closing.fault, { requestId: context.var.line.requestId });
    return refuse(context, CLOSED);
  }
  const endpoint = endpoints.find(({ method }) => method === context.req.method);
  if (endpoint) return answer(context, endpoint);
  const allowedMethods = endpoints.map(({ method }) => method).join(", ");
  return refuse(context, { ...problem("METHOD_NOT_ALLOWED"), allowedMethods });
}

async function answer(context: ApiContext, endpoint: Endpoint): Promise<Response> {
  const { gateway, receivedTimeMs, line } = context.var;
  const read = pathParameters(context, endpoint.path);
  if (isProblem(read)) return refuse(context, read);
  line.interface = endpoint.name;
  const answered = await endpoint.respond({
    request: context.req.raw,
    url: new URL(context.req.url),
    gateway,
    parameters: read.parameters,
    receivedTimeMs,
    waitUntil: (work) => context.executionCtx.waitUntil(work),
    line,
  });
  return isProblem(answered) ? refuse(context, answered) : answered;
}

function refuse({ var: { line } }: ApiContext, failure: Problem): Response {
  line.resultCode = failure.problem;
  return problemResponse(failure, line.requestId);
}

/** Hono's patterns for a path. An empty variable part has a pattern of its own: it is illegal, not another path. */
function patternsOf(path: string): Set<string> {
  return path === ""
    ? new Set(["", "/"])
    : new Set([path.replace(PATH_VARIABLE, ":$1"), path.replace(PATH_VARIABLE, "")]);
}

/** The variable parts of the path, decoded; each is an identifier. */
function pathParameters(
  { req }: ApiContext,
  path: string,
): { readonly parameters: Readonly<Record<string, string>> } | Problem {
  const parameters: Record<string, string> = {};
  const isText = isDecodable(req.path);
  for (const [, name = ""] of path.matchAll(PATH_VARIABLE)) {
    const form = name === "customerId" ? customerIdentifier : identifier;
    const value = form.safeParse(isText ? (req.param(name) ?? "") : "");
    if (!value.success) {
      return problem("PARAM_ILLEGAL", `Illegal parameter ${name}: ${value.error.issues[0]?.message}.`);
    }
    parameters[name] = value.data;
  }
  return { parameters };
}

/** Whether every escape of a path is valid UTF-8. Hono leaves others undecoded. */
function isDecodable(path: string): boolean {
  try {
    decodeURIComponent(path);
    return true;
  } catch {
    return false;
  }
}
