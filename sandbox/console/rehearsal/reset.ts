/** One call that resets everything to its initial state: the gateway, the sandbox, and the clock. */
import * as z from "zod";
import { nowMs, resetClock } from "../../../protocol/clock.ts";
import { text } from "../../../protocol/parameters.ts";
import { formatTime } from "../../../protocol/time.ts";
import type { SandboxEnv } from "../../env.ts";
import { forgetFaults } from "../../faults/active.ts";
import { readBody, type SandboxContext } from "../../http.ts";
import { type Parties, partiesOf } from "../../parties.ts";
import { beginEpoch, endEpoch, unbound, whenAlive } from "../../rehearsal/epoch.ts";
import { type ErasableStub, eraseAll } from "../../rehearsal/erase.ts";
import { drawFrom, SEED_LIMIT_CHARACTERS, sourcesOf } from "../../rehearsal/random.ts";

const wish = z.strictObject({ seed: text(SEED_LIMIT_CHARACTERS).optional() });

/** All of the sandbox's own objects; one that is missing here would survive a reset. */
function objectsOf({ alipayPlus, acquirer }: Parties): ErasableStub[] {
  return [alipayPlus.issuedCodes(), alipayPlus.trafficLog(), alipayPlus.network(), acquirer.sales()];
}

/** What the sandbox keeps in the memory of its isolate. */
const FORGET: readonly (() => void)[] = [resetClock, forgetFaults];

/** POST /sandbox/reset */
export async function postReset(context: SandboxContext): Promise<Response> {
  const input = await readBody(context, wish);
  if ("refusal" in input) return input.refusal;
  const { seed } = input.parameters;
  const done = reset(unbound(context.env), seed);
  // A reset that has begun is finished, whether or not the caller still waits for the answer.
  context.executionCtx.waitUntil(done);
  await done;
  return context.json({ ...(seed !== undefined && { seed }), time: formatTime(nowMs()) });
}

/**
 * Ends everything that is under way, erases, and begins the next epoch. The gateway is shut before the sandbox's
 * objects go and opened after the sandbox, so that neither ever sees the other's old state.
 */
async function reset(env: SandboxEnv, seed: string | undefined): Promise<void> {
  const parties = await partiesOf(env);
  if ("fault" in parties) throw new Error(parties.fault);
  const sources = sourcesOf(seed);
  // Two concurrent resets run one after the other.
  await whenAlive(endEpoch);
  try {
    await env.GATEWAY_RESET.erase();
    await eraseAll(() => objectsOf(parties));
    for (const forget of FORGET) forget();
    drawFrom(sources);
  } finally {
    beginEpoch();
    await env.GATEWAY_RESET.open();
  }
}
