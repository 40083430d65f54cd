/** Deadlines for calls whose answer may never come. */

import type { Silent } from "./port.ts";

/** No answer from the wallet's core. It says nothing about the money. */
export const SILENT: Silent = { outcome: "SILENT" };

/**
 * Races an answer against a deadline.
 *
 * @param timeoutMs how long to wait for the answer
 * @param answer the answer to come; when it is late its work goes on unheard
 * @param silence what to return at the deadline, `SILENT` for the wallet's core
 * @throws whatever `answer` rejects with before the deadline; a later rejection is dropped
 */
export async function answerWithin<Answer, Silence>(
  timeoutMs: number,
  answer: Promise<Answer>,
  silence: Silence,
): Promise<Answer | Silence> {
  const deadline = Promise.withResolvers<Silence>();
  const timer = setTimeout(() => deadline.resolve(silence), timeoutMs);
  try {
    return await Promise.race([answer, deadline.promise]);
  } finally {
    clearTimeout(timer);
  }
}
