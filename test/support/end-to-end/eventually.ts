/** Waiting for what other processes do: the one way in which the tests from outside wait. */
import { setTimeout as pause } from "node:timers/promises";

/** So long that only a fault reaches it, on a busy machine, too. */
const TIMEOUT_MS = 60_000;
const INTERVAL_MS = 25;

/** How long to wait, and how often to look. */
type Patience = { readonly timeoutMs?: number; readonly intervalMs?: number };

/**
 * Repeats an assertion until it passes.
 *
 * @returns what the assertion returned.
 * @throws what it threw last, after the timeout.
 */
export async function eventually<Value>(
  assertion: () => Value | Promise<Value>,
  { timeoutMs = TIMEOUT_MS, intervalMs = INTERVAL_MS }: Patience = {},
): Promise<Value> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    try {
      return await assertion();
    } catch (error) {
      if (performance.now() > deadlineMs) throw error;
    }
    await pause(intervalMs);
  }
}

/**
 * Reads a value until it is as wanted.
 *
 * @returns the first value that is, or the last one before the timeout.
 */
export async function readUntil<Value>(
  read: () => Promise<Value>,
  isWanted: (value: Value) => boolean,
  { timeoutMs = TIMEOUT_MS, intervalMs = INTERVAL_MS }: Patience = {},
): Promise<Value> {
  const deadlineMs = performance.now() + timeoutMs;
  for (;;) {
    const value = await read();
    if (isWanted(value) || performance.now() > deadlineMs) return value;
    await pause(intervalMs);
  }
}
