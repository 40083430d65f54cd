import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { type Failure, isFailure, isOverOnReturn, onReturn } from "./calls/call.ts";

/** A resource of the sandbox that the page polls and changes. */
type Look<Answer> = {
  /** As the page shows it: the last answer, with the changes that are under way. Missing until the first answer. */
  readonly answer: Answer | undefined;
  /** Whether a change is under way. */
  readonly isBusy: boolean;
  /** Why the last change failed. */
  readonly failure: Failure | undefined;
  /** Why the last poll failed; the last answer stays on the screen. */
  readonly lookFailure: Failure | undefined;
  /** Polls at once. */
  readonly refresh: () => Promise<void>;
  /** Changes the resource. Changes are made one after another. */
  readonly change: (change: Change<Answer>) => Promise<void>;
};

/** A change of the resource. */
type Change<Answer> = {
  /** Makes the change. `present` is the last answer, after all changes before this one. */
  readonly request: (present: Answer | undefined) => Promise<Answer | Failure>;
  /** The answer that the page shows until the change is answered; it is undone when the change fails. */
  readonly preview?: (present: Answer) => Answer;
};

/** The resource, and when the page polls it. */
type LookOptions<Answer> = {
  /** Fetches the resource. The same function as long as the resource is the same. */
  readonly look: () => Promise<Answer | Failure>;
  /** Polls at once whenever it changes. */
  readonly occasion: string;
  /** Also polls at this interval. */
  readonly intervalMs?: number;
};

/** Polls a resource of the sandbox: a control shows a change at once, and an older answer never undoes it. */
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
    // An equal answer causes no redraw.
    if (present.current === answer || JSON.stringify(present.current) === JSON.stringify(answer)) return;
    present.current = answer;
    setAnswered(answer);
  }, []);

  const refresh = useCallback(async () => {
    newestLook.current += 1;
    const number = newestLook.current;
    isLooking.current = true;
    const answer = await look();
    // The answer of a poll that a later poll or change has overtaken may be outdated.
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

  // Earlier failures belong to the former resource.
  useEffect(() => setFailure(undefined), [look]);

  // `occasion` triggers the poll.
  useEffect(() => void refresh(), [occasion, refresh]);

  useEffect(() => {
    if (intervalMs === undefined) return;
    const timer = setInterval(() => {
      if (!document.hidden && !isLooking.current) void refresh();
    }, intervalMs);
    return () => clearInterval(timer);
  }, [intervalMs, refresh]);

  // Plusgate may have been started again: what it shows now may be different.
  useEffect(
    () =>
      onReturn(() => {
        setFailure((shown) => (isOverOnReturn(shown) ? undefined : shown));
        void refresh();
      }),
    [refresh],
  );

  const answer = answered && changes.reduce((shown, { preview }) => preview?.(shown) ?? shown, answered);
  return { answer, isBusy: changes.length > 0, failure, lookFailure, refresh, change };
}
