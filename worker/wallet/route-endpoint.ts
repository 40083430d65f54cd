/** Makes the endpoint of a route: it authenticates the caller, checks the input, and answers the reply as JSON. */
import { nowMs } from "../../protocol/clock.ts";
import type { Arrival, Endpoint } from "../http/endpoint.ts";
import { jsonResponse } from "../http/json-response.ts";
import { isProblem, type Problem, problem } from "../http/problem.ts";
import { checkInput, readBody, readQuery } from "../http/read-input.ts";
import { authenticateCaller } from "./authenticate.ts";
import { describeRoute, mayBeEmpty } from "./describe-route.ts";
import type { WalletRoute } from "./route.ts";

/** The endpoint of a route. */
export function endpointOf<Body, Reply extends object>(route: WalletRoute<Body, Reply>): Endpoint {
  const { method, path, name } = route;
  const respond = (arrival: Arrival) => answerRoute(route, arrival);
  return { method, path, name, respond, describe: () => describeRoute(route) };
}

async function answerRoute<Body, Reply extends object>(
  route: WalletRoute<Body, Reply>,
  arrival: Arrival,
): Promise<Response | Problem> {
  const { request, gateway, parameters, receivedTimeMs, waitUntil, line } = arrival;
  const { clientId } = gateway;
  const authentication = await authenticateCaller(request.headers, gateway, receivedTimeMs);
  if ("reason" in authentication) {
    line.reason = authentication.reason;
    return problem("UNAUTHENTICATED");
  }
  const read = await readInput(route, arrival);
  line.ms.receive = nowMs() - receivedTimeMs;
  if (isProblem(read)) return read;

  const { caller } = authentication;
  const { requestId } = line;
  const body = read.input;
  const answeringTimeMs = nowMs();
  const answer = await route.answer({
    gateway,
    clientId,
    caller,
    body,
    parameters,
    receivedTimeMs,
    requestId,
    waitUntil,
  });
  line.ms.answer = nowMs() - answeringTimeMs;
  return isProblem(answer) ? answer : jsonResponse(answer);
}

async function readInput<Body, Reply extends object>(
  { method, body }: WalletRoute<Body, Reply>,
  { request, url }: Arrival,
): Promise<{ readonly input: Body } | Problem> {
  // The Body of a route without a schema is `undefined`.
  if (!body) return { input: undefined as Body };
  const read = method === "GET" ? readQuery(url) : await readBody(request, mayBeEmpty(body));
  return isProblem(read) ? read : checkInput(body, read.members);
}
