/** What a sender is answered whose body cannot be read. */
import type { JsonFault } from "./json.ts";

const WHY: Readonly<Record<JsonFault, string>> = {
  NOT_UTF8: "must be UTF-8",
  NOT_JSON: "must be JSON",
  NOT_AN_OBJECT: "must be a JSON object",
  TOO_DEEP: "is nested too deeply",
  TOO_MANY_VALUES: "holds too many values",
  DUPLICATE_KEY: "appears twice in one object",
};

/**
 * The sentence that names what is wrong.
 *
 * @param key the member that appears twice, if that is the reason
 */
export function describeJsonFault(reason: JsonFault, key = "body"): string {
  return `Illegal parameter ${key}: ${WHY[reason]}.`;
}
