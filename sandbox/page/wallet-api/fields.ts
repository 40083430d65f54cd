/** A schema as rows that a person can read. */
import type { JsonSchema } from "../../../protocol/openapi.ts";

/** One member; the name of a member of a member is its whole path (`barcode.svg`). */
export type Field = {
  readonly name: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly description: string;
};

/** One of the forms that a message can have; `name` says which, where there are several. */
type Form = { readonly name: string; readonly fields: readonly Field[] };

/** The forms of a schema: one, or as many as it has alternatives. */
export function formsOf(schema: JsonSchema): Form[] {
  const alternatives = schema.oneOf ?? schema.anyOf;
  return alternatives
    ? alternatives.map((alternative) => ({ name: constantsOf(alternative), fields: fieldsOf(alternative) }))
    : [{ name: "", fields: fieldsOf(schema) }];
}

/** `type: ready`, from the members that can only have one value. */
function constantsOf({ properties = {} }: JsonSchema): string {
  const constants = Object.entries(properties).filter(([, member]) => member.const !== undefined);
  return constants.map(([name, member]) => `${name}: ${member.const}`).join(", ");
}

function fieldsOf({ properties = {}, required = [] }: JsonSchema, parent = ""): Field[] {
  return Object.entries(properties).flatMap(([name, member]) => {
    const field = {
      name: `${parent}${name}`,
      type: typeOf(member),
      isRequired: required.includes(name),
      description: member.description ?? "",
    };
    const inner = member.items ?? member;
    return [field, ...fieldsOf(inner, `${field.name}${member.items ? "[]" : ""}.`)];
  });
}

function typeOf({
  type,
  const: constant,
  enum: values,
  items,
  oneOf,
  anyOf,
  minLength,
  maxLength,
}: JsonSchema): string {
  if (constant !== undefined) return JSON.stringify(constant);
  if (values) return values.map((value) => JSON.stringify(value)).join(" | ");
  const alternatives = oneOf ?? anyOf;
  if (alternatives) return alternatives.map(typeOf).join(" | ");
  if (items) return `list of ${typeOf(items)}`;
  if (maxLength === undefined) return type ?? "anything";
  const length = minLength === maxLength ? maxLength : `${minLength ?? 0} to ${maxLength}`;
  return `${type}, ${length} characters`;
}
