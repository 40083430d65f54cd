/** Whether the stored state is later than the clock, which a restart has returned to the real time. */

/** What `GET /sandbox/clock` answers, as far as it is read. */
type Clock = { readonly stateTime?: string; readonly stateAheadMs?: string };

/**
 * Asks the running sandbox whether what is stored waits for a later time.
 *
 * @param origin `http://127.0.0.1:<port>`
 * @returns what a developer should know and do; undefined where nothing waits
 */
export async function storedTimeWarning(origin: string): Promise<string | undefined> {
  const { stateTime, stateAheadMs } = (await (await fetch(`${origin}/sandbox/clock`)).json()) as Clock;
  if (stateTime === undefined) return undefined;
  return (
    `the state is from ${stateTime}, and what was under way waits until then; ` +
    `POST /sandbox/clock with {"advanceMs":"${stateAheadMs}"} goes on with it, npm run reset clears it`
  );
}
