/** How long a state is waited for that never comes: a failure, not a race. */
const LIMIT_MS = 60_000;
const PAUSE_MS = 5;

/**
 * Waits by the runtime's own timers, whatever the test has made of the clock, until a check holds.
 *
 * @param check holds when it neither throws nor answers false
 * @returns what the check answered
 * @throws what the check threw last, when it does not hold within a minute
 */
export async function until<T>(check: () => T | Promise<T>): Promise<T> {
  const endMs = performance.now() + LIMIT_MS;
  for (;;) {
    try {
      const answer = await check();
      if (answer !== false) return answer;
      if (performance.now() > endMs) throw new Error("The state that the test waits for never came.");
    } catch (error) {
      if (performance.now() > endMs) throw error;
    }
    await scheduler.wait(PAUSE_MS);
  }
}
