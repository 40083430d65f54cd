/** Describes a route of the wallet API in OpenAPI, from the schemas that check its messages. */
import type * as z from "zod";
import { type CallDescription, jsonContent, jsonSchemaOf } from "../../protocol/openapi.ts";
import { ANSWER_HEADERS, pathParameters, problemResponses, queryParameters } from "../http/openapi.ts";
import type { ProblemCode } from "../http/problem.ts";
import { sampleOf } from "./curl-sample.ts";
import type { WalletRoute } from "./route.ts";

/** The problems of every call with a token. */
const COMMON: readonly ProblemCode[] = [
  "PARAM_ILLEGAL",
  "UNAUTHENTICATED",
  "CUSTOMER_NOT_ALLOWED",
  "TOO_MANY_REQUESTS",
  "INTERNAL_ERROR",
  "MISCONFIGURED",
];
/** The problems of every call with a body. */
const OF_BODIES: readonly ProblemCode[] = ["BODY_TOO_LARGE", "MEDIA_TYPE_NOT_SUPPORTED"];

/** Whether a body may be left out, as every member of it may be. */
export function mayBeEmpty(body: z.ZodType): boolean {
  return body.safeParse({}).success;
}

/** Describes a route. */
export function describeRoute<Body, Reply extends object>(route: WalletRoute<Body, Reply>): CallDescription {
  const { method, path, name, summary, description, body, problems } = route;
  const place = method === "POST" ? "body" : "query";
  const input = body && ({ in: place, type: body, schema: jsonSchemaOf(body, "input") } as const);
  const request = input?.in === "body" ? { [`${name}Request`]: input.schema } : {};
  const query = input?.in === "query" ? queryParameters(input.schema) : [];
  const codes = [...COMMON, ...(input?.in === "body" ? OF_BODIES : []), ...problems];
  return {
    method,
    path,
    operation: {
      operationId: name,
      summary,
      description,
      security: [{ serviceToken: [] }, { customerToken: [] }],
      parameters: [...pathParameters(path), ...query],
      ...(input?.in === "body" && {
        requestBody: { required: !mayBeEmpty(input.type), content: jsonContent(`${name}Request`) },
      }),
      responses: {
        "200": { description: "Done.", headers: ANSWER_HEADERS, content: jsonContent(`${name}Reply`) },
        ...problemResponses(codes),
      },
      "x-codeSamples": [{ lang: "Shell", source: sampleOf(method, path, input) }],
    },
    schemas: { ...request, [`${name}Reply`]: jsonSchemaOf(route.reply, "output") },
  };
}
