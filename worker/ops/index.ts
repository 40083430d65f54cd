/**
 * The operators' API, below `/ops`: the status, the resending and the disputes of one payment; the status, the
 * resending and the end of one authorisation; the merchants that Alipay+ has registered; the customers of the embedded
 * core; what is kept of a customer. The line in the log that every call writes is its audit: who called, what, about
 * whom by a digest, and what came of it.
 */
import { halfDigestOf } from "../../durable/platform/half-digest.ts";
import { authenticateOperator } from "../access/operator.ts";
import { createApi } from "../http/api.ts";
import type { Arrival, Endpoint } from "../http/endpoint.ts";
import { type Problem, problem } from "../http/problem.ts";
import { endAuthorization, inspectAuthorization, notifyAuthorizationAgain } from "./authorization-endpoints.ts";
import { fundCustomer, putCustomer, readCustomer } from "./customer-endpoints.ts";
import { initiateEscalation, initiateRetrieval, readDisputes, sendDisputeAgain } from "./dispute-endpoints.ts";
import { approveMerchant, listMerchants, readMerchant, rejectMerchant } from "./merchant-endpoints.ts";
import { inspectPayment, notifyPaymentAgain } from "./payment-endpoints.ts";
import { eraseCustomerData, exportCustomerData } from "./personal-data-endpoints.ts";

/** Admits only operators (OPS_TOKENS); the log names the operator, and what the path names by a digest. */
function forOperators(endpoint: Endpoint): Endpoint {
  const respond = async (arrival: Arrival): Promise<Response | Problem> => {
    const operator = await authenticateOperator(arrival.request, arrival.gateway);
    if (operator === undefined) return problem("UNAUTHENTICATED");
    arrival.line.operator = operator;
    const [id] = Object.values(arrival.parameters);
    if (id !== undefined) arrival.line.about = await halfDigestOf(id);
    return endpoint.respond(arrival);
  };
  return { ...endpoint, respond };
}

/** The operators' API. */
export const opsApi = createApi(
  "/ops",
  [
    inspectPayment,
    notifyPaymentAgain,
    inspectAuthorization,
    notifyAuthorizationAgain,
    endAuthorization,
    initiateRetrieval,
    initiateEscalation,
    readDisputes,
    sendDisputeAgain,
    listMerchants,
    readMerchant,
    approveMerchant,
    rejectMerchant,
    putCustomer,
    readCustomer,
    fundCustomer,
    exportCustomerData,
    eraseCustomerData,
  ].map(forOperators),
);
