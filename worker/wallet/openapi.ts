/** The OpenAPI document of the wallet API, and the endpoints that answer it. */
import { jsonSchemaOf, type OpenApiDocument, openApiDocument } from "../../protocol/openapi.ts";
import type { Endpoint } from "../http/endpoint.ts";
import { jsonResponse } from "../http/json-response.ts";
import { problemSchema } from "../http/problem.ts";

const DOCUMENT_PATH = "/openapi.json";

const INFO = {
  title: "Plusgate: the wallet API",
  version: "1",
  description:
    "What the wallet's own backend and its app call: codes to show, codes that were scanned, payments to confirm, and the result at once. Bodies are JSON; `null` counts as left out, parameters that are not named here are ignored. Amounts are digits of the smallest unit of their currency, times ISO 8601. A failure is `application/problem+json` (RFC 9457) with a `code` that never changes its meaning.",
};

const SECURITY_SCHEMES = {
  serviceToken: {
    type: "http",
    scheme: "bearer",
    description: "A token of WALLET_TOKENS: one of the wallet's services. It acts for every customer and names one.",
  },
  customerToken: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description:
      "A JWT of the wallet's identity provider (WALLET_JWT): the customer whom its `sub` names, and no other.",
  },
  liveToken: {
    type: "http",
    scheme: "bearer",
    bearerFormat: "JWT",
    description: "The token that `createLiveToken` answers, for the live stream alone.",
  },
};

const REQUEST_ID = { description: "Names the call in the gateway's log.", schema: { type: "string", format: "uuid" } };

/**
 * Makes the document.
 *
 * @param serverUrl the path of the API
 */
export function walletOpenApi(endpoints: readonly Endpoint[], serverUrl: string): OpenApiDocument {
  const calls = endpoints.map(({ describe }) => describe?.()).filter((call) => call !== undefined);
  return openApiDocument({ info: INFO, servers: [{ url: serverUrl }] }, calls, {
    schemas: { Problem: jsonSchemaOf(problemSchema, "output") },
    securitySchemes: SECURITY_SCHEMES,
    headers: { RequestId: REQUEST_ID },
  });
}

/** The endpoints of the documentation. They show nothing of a customer, and need no token. */
export function openApiEndpoints(endpoints: readonly Endpoint[], serverUrl: string): Endpoint[] {
  return [
    {
      method: "GET",
      path: DOCUMENT_PATH,
      name: "openApi",
      respond: async () => jsonResponse(walletOpenApi(endpoints, serverUrl)),
    },
    {
      method: "GET",
      path: "",
      name: "index",
      respond: async () => jsonResponse({ title: INFO.title, openapi: `${serverUrl}${DOCUMENT_PATH}` }),
    },
  ];
}
