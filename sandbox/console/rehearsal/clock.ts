/** The clock of the whole rehearsal, the gateway's and the sandbox's own: it can be set ahead, never back. */
import * as z from "zod";
import { advanceClock, nowMs, systemClock } from "../../../protocol/clock.ts";
import { within } from "../../../protocol/exchange/retry.ts";
import { formatTime } from "../../../protocol/time.ts";
import { checkedBody, type SandboxContext } from "../../http.ts";

/** The largest step; a year takes several. */
const STEP_LIMIT_MS = 400 * 24 * 60 * 60_000;

/** How long the answer waits for due work: a party may never answer. */
const WORK_LIMIT_MS = 2_000;

const advance = z.object({
  advanceMs: z
    .union([z.string(), z.number()])
    .transform(String)
    .pipe(z.string().regex(/^[0-9]{1,11}$/, "must be a whole number of milliseconds"))
    .transform(Number)
    .refine((durationMs) => durationMs <= STEP_LIMIT_MS, "must be at most 400 days"),
});

/**
 * GET /sandbox/clock: `stateTime` where what is stored is from a later time, to which the clock was set before a
 * restart.
 */
export async function getClock(context: SandboxContext): Promise<Response> {
  const stored = await context.get("parties").alipayPlus.network().storedTime();
  const isLater = stored !== undefined && stored.timeMs > nowMs();
  const state = isLater ? { stateTime: formatTime(stored.timeMs), stateAheadMs: String(stored.aheadMs) } : {};
  return context.json({ time: formatTime(nowMs()), realTime: formatTime(Date.now()), ...state });
}

/**
 * POST /sandbox/clock: sets both clocks ahead, and has every party handle what is due by then: expiries, notifications,
 * the resolver's work. That is done before the answer, unless it takes long; later work follows by alarm.
 */
export async function postClock(context: SandboxContext): Promise<Response> {
  const checked = await checkedBody(context, advance);
  if ("refusal" in checked) return checked.refusal;
  const { advanceMs } = checked.parameters;
  advanceClock(advanceMs);
  const { alipayPlus, acquirer } = context.get("parties");
  await alipayPlus.network().noteTime();
  await context.env.GATEWAY_CLOCK.advance(advanceMs);
  const work = Promise.all([alipayPlus.network().wake(), acquirer.sales().wake()]);
  context.executionCtx.waitUntil(work);
  await within(systemClock, WORK_LIMIT_MS, () => work);
  return getClock(context);
}
