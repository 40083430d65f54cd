import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { type Failure, isFailure } from "./calls/call.ts";

/** Something of the sandbox that the page follows, and changes. */
type Look<Answer> = {
  /** As the page shows it: the last answer, with the changes that are under way. Missing until the first answer. */
  readonly answer: Answer | undefined;
  /** Whether a change is under way. */
  readonly isBusy: boolean;
  /** Why the last change failed. */
  readonly failure: Failure | undefined;
  /** Why the last look failed; the last answer stays on the screen. */
  readonly lookFailure: Failure | undefined;
  /** Looks at once. */
  readonly refresh: () => Promise<void>;
  /** Changes it. Changes are made one after another. */
  readonly change: (change: Change<Answer>) => Promise<void>;
};

/** A change of what is followed. */
type Change<Answer> = {
  /** Makes the change. `present` is the last answer, after all changes before this one. */
  readonly request: (present: Answer | undefined) => Promise<Answer | Failure>;
  /** What the page shows until the change is answered; it is taken back when the change fails. */
  readonly preview?: (present: Answer) => Answer;
};

/** What is followed, and when the page looks again. */
type LookOptions<Answer> = {
  /** The same function as long as the same thing is followed. */
  readonly look: () => Promise<Answer | Failure>;
  /** Looks at once whenever it changes. */
  readonly occasion: string;
  /** Looks again after this time, too. */
  readonly intervalMs?: number;
};

/** Follows something of the sandbox: a control shows a change at once, and an older answer never takes it back. */
export function useLook<Answer extends object>({ look, occasion, intervalMs }: LookOptions<Answer>): Look<Answer> {
  const [answered, setAnswered] = useState<Answer | undefined>();
  const [changes, setChanges] = useState<readonly Change<Answer>[]>([]);
  const [failure, setFailure] = useState<Failure | undefined>();
  const [lookFailure, setLookFailure] = useState<Failure | undefined>();
  const present = useRef<Answer | undefined>(undefined);
  const newestLook = useRef(0);
  const isLooking = useRef(false);
  const lastChange = useRef<Promise<void>>(Promise.resolve());

  const take = useCallback((answer: Answer) => {
    // An equal answer draws nothing again.
    if (present.current === answer || JSON.stringify(present.current) === JSON.stringify(answer)) return;
    present.current = answer;
    setAnswered(answer);
  }, []);

  const refresh = useCallback(async () => {
    newestLook.current += 1;
    const number = newestLook.current;
    isLooking.current = true;
    const answer = await look();
    // A look that a later look or change has overtaken may be older than what is shown.
    if (number !== newestLook.current) return;
    isLooking.current = false;
    setLookFailure(isFailure(answer) ? answer : undefined);
    if (!isFailure(answer)) take(answer);
  }, [look, take]);

  const change = useCallback(
    (wanted: Change<Answer>) => {
      setFailure(undefined);
      setChanges((before) => [...before, wanted]);
      lastChange.current = lastChange.current.then(async () => {
        const answer = await wanted.request(present.current);
        newestLook.current += 1;
        isLooking.current = false;
        setChanges((before) => before.filter((each) => each !== wanted));
        if (isFailure(answer)) setFailure(answer);
        else {
          setLookFailure(undefined);
          take(answer);
        }
      });
      return lastChange.current;
    },
    [take],
  );

  // What failed before belongs to what was followed before.
  useEffect(() => setFailure(undefined), [look]);

  // The occasion is why it looks again.
  useEffect(() => void refresh(), [occasion, refresh]);

  useEffect(() => {
    if (intervalMs === undefined) return;
    const timer = setInterval(() => {
      if (!document.hidden && !isLooking.current) void refresh();
    }, intervalMs);
    return () => clearInterval(timer);
  }, [intervalMs, refresh]);

  const answer = answered && changes.reduce((shown, { preview }) => preview?.(shown) ?? shown, answered);
  return { answer, isBusy: changes.length > 0, failure, lookFailure, refresh, change };
}
