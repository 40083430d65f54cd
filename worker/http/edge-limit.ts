/**
 * How many calls of one kind an isolate has under way at once (IN_FLIGHT_LIMIT). An isolate does one thing at a time: more
 * calls are not answered sooner, and all of them too late in the end.
 */
import type { Gateway } from "../../durable/env.ts";
import { InFlightLimit } from "../../durable/platform/in-flight-limit.ts";

/** Until it is a setting. */
const DEFAULT_LIMIT = 256;

/**
 * Longer than a call and the runtime's 30 seconds for its work after the answer. Then the runtime ends it without running
 * the rest of its code, so that it never leaves.
 */
const LOST_AFTER_MS = 40_000;

/** Makes a limit of its own, which counts for each deployment of an isolate: a test has several. */
export function edgeLimit(): (gateway: Gateway) => InFlightLimit {
  const limits = new WeakMap<Gateway, InFlightLimit>();
  return (gateway) => {
    const known = limits.get(gateway);
    if (known) return known;
    const limit = new InFlightLimit(DEFAULT_LIMIT, LOST_AFTER_MS);
    limits.set(gateway, limit);
    return limit;
  };
}
