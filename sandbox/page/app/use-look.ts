import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { type Failure, isFailure } from "./call.ts";

/** Something that the sandbox tells again and again. */
export type Look<Answer> = {
  /** Missing until the first has come. Silence says nothing new: what was known stays. */
  readonly answer: Answer | undefined;
  /** Looks at once. */
  readonly refresh: () => Promise<void>;
  /** Takes what was told otherwise. */
  readonly take: (answer: Answer) => void;
};

/**
 * Looks at something again and again.
 *
 * @param look the same function each time
 * @param occasion looks at once whenever it changes
 */
export function useLook<Answer extends object>(
  look: () => Promise<Answer | Failure>,
  occasion: string,
  intervalMs: number,
): Look<Answer> {
  const [answer, setAnswer] = useState<Answer | undefined>();
  const newestRequest = useRef(0);
  const isUnderWay = useRef(false);

  /** An answer that was overtaken is dropped, one that says the same draws nothing anew. */
  const refresh = useCallback(async () => {
    newestRequest.current += 1;
    const number = newestRequest.current;
    isUnderWay.current = true;
    const heard = await look();
    if (number !== newestRequest.current) return;
    isUnderWay.current = false;
    if (isFailure(heard)) return;
    setAnswer((present) => (JSON.stringify(present) === JSON.stringify(heard) ? present : heard));
  }, [look]);

  const take = useCallback((heard: Answer) => {
    newestRequest.current += 1;
    isUnderWay.current = false;
    setAnswer(heard);
  }, []);

  // The occasion is why it looks again.
  useEffect(() => void refresh(), [occasion, refresh]);

  useEffect(() => {
    const timer = setInterval(() => {
      if (!document.hidden && !isUnderWay.current) void refresh();
    }, intervalMs);
    return () => clearInterval(timer);
  }, [intervalMs, refresh]);

  return { answer, refresh, take };
}
