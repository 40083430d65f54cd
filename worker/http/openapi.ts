/** The parts of an OpenAPI document that the calls of the wallet share. */
import {
  type JsonSchema,
  jsonSchemaOf,
  type Operation,
  type Parameter,
  type ResponseDescription,
} from "../../protocol/openapi.ts";
import { identifier } from "../../protocol/parameters.ts";
import { PATH_VARIABLE } from "./endpoint.ts";
import { type ProblemCode, statusOf, titleOf } from "./problem.ts";

/** The headers of every answer; the document's components define `RequestId`. */
export const ANSWER_HEADERS = { "Plusgate-Request-Id": { $ref: "#/components/headers/RequestId" } };

/** The parameters of a query, from the JSON Schema of its members. */
export function queryParameters({ properties = {}, required = [] }: JsonSchema): Parameter[] {
  return Object.entries(properties).map(([name, { description, ...schema }]) => ({
    name,
    in: "query",
    required: required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema,
  }));
}

/** The variable parts of a path; each is an identifier. */
export function pathParameters(path: string): Parameter[] {
  return [...path.matchAll(PATH_VARIABLE)].map(([, name = ""]) => ({
    name,
    in: "path",
    required: true,
    schema: jsonSchemaOf(identifier, "input"),
  }));
}

/** A response for each HTTP status of the codes, which names the codes. */
export function problemResponses(codes: readonly ProblemCode[]): Operation["responses"] {
  const responses: Record<string, ResponseDescription> = {};
  for (const [status, ofStatus] of Map.groupBy(new Set(codes), statusOf)) {
    const code = { enum: ofStatus };
    const schema = { allOf: [{ $ref: "#/components/schemas/Problem" }, { properties: { code } }] };
    responses[String(status)] = {
      description: ofStatus.map((each) => `\`${each}\`: ${titleOf(each)}`).join(" "),
      headers: ANSWER_HEADERS,
      content: { "application/problem+json": { schema } },
    };
  }
  return responses;
}
