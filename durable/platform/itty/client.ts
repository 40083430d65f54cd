/**
 * The only way to objects on itty-durable (object.ts). The library's stub answers to every name: `await` on it never
 * ends, and a typo can call `destroy` or `reset`. So the stub never leaves this file.
 */
import { proxyDurable } from "itty-durable";

/** The library takes such a name for the id of an object, and finds none. */
const LOOKS_LIKE_AN_ID = /^[0-9a-f]{64}$/i;

/**
 * Calls a method of an object.
 *
 * @param objectName names the object, which is created by its first call; not 64 hexadecimal digits
 * @param parameters any JSON values
 * @returns the method's answer, parsed from JSON
 * @throws what the runtime throws when the object cannot be reached; an error with the text of what the method threw
 */
export function callIttyObject(
  namespace: DurableObjectNamespace,
  objectName: string,
  method: string,
  parameters: readonly unknown[],
): Promise<unknown> {
  if (LOOKS_LIKE_AN_ID.test(objectName)) throw new TypeError("64 hexadecimal digits cannot name an object");
  // A new stub for each call: one that has failed stays broken.
  return proxyDurable(namespace, { parse: true }).get(objectName).perform(method, asciiJson(parameters));
}

/** JSON in printable ASCII, everything else escaped: parameters travel in a header. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
