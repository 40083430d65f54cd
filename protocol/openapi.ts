/**
 * Describes an API in OpenAPI 3.1, from the zod schemas that check its messages.
 *
 * Source: OpenAPI Specification 3.1.0; its schemas are JSON Schema 2020-12.
 */
import * as z from "zod";

/** A JSON Schema, with the keywords that are read here. */
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
  readonly in: "path" | "query" | "header";
  readonly required: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
};

/** A Reference Object, to a part of the document's components. */
export type Reference = { readonly $ref: string };

/** The content of a body, by its media type. */
type Content = { readonly [mediaType: string]: { readonly schema: JsonSchema } };

/** A Response Object. */
export type ResponseDescription = {
  readonly description: string;
  readonly headers?: { readonly [name: string]: Reference };
  readonly content?: Content;
};

/** An Operation Object. */
export type Operation = {
  readonly operationId: string;
  readonly summary: string;
  readonly description?: string;
  readonly security?: readonly { readonly [scheme: string]: readonly string[] }[];
  readonly parameters: readonly (Parameter | Reference)[];
  readonly requestBody?: { readonly required: boolean; readonly content: Content };
  readonly responses: { readonly [status: string]: ResponseDescription };
  /** Calls to copy into a shell. */
  readonly "x-codeSamples"?: readonly { readonly lang: string; readonly source: string }[];
};

/** A call of an API: where it is, what it does, and the schemas that it refers to by name. */
export type CallDescription = {
  readonly method: "GET" | "POST";
  /** Variable parts in braces. */
  readonly path: string;
  readonly operation: Operation;
  readonly schemas: { readonly [name: string]: JsonSchema };
};

/** A whole document. */
export type OpenApiDocument = {
  readonly openapi: "3.1.0";
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string; readonly variables?: object }[];
  readonly paths: { readonly [path: string]: { readonly [method: string]: Operation } };
  readonly components: {
    readonly schemas: { readonly [name: string]: JsonSchema };
    readonly parameters?: { readonly [name: string]: Parameter };
    readonly securitySchemes?: { readonly [name: string]: { readonly description: string } };
    readonly headers?: { readonly [name: string]: object };
  };
};

/** Makes the document of some calls. `components` has what the calls refer to besides their schemas. */
export function openApiDocument(
  { info, servers }: Pick<OpenApiDocument, "info" | "servers">,
  calls: readonly CallDescription[],
  components: OpenApiDocument["components"],
): OpenApiDocument {
  const paths: Record<string, Record<string, Operation>> = {};
  for (const { method, path, operation } of calls) paths[path] = { ...paths[path], [method.toLowerCase()]: operation };
  const schemas = Object.assign({ ...components.schemas }, ...calls.map((call) => call.schemas));
  return { openapi: "3.1.0", info, servers, paths, components: { ...components, schemas } };
}

/**
 * The JSON Schema of a message.
 *
 * @param io `input` for what may be sent, `output` for what is answered: an answer names all its members, a request may
 *   have others
 */
export function jsonSchemaOf(schema: z.ZodType, io: "input" | "output"): JsonSchema {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io });
  return rest as JsonSchema;
}

/** A JSON body whose schema is in the components. */
export function jsonContent(schemaName: string): Content {
  return { "application/json": { schema: { $ref: `#/components/schemas/${schemaName}` } } };
}
