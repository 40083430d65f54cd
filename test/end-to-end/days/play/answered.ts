/** Calls to a gateway that may be killed meanwhile. */
import type { JsonClient, Reply } from "../../../support/end-to-end/json-client.ts";
import type { FaultOfCall } from "../plan/plan.ts";

/** What an action leads to. */
export type Outcome = {
  /** The answer; missing when it was lost, or the action was skipped. */
  readonly reply?: Reply | undefined;
  /** Why the action was skipped. */
  readonly skipped?: string;
};

/** A call that had to be answered was not: the gateway went down meanwhile. */
export class LostCall extends Error {}

/** The answer of a call; `undefined` when the gateway went down meanwhile. */
export function answered<Answer>(call: Promise<Reply<Answer>>): Promise<Reply<Answer> | undefined> {
  return call.catch(() => undefined);
}

/** Reads what must be there. Rejects without an answer. */
export async function read<Answer>(client: JsonClient, path: string): Promise<Answer> {
  const found = await find<Answer>(client, path);
  if (found === undefined) throw new Error(`${path} is not there`);
  return found;
}

/** Reads what may be missing: `undefined` for HTTP 404. Rejects without an answer. */
export async function find<Answer>(client: JsonClient, path: string): Promise<Answer | undefined> {
  const reply = await answered(client.call("GET", path));
  if (reply?.status === 200) return reply.body as Answer;
  if (reply?.status === 404) return undefined;
  if (reply === undefined) throw new LostCall(`GET ${path} had no answer`);
  throw new Error(`GET ${path}: ${JSON.stringify(reply)}`);
}

/** The header by which a call of the sandbox asks for a fault (docs/sandbox/faults.md); `undefined` without one. */
export function faultHeaders(fault: FaultOfCall | undefined): Readonly<Record<string, string>> | undefined {
  if (fault === undefined) return undefined;
  const { fault: name, delayMs } = fault;
  return { "Sandbox-Fault": delayMs === undefined ? name : `${name}; delayMs=${delayMs}` };
}
