/** A call to copy into a shell. It expects PLUSGATE (the URL of the wallet API) and TOKEN to be set. */
import type { JsonSchema } from "../../protocol/openapi.ts";
import { PATH_VARIABLE } from "../http/endpoint.ts";

/** The input of a call, and whether it is body or query. */
type SampleInput = { readonly in: "body" | "query"; readonly schema: JsonSchema };

/** The call as a curl command, with every member that is required or has an example. */
export function sampleOf(method: string, path: string, input: SampleInput | undefined): string {
  const members = input ? examplesOf(input.schema) : [];
  const query = input?.in === "query" && members.length > 0 ? `?${new URLSearchParams(members)}` : "";
  const place = path.replace(PATH_VARIABLE, (_, name) => `$${shellName(name)}`);
  const lines = [`curl -X ${method} "$PLUSGATE${place}${query}"`, `-H "Authorization: Bearer $TOKEN"`];
  if (input?.in === "body") {
    const body = JSON.stringify(Object.fromEntries(members));
    lines.push("-H 'Content-Type: application/json'", `-d '${body}'`);
  }
  return lines.join(" \\\n  ");
}

function examplesOf({ properties = {}, required = [] }: JsonSchema): [name: string, example: string][] {
  return Object.entries(properties).flatMap(([name, { examples = [] }]): [string, string][] => {
    if (examples.length === 0 && !required.includes(name)) return [];
    return [[name, String(examples[0] ?? `<${name}>`)]];
  });
}

/** `paymentRequestId` is `PAYMENT_REQUEST_ID` in a shell. */
function shellName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}
