/** The declarations of a package of types, from OpenAPI documents. */
import type { JsonSchema, OpenApiDocument, Operation, Parameter } from "../../protocol/openapi.ts";
import { docstring, typeOf } from "./schema-type.ts";

/** An API: the name of the type of all its calls, and its document. */
export type DescribedApi = { readonly name: string; readonly document: OpenApiDocument };

/**
 * Writes the declarations of some APIs: a type for every message, and one for all calls of each API.
 *
 * @throws Error when two messages have one name, or a schema has no type
 */
export function declarationsOf(apis: readonly DescribedApi[]): string {
  const schemas = apis.flatMap(({ document }) => Object.entries(document.components.schemas));
  const names = schemas.map(([name]) => name);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  if (twice.length > 0) throw new Error(`Two messages are named ${twice.join(", ")}`);
  return apis
    .map((api) => [...Object.entries(api.document.components.schemas).map(messageType), callsType(api)].join("\n"))
    .join("\n");
}

/** `debitRequest` becomes `DebitRequest`. */
function typeName(schemaName: string): string {
  return schemaName.slice(0, 1).toUpperCase() + schemaName.slice(1);
}

function messageType([name, schema]: [string, JsonSchema]): string {
  const doc = schema.description === undefined ? "" : docstring(schema.description);
  const type = typeOf(schema);
  return `${doc}export type ${typeName(name)} =${type.startsWith("\n") ? "" : " "}${type};\n`;
}

function callsType({ name, document }: DescribedApi): string {
  const calls = Object.entries(document.paths).flatMap(([path, ofPath]) =>
    Object.entries(ofPath).map(([method, operation]) => callMember(method.toUpperCase(), path, operation)),
  );
  const { title, description } = document.info;
  return `${docstring(`${title}. ${description}`)}export type ${name} = {\n${calls.join("")}};\n`;
}

function callMember(method: string, path: string, operation: Operation): string {
  const { operationId, summary, description, requestBody, responses } = operation;
  const answer = messageOf(responses["200"]?.content);
  const query = queryType(operation);
  const problems = Object.values(responses).flatMap(problemCodes);
  const members = [
    `method: "${method}"`,
    `path: "${path}"`,
    ...(query === undefined ? [] : [`query: ${query}`]),
    ...(requestBody ? [`request: ${messageOf(requestBody.content)}`] : []),
    ...(answer === undefined ? [] : [`answer: ${answer}`]),
    ...(problems.length === 0 ? [] : [`problem: ${[...new Set(problems)].map((code) => `"${code}"`).join(" | ")}`]),
  ];
  const doc = docstring([summary, description].filter((text) => text !== undefined).join("\n\n"), "  ");
  return `${doc}  ${operationId}: {\n${members.map((member) => `    ${member};\n`).join("")}  };\n`;
}

/** The name of the message of a JSON body. */
function messageOf(content: NonNullable<Operation["requestBody"]>["content"] | undefined): string | undefined {
  const reference = content?.["application/json"]?.schema.$ref;
  return typeof reference === "string" ? typeName(reference.replace(/^.*\//, "")) : undefined;
}

function queryType({ parameters }: Operation): string | undefined {
  const query = parameters.filter((parameter): parameter is Parameter => "in" in parameter && parameter.in === "query");
  if (query.length === 0) return undefined;
  const properties = query.map(({ name, description, schema }) => [
    name,
    { ...schema, ...(description && { description }) },
  ]);
  const required = query.filter((parameter) => parameter.required).map(({ name }) => name);
  return typeOf({ type: "object", properties: Object.fromEntries(properties), required }, "    ");
}

/** The codes of the problems that a response may have. */
function problemCodes({ content }: Operation["responses"][string]): readonly string[] {
  const schema = content?.["application/problem+json"]?.schema as
    | { readonly allOf?: readonly JsonSchema[] }
    | undefined;
  return (schema?.allOf ?? []).flatMap(({ properties }) => (properties?.code?.enum ?? []).map(String));
}
