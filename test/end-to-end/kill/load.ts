/** Many errands at once, while the gateway is killed and started again. */
import { setTimeout as pause } from "node:timers/promises";
import type { RestartedGateway } from "../../support/end-to-end/killable-gateway.ts";

const CONCURRENT_ERRANDS = 16;

/** One kill for so many errands. */
const ERRANDS_PER_KILL = 30;

/** A kill comes up to so long after the errand that is its moment was begun. */
const LONGEST_KILL_DELAY_MS = 150;

/** Something that one party wants done: a payment, an order. It waits by itself while the gateway is down. */
export type Errand = () => Promise<void>;

/** Does the work for every element, so many of them at once. */
export async function forEachAtOnce<Element>(
  elements: readonly Element[],
  work: (element: Element) => Promise<void>,
): Promise<void> {
  const waiting = elements.values();
  const workInTurn = async (): Promise<void> => {
    // All share one iterator: each element is taken once.
    for (const element of waiting) await work(element);
  };
  await Promise.all(Array.from({ length: CONCURRENT_ERRANDS }, workInTurn));
}

/** One errand out of every {@link ERRANDS_PER_KILL}. */
function killMomentsOf(errands: readonly Errand[], random: () => number): Set<Errand> {
  const moments = new Set<Errand>();
  for (let index = 0; index + ERRANDS_PER_KILL <= errands.length; index += ERRANDS_PER_KILL) {
    const moment = errands[index + Math.floor(random() * ERRANDS_PER_KILL)];
    if (moment !== undefined) moments.add(moment);
  }
  return moments;
}

/** Runs every errand while the gateway is killed again and again; ends with a gateway that is up. */
export async function runThroughKills(
  errands: readonly Errand[],
  gateway: RestartedGateway,
  random: () => number,
): Promise<void> {
  const killMoments = killMomentsOf(errands, random);
  let killing: Promise<void> = Promise.resolve();
  await forEachAtOnce(errands, async (errand) => {
    await gateway.untilUp();
    if (killMoments.has(errand)) {
      const delayMs = random() * LONGEST_KILL_DELAY_MS;
      killing = killing.then(() => pause(delayMs)).then(() => gateway.killAndRestart());
    }
    await errand();
  });
  await killing;
}
