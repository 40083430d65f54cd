/** The operators' API, below `/ops`: payments one by one, and mending them by hand. */
import { authenticateOperator } from "../access/operator.ts";
import type { Arrival, Endpoint } from "../http/endpoint.ts";
import { type Problem, problem } from "../http/problem.ts";
import type { Api } from "../http/receive.ts";
import { inspectPayment, notifyPaymentAgain } from "./payments.ts";

/** Lets only operators through (OPS_TOKENS); the log says who it was. */
function forOperators(endpoint: Endpoint): Endpoint {
  const respond = async (arrival: Arrival): Promise<Response | Problem> => {
    const operator = await authenticateOperator(arrival.request, arrival.gateway);
    if (operator === undefined) return problem("UNAUTHENTICATED");
    arrival.line.operator = operator;
    return endpoint.respond(arrival);
  };
  return { ...endpoint, respond };
}

/** The operators' API. */
export const OPS_API: Api = { path: "/ops", endpoints: [inspectPayment, notifyPaymentAgain].map(forOperators) };
