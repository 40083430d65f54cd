/** The clock of gateway and sandbox: set ahead, never back. */
import { durationText, serverNowMs, timeText, untilReportMs } from "../server-clock.ts";
import { useTick } from "../use-tick.ts";
import type { RehearsalClock } from "./use-clock.ts";

const TICK_INTERVAL_MS = 250;
const MINUTE_MS = 60_000;

const STEPS = [
  ["+1 min", MINUTE_MS],
  ["+10 min", 10 * MINUTE_MS],
  ["+1 h", 60 * MINUTE_MS],
] as const;

/** The time, and how to set it ahead. */
export function ClockTool({ clock }: { clock: RehearsalClock }) {
  const { isBusy, failure, aheadMs, advance } = clock;
  const set = (durationMs: number) => {
    if (!isBusy) void advance(durationMs);
  };
  return (
    <div class="tool clock-tool">
      <p class="big number">
        <ClockText /> <span class="dim">UTC+8</span>
      </p>
      <p class="dim" role="status">
        {aheadMs === 0 ? "The true time." : `${durationText(aheadMs)} ahead of the true time.`}
      </p>
      <div class="buttons">
        {STEPS.map(([label, durationMs]) => (
          <button key={label} type="button" aria-disabled={isBusy} onClick={() => set(durationMs)}>
            {label}
          </button>
        ))}
        <button type="button" aria-disabled={isBusy} onClick={() => set(untilReportMs(serverNowMs()))}>
          To 00:30 of the next day
        </button>
      </div>
      <p class="dim">
        Everything that is due by then happens: codes expire, inquiries and notifications go out, and a day is cleared
        at 00:30. Only a reset sets the clock back.
      </p>
      <p class="notice failed" role="alert">
        {failure?.failure}
      </p>
    </div>
  );
}

/** The time of the rehearsal, running. */
export function ClockText() {
  useTick(TICK_INTERVAL_MS);
  return <>{timeText(serverNowMs())}</>;
}
