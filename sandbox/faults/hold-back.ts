/** Holds a message back until another has passed. */

import { systemClock } from "../../protocol/clock.ts";
import { passedCount } from "./active.ts";
import type { Link } from "./links.ts";

/** How often to check whether another message has passed: a request cannot await a promise of another one. */
const LOOK_MS = 10;

/** Waits for that many milliseconds. */
export const pause = systemClock.sleep;

/** Waits until another message has passed the link, or for so long. */
export async function untilAnotherPassed(link: Link, longestMs: number): Promise<void> {
  const before = passedCount(link);
  for (let waitedMs = 0; waitedMs < longestMs && passedCount(link) === before; waitedMs += LOOK_MS) {
    await pause(Math.min(LOOK_MS, longestMs - waitedMs));
  }
}
