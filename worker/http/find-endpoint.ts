/** Which endpoint a path belongs to. */
import { identifier } from "../../protocol/parameters.ts";
import type { Endpoint } from "./endpoint.ts";
import { type Problem, problem } from "./problem.ts";

/** An endpoint and the variable parts of the path that led to it. */
export type FoundEndpoint = { readonly endpoint: Endpoint; readonly parameters: Readonly<Record<string, string>> };

const VARIABLE = /^\{(\w+)\}$/;

/**
 * Finds the endpoint of a method and a path.
 *
 * @param path below `/wallet/v1`, percent-encoded as it was requested
 */
export function findEndpoint(endpoints: readonly Endpoint[], method: string, path: string): FoundEndpoint | Problem {
  const segments = path.split("/");
  const here = endpoints.flatMap((endpoint) => {
    const variables = match(endpoint.path.split("/"), segments);
    return variables ? [{ endpoint, variables }] : [];
  });
  if (here.length === 0) return problem("NOT_FOUND");
  const found = here.find(({ endpoint }) => endpoint.method === method);
  if (!found) {
    const allowedMethods = here.map(({ endpoint }) => endpoint.method).join(", ");
    return { ...problem("METHOD_NOT_ALLOWED"), allowedMethods };
  }
  const parameters: Record<string, string> = {};
  for (const [name, encoded] of found.variables) {
    const value = identifier.safeParse(decoded(encoded));
    if (!value.success)
      return problem("PARAM_ILLEGAL", `Illegal parameter ${name}: ${value.error.issues[0]?.message}.`);
    parameters[name] = value.data;
  }
  return { endpoint: found.endpoint, parameters };
}

/** The variable parts by name, still encoded; undefined when a fixed part differs. */
function match(pattern: readonly string[], segments: readonly string[]): [name: string, text: string][] | undefined {
  if (pattern.length !== segments.length) return undefined;
  const variables: [string, string][] = [];
  for (const [index, part] of pattern.entries()) {
    const segment = segments[index] ?? "";
    const name = VARIABLE.exec(part)?.[1];
    if (name !== undefined) variables.push([name, segment]);
    else if (part !== segment) return undefined;
  }
  return variables;
}

/** `""`, which no identifier is, where the escapes are none of UTF-8. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return "";
  }
}
