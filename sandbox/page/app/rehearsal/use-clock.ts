import { useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Failure } from "../calls/call.ts";
import { advanceClock, fetchClock } from "../calls/rehearsal.ts";
import { learnServerTime } from "../server-clock.ts";
import { useLook } from "../use-look.ts";

const LOOK_INTERVAL_MS = 5_000;
/** A poll is never off by this much. */
const SMALLEST_JUMP_MS = 3_000;

/** The clock of the rehearsal. */
export type RehearsalClock = {
  /** Whether it is being set. */
  readonly isBusy: boolean;
  readonly failure: Failure | undefined;
  /** How far it is ahead of the true time, milliseconds. */
  readonly aheadMs: number;
  /** How often it was set: what was valid before may have expired. */
  readonly jumps: number;
  readonly advance: (durationMs: number) => Promise<void>;
};

/**
 * Follows the clock.
 *
 * @param occasion looks at once whenever it changes
 * @param onChange is called when it was set ahead: what was due by then is being done
 */
export function useClock(occasion: string, onChange: () => void): RehearsalClock {
  const { answer, isBusy, failure, change } = useLook({ look: fetchClock, occasion, intervalMs: LOOK_INTERVAL_MS });
  const [jumps, setJumps] = useState(0);
  const lastAheadMs = useRef(0);
  const aheadMs = answer ? Date.parse(answer.time) - Date.parse(answer.realTime) : 0;

  // Before the new time is drawn: what belongs to the old one is never beside it.
  useLayoutEffect(() => {
    if (!answer) return;
    learnServerTime(answer.time);
    if (Math.abs(aheadMs - lastAheadMs.current) >= SMALLEST_JUMP_MS) setJumps((count) => count + 1);
    lastAheadMs.current = aheadMs;
  }, [answer, aheadMs]);

  const advance = async (durationMs: number) => {
    await change({ request: () => advanceClock(durationMs) });
    onChange();
  };
  return { isBusy, failure, aheadMs, jumps, advance };
}
