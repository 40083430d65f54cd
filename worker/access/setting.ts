/** Settings that are JSON: read strictly, so that a repeated name does not hide the first one. */
import { type JsonObject, parseJsonBody } from "../../protocol/json.ts";

/** What is wrong with a setting; fit for a log, without its content. */
export type SettingFault = { readonly fault: string };

/** The object of a setting. Numbers and booleans come as text (protocol/json.ts). */
export function parseJsonSetting(name: string, text: string): { readonly value: JsonObject } | SettingFault {
  const json = parseJsonBody(new TextEncoder().encode(text));
  return json.ok
    ? { value: json.value }
    : { fault: `${name}: must be one JSON object in which no name appears twice or has a backslash` };
}
