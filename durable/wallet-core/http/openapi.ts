/** The OpenAPI document of the messages to the core; docs/core-openapi.json holds it. Not part of the Worker. */
import * as z from "zod";
import { type CoreOperation, coreMessages } from "./schema.ts";

const SUMMARIES: Readonly<Record<CoreOperation, string>> = {
  debit: "Takes `debit` from the customer once, however often it comes with the same `paymentId`.",
  inquire: "The result of a debit; UNKNOWN when neither a debit nor a reversal of this id was ever received.",
  reverse: "Returns what refunds have left of a debit, or makes sure that it never happens. Cannot be refused.",
  refund: "Refunds a part of a payment, once for each `refundId`.",
  evaluate: "What a debit would answer now; nothing is moved or remembered.",
};

const WEBHOOK_HEADERS: Readonly<Record<string, string>> = {
  "webhook-id":
    "The operation, `_` and the id of what it is about (`refundId` for a refund, otherwise `paymentId`). Must fit path and body.",
  "webhook-timestamp": "When it was sent, in epoch seconds; at most five minutes from the core's clock.",
  "webhook-signature": "Standard Webhooks, version 1: `v1,` and base64 of HMAC-SHA256 over `<id>.<timestamp>.<body>`.",
};

type JsonObject = { readonly [key: string]: unknown };

/** The document, OpenAPI 3.1, as plain JSON. */
export function coreOpenApi(): JsonObject {
  const operations = Object.keys(coreMessages) as CoreOperation[];
  return {
    openapi: "3.1.0",
    info: {
      title: "Plusgate: the wallet's core",
      version: "1",
      description:
        "What the gateway asks of the wallet's core. docs/core.md has the rules that a schema cannot express.",
    },
    servers: [{ url: "{coreUrl}", variables: { coreUrl: { default: "https://core.example" } } }],
    paths: Object.fromEntries(operations.map((operation) => [`/${operation}`, { post: operationOf(operation) }])),
    components: {
      schemas: Object.fromEntries(operations.flatMap(schemasOf)),
      parameters: Object.fromEntries(Object.entries(WEBHOOK_HEADERS).map(parameterOf)),
    },
  };
}

function operationOf(operation: CoreOperation): JsonObject {
  return {
    operationId: operation,
    summary: SUMMARIES[operation],
    parameters: Object.keys(WEBHOOK_HEADERS).map((name) => ({ $ref: `#/components/parameters/${name}` })),
    requestBody: { required: true, content: contentOf(operation, "Request") },
    responses: {
      "200": { description: "The answer, a refusal included.", content: contentOf(operation, "Answer") },
      "4XX": { description: "Not taken (form or signature); nothing was done or remembered. Not a refusal." },
      "5XX": { description: "No answer; the gateway tries again with the same id." },
    },
  };
}

function contentOf(operation: CoreOperation, part: "Request" | "Answer"): JsonObject {
  return { "application/json": { schema: { $ref: `#/components/schemas/${operation}${part}` } } };
}

function schemasOf(operation: CoreOperation): [string, JsonObject][] {
  const { request, answer } = coreMessages[operation];
  return [
    [`${operation}Request`, schemaOf(request, "input")],
    [`${operation}Answer`, schemaOf(answer, "output")],
  ];
}

/** `io` decides whether an object that ignores unknown members says so. */
function schemaOf(schema: z.ZodType, io: "input" | "output"): JsonObject {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io });
  return rest;
}

function parameterOf([name, description]: [string, string]): [string, JsonObject] {
  return [name, { name, in: "header", required: true, description, schema: { type: "string" } }];
}
