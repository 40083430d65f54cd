/** GET /wallet/v1/openapi.json: the whole wallet API, made from its endpoints. */
import type { Arrival, Endpoint } from "./endpoint.ts";
import { type JsonSchema, jsonSchemaOf, type Operation } from "./openapi.ts";
import { problemSchema } from "./problem.ts";
import { jsonResponse } from "./respond.ts";

/** The document, as far as the page reads it again. */
export type OpenApiDocument = {
  readonly openapi: "3.1.0";
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly paths: { readonly [path: string]: { readonly [method: string]: Operation } };
  readonly components: {
    readonly schemas: { readonly [name: string]: JsonSchema };
    readonly securitySchemes: { readonly [name: string]: { readonly description: string } };
    readonly headers: object;
  };
};

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
    description: "A token of WALLET_TOKENS: one of the wallet's services. It speaks for every customer and names one.",
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
    description: "What `createLiveToken` gives, for the live stream alone.",
  },
};

const REQUEST_ID = { description: "Names the call in the gateway's log.", schema: { type: "string", format: "uuid" } };

/** Makes the document. */
export function openApiDocument(endpoints: readonly Endpoint[], serverUrl: string): OpenApiDocument {
  const paths: Record<string, Record<string, Operation>> = {};
  const schemas: Record<string, JsonSchema> = { Problem: jsonSchemaOf(problemSchema, "output") };
  for (const { method, path, describe } of endpoints) {
    if (!describe) continue;
    const description = describe();
    paths[path] = { ...paths[path], [method.toLowerCase()]: description.operation };
    Object.assign(schemas, description.schemas);
  }
  return {
    openapi: "3.1.0",
    info: INFO,
    servers: [{ url: serverUrl }],
    paths,
    components: { schemas, securitySchemes: SECURITY_SCHEMES, headers: { RequestId: REQUEST_ID } },
  };
}

/** The endpoint that answers the document of the others. Needs no token: it tells nothing about anybody. */
export function openApiEndpoint(endpoints: readonly Endpoint[], serverUrl: string): Endpoint {
  return {
    method: "GET",
    path: "/openapi.json",
    name: "openApi",
    respond: async (_arrival: Arrival) => jsonResponse(openApiDocument(endpoints, serverUrl)),
  };
}
