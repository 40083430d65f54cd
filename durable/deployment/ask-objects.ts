/** Asks one object of each class whether it works under the settings of this deployment. */

import { systemClock } from "../../protocol/clock.ts";
import { within } from "../../protocol/exchange/retry.ts";
import { CODE_RULES_OBJECT } from "../code-rules/current-rules.ts";
import type { Configuration, Env } from "../env.ts";
import { callIttyObject } from "../platform/itty/client.ts";
import { shardName } from "../platform/shard.ts";
import { DEPLOYMENT_OBJECT } from "./open-object.ts";

/** Why an object does no work: a code for an answer, and the whole reason for the log. */
type ObjectFault = { readonly reason: string; readonly fault: string };

const TIME_LIMIT_MS = 3_000;

/** A refusal begins with its code (durable/platform/identity.ts, durable/platform/migrate.ts). */
const REASON_CODE = /\b((?:CLASS|SHARD_COUNT|CLIENT_ID)_DIFFERS|TABLES_TOO_NEW): /;

/**
 * The first object that refuses to work or cannot be reached; undefined when one of each class works.
 *
 * An object that refuses names its reason code; one that fails, or does not answer in time, is OBJECT_UNREACHABLE.
 */
export async function faultOfObjects(
  env: Env,
  { locationHint }: Pick<Configuration, "locationHint">,
): Promise<ObjectFault | undefined> {
  const options = locationHint ? { locationHint } : {};
  const shard = shardName(0);
  const asked: Readonly<Record<string, () => Promise<unknown>>> = {
    Deployment: () => env.DEPLOYMENT.getByName(DEPLOYMENT_OBJECT, options).isReady(),
    Customers: () => env.CUSTOMERS.getByName(shard, options).isReady(),
    Directory: () => env.DIRECTORY.getByName(shard, options).isReady(),
    Codes: () => env.CODES.getByName(shard, options).isReady(),
    CodeRules: () => env.CODE_RULES.getByName(CODE_RULES_OBJECT, options).isReady(),
    Live: () => env.LIVE.getByName(shard, options).isReady(),
    CodeStocks: () => callIttyObject(env.CODE_STOCKS, "stocks-0", "isReady", []),
  };
  const faults = await Promise.all(Object.entries(asked).map(([name, ask]) => faultOf(name, ask)));
  return faults.find((fault) => fault !== undefined);
}

async function faultOf(name: string, ask: () => Promise<unknown>): Promise<ObjectFault | undefined> {
  try {
    const answer = await within(systemClock, TIME_LIMIT_MS, async () => ({ ready: await ask() }));
    if (answer) return undefined;
    return { reason: "OBJECT_UNREACHABLE", fault: `${name} gave no answer in ${TIME_LIMIT_MS} ms` };
  } catch (error) {
    const fault = `${name}: ${error instanceof Error ? error.message : String(error)}`;
    return { reason: REASON_CODE.exec(fault)?.[1] ?? "OBJECT_UNREACHABLE", fault };
  }
}
