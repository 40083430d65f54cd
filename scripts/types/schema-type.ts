/** A JSON Schema as a TypeScript type: the part of JSON Schema that zod writes for the messages of this repository. */
import type { JsonSchema } from "../../protocol/openapi.ts";

/** Keywords that a type has no place for, or that stand in its docstring. */
const WITHOUT_TYPE = ["description", "examples", "additionalProperties", "pattern", "format", "default"];
const LIMITS = ["minLength", "maxLength", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "maxItems"];
const WITH_TYPE = ["type", "properties", "required", "items", "anyOf", "oneOf", "const", "enum"];
const KNOWN = new Set([...WITHOUT_TYPE, ...LIMITS, ...WITH_TYPE]);

const SIMPLE: Readonly<Record<string, string>> = {
  string: "string",
  integer: "number",
  number: "number",
  boolean: "boolean",
  null: "null",
};

/**
 * @param indent of the line on which the type begins
 * @throws Error for a keyword that is not known: a type without it could be wrong
 */
export function typeOf(schema: JsonSchema, indent = ""): string {
  const unknown = Object.keys(schema).filter((keyword) => !KNOWN.has(keyword));
  if (unknown.length > 0) throw new Error(`No TypeScript type is known for ${unknown.join(", ")} of JSON Schema`);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return union(schema.enum.map((value) => JSON.stringify(value)));
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return choices.map((choice) => `\n${indent}  | ${described(choice, `${indent}  `)}`).join("");
  if (schema.type === "object") return objectType(schema, indent);
  if (schema.type === "array") return `Array<${typeOf(schema.items ?? {}, indent)}>`;
  const simple = SIMPLE[schema.type ?? ""];
  if (simple === undefined) throw new Error(`No TypeScript type is known for ${JSON.stringify(schema)}`);
  return simple;
}

/** A docstring in lines that end before the 120th column. */
export function docstring(text: string, indent = ""): string {
  const width = 115 - indent.length;
  const lines = text
    .replaceAll("*/", "* /")
    .split("\n")
    .flatMap((paragraph) => paragraph.match(new RegExp(`.{1,${width}}(?:\\s|$)|\\S+`, "g")) ?? [""])
    .map((line) => line.trimEnd());
  if (lines.length === 1) return `${indent}/** ${lines[0]} */\n`;
  return `${indent}/**\n${lines.map((line) => `${indent} * ${line}`.trimEnd()).join("\n")}\n${indent} */\n`;
}

function described(schema: JsonSchema, indent: string): string {
  const type = typeOf(schema, indent);
  return schema.description === undefined ? type : `/** ${schema.description.replaceAll("*/", "* /")} */ ${type}`;
}

function objectType({ properties, required = [] }: JsonSchema, indent: string): string {
  if (!properties) return "Record<string, unknown>";
  const members = Object.entries(properties).map(([name, schema]) => {
    const mark = required.includes(name) ? "" : "?";
    return `${docOf(schema, `${indent}  `)}${indent}  ${name}${mark}: ${typeOf(schema, `${indent}  `)};\n`;
  });
  return `{\n${members.join("")}${indent}}`;
}

/** The description of a member and what its type cannot say. */
function docOf(schema: JsonSchema, indent: string): string {
  const { description = "", pattern, maxLength } = schema;
  const limits = [
    ...(pattern === undefined ? [] : [`Pattern: \`${pattern}\`.`]),
    ...(maxLength === undefined ? [] : [`At most ${maxLength} characters.`]),
  ];
  const text = [description, ...limits].filter((part) => part !== "").join(" ");
  return text === "" ? "" : docstring(text, indent);
}

function union(parts: readonly string[]): string {
  return [...new Set(parts)].join(" | ");
}
