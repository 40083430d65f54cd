/**
 * How many calls of one kind an isolate has under way at once (IN_FLIGHT_LIMIT). An isolate does one thing at a time:
 * more calls are not answered sooner, and all of them too late in the end.
 */
import type { Env, Gateway } from "../../durable/env.ts";
import { InFlightLimit } from "../../durable/platform/in-flight-limit.ts";
import { logFault } from "../../durable/platform/log.ts";
import { nowMs } from "../../protocol/clock.ts";
import { SECOND_MS } from "../../protocol/time.ts";

/**
 * Longer than a call and the runtime's 30 seconds for its work after the answer. Then the runtime ends it without
 * running the rest of its code, so that it never leaves.
 */
const LOST_AFTER_MS = 40_000;

/** Makes a limit of its own, which counts for each environment of an isolate: a test has several. */
export function edgeLimit(): (gateway: Gateway) => InFlightLimit {
  const limits = new WeakMap<Env, InFlightLimit>();
  return ({ env, configuration }) => {
    const known = limits.get(env);
    if (known) return known;
    const limit = new InFlightLimit(configuration.inFlightLimit, LOST_AFTER_MS);
    limits.set(env, limit);
    return limit;
  };
}

/** Makes a log of refusals: a line for each would cost more than the refusal. At most one a second, with how many. */
export function refusalLog(): () => void {
  let count = 0;
  let nextTimeMs = 0;
  return () => {
    count += 1;
    const timeMs = nowMs();
    if (timeMs < nextTimeMs && nextTimeMs - timeMs <= SECOND_MS) return;
    logFault("overloaded", `calls refused since the last such line: ${count}`);
    count = 0;
    nextTimeMs = timeMs + SECOND_MS;
  };
}
