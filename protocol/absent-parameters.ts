/**
 * Parameters that are left out: `null` in messages that are received, `undefined` in those that are sent
 * (docs/spec/messages.md#parameters).
 */
import type { JsonObject, JsonValue } from "./json.ts";

/**
 * A body without its members that are `null`, those of objects in a list included. An element of a list stays where it
 * is, even a `null`.
 *
 * @param text the text of the body: if it does not contain `null`, nothing is removed or copied
 */
export function withoutNulls(body: JsonObject, text: string): JsonObject {
  return text.includes("null") ? withoutNullMembers(body) : body;
}

function withoutNullMembers(object: JsonObject): JsonObject {
  const members = Object.entries(object).filter(([, member]) => member !== null);
  return Object.fromEntries(members.map(([key, member]) => [key, withoutNullsInside(member)]));
}

function withoutNullsInside(value: JsonValue): JsonValue {
  if (typeof value !== "object" || value === null) return value;
  return isList(value) ? value.map(withoutNullsInside) : withoutNullMembers(value);
}

/** `Array.isArray` does not narrow the type of a read-only list. */
function isList(value: JsonObject | readonly JsonValue[]): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/**
 * A message without the parameters that do not apply: they are left out, never empty
 * (docs/spec/messages.md#parameters).
 */
export function definedMembers(members: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(members).filter((member): member is [string, JsonValue] => member[1] !== undefined),
  );
}
