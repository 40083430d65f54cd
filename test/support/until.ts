/** How long a state is waited for that never comes: a failure, not a race. */
const LIMIT_MS = 60_000;
const PAUSE_MS = 5;

/**
 * Waits by the runtime's own timers, whatever the test has made of the clock, until a check holds.
 *
 * @param check holds when it neither throws nor answers false
 * @param limitMs by when it must hold, where that matters
 * @returns what the check answered
 * @throws what the check threw last, when it does not hold in time
 */
export async function until<T>(check: () => T | Promise<T>, limitMs = LIMIT_MS): Promise<T> {
  const endMs = performance.now() + limitMs;
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
