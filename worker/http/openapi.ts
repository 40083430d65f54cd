/** How a call of the wallet API is written down in OpenAPI 3.1, from the schemas that check it. */
import * as z from "zod";
import type { WalletRoute } from "../wallet/route.ts";
import { type ProblemCode, statusOf, titleOf } from "./problem.ts";
import { sampleOf } from "./sample.ts";

/** A JSON Schema (2020-12), as far as it is looked at here. */
export type JsonSchema = {
  readonly type?: string;
  readonly description?: string;
  readonly properties?: { readonly [name: string]: JsonSchema };
  readonly required?: readonly string[];
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly examples?: readonly unknown[];
  readonly [keyword: string]: unknown;
};

/** A Parameter Object. */
export type Parameter = {
  readonly name: string;
  readonly in: "path" | "query";
  readonly required: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
};

type Content = { readonly [mediaType: string]: { readonly schema: JsonSchema } };

/** An Operation Object. */
export type Operation = {
  readonly operationId: string;
  readonly summary: string;
  readonly description: string;
  readonly security: readonly { readonly [scheme: string]: readonly string[] }[];
  readonly parameters: readonly Parameter[];
  readonly requestBody?: { readonly required: true; readonly content: Content };
  readonly responses: {
    readonly [status: string]: { readonly description: string; readonly headers?: object; readonly content?: Content };
  };
  readonly "x-codeSamples": readonly { readonly lang: string; readonly source: string }[];
};

/** An operation, and the schemas that it refers to by name. */
export type Description = {
  readonly operation: Operation;
  readonly schemas: { readonly [name: string]: JsonSchema };
};

/** The problems that every call with a token can meet, and those of every body. */
const COMMON: readonly ProblemCode[] = [
  "PARAM_ILLEGAL",
  "UNAUTHENTICATED",
  "CUSTOMER_NOT_ALLOWED",
  "TOO_MANY_REQUESTS",
  "INTERNAL_ERROR",
  "MISCONFIGURED",
];
const OF_BODIES: readonly ProblemCode[] = ["BODY_TOO_LARGE", "MEDIA_TYPE_NOT_SUPPORTED"];

/** A header that every answer has. */
const HEADERS = { "Plusgate-Request-Id": { $ref: "#/components/headers/RequestId" } };

/** Describes a route. */
export function describeRoute<Body, Reply extends object>(route: WalletRoute<Body, Reply>): Description {
  const { method, path, name, summary, description, body, problems } = route;
  const place = method === "POST" ? "body" : "query";
  const input = body && ({ in: place, schema: jsonSchemaOf(body, "input") } as const);
  const request = input?.in === "body" ? { [`${name}Request`]: input.schema } : {};
  const query = input?.in === "query" ? queryParameters(input.schema) : [];
  const codes = [...COMMON, ...(input?.in === "body" ? OF_BODIES : []), ...problems];
  return {
    operation: {
      operationId: name,
      summary,
      description,
      security: [{ serviceToken: [] }, { customerToken: [] }],
      parameters: [...pathParameters(path), ...query],
      ...(input?.in === "body" && { requestBody: { required: true, content: jsonContent(`${name}Request`) } }),
      responses: {
        "200": { description: "Done.", headers: HEADERS, content: jsonContent(`${name}Reply`) },
        ...problemResponses(codes),
      },
      "x-codeSamples": [{ lang: "Shell", source: sampleOf(method, path, input) }],
    },
    schemas: { ...request, [`${name}Reply`]: jsonSchemaOf(route.reply, "output") },
  };
}

/** The schema as JSON Schema: what may be sent, or what is answered. */
export function jsonSchemaOf(schema: z.ZodType, io: "input" | "output"): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io });
  return rest as JsonSchema;
}

/** The parameters of a query schema. */
export function queryParameters({ properties = {}, required = [] }: JsonSchema): Parameter[] {
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: "query",
    required: required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema,
  }));
}

function pathParameters(path: string): Parameter[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string", minLength: 1, maxLength: 64 },
  }));
}

function jsonContent(schemaName: string): Content {
  return { "application/json": { schema: { $ref: `#/components/schemas/${schemaName}` } } };
}

/** A response for each HTTP status of the codes, which names the codes. */
export function problemResponses(codes: readonly ProblemCode[]): Operation["responses"] {
  const responses: Record<string, Operation["responses"][string]> = {};
  for (const [status, ofStatus] of Map.groupBy(new Set(codes), statusOf)) {
    const code = { enum: ofStatus };
    const schema = { allOf: [{ $ref: "#/components/schemas/Problem" }, { properties: { code } }] };
    responses[String(status)] = {
      description: ofStatus.map((each) => `\`${each}\`: ${titleOf(each)}`).join(" "),
      headers: HEADERS,
      content: { "application/problem+json": { schema } },
    };
  }
  return responses;
}
