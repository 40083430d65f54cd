/** A call to copy into a shell. It expects PLUSGATE (where the wallet face is) and TOKEN to be set. */
import type { JsonSchema } from "./openapi.ts";

/**
 * The curl of a call.
 *
 * @param body what is sent as JSON: the members that are required or have an example
 */
export function sampleOf(method: string, path: string, body: JsonSchema | undefined): string {
  const lines = [
    `curl -X ${method} "$PLUSGATE${path.replace(/\{(\w+)\}/g, (_, name) => `$${shellName(name)}`)}"`,
    `-H "Authorization: Bearer $TOKEN"`,
  ];
  if (body) lines.push(`-H 'Content-Type: application/json'`, `-d '${JSON.stringify(exampleOf(body))}'`);
  return lines.join(" \\\n  ");
}

function exampleOf({ properties = {}, required = [] }: JsonSchema): object {
  const members = Object.entries(properties).flatMap(([name, { examples = [] }]) => {
    if (examples.length === 0 && !required.includes(name)) return [];
    return [[name, examples[0] ?? `<${name}>`] as const];
  });
  return Object.fromEntries(members);
}

/** `paymentRequestId` is `PAYMENT_REQUEST_ID` in a shell. */
function shellName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}
