import type { JsonObject, JsonValue } from "./json.ts";

/** A message without the parameters that do not apply: they are left out, never empty (spec/01 Parameters). */
export function definedMembers(members: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(members).filter((member): member is [string, JsonValue] => member[1] !== undefined),
  );
}
