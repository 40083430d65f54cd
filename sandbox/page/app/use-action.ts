import { useCallback, useEffect, useState } from "preact/hooks";
import { type Failure, isFailure, isOverOnReturn, onReturn } from "./calls/call.ts";

/** A call on a person's behalf. */
type Action = {
  /** Whether an answer is awaited. */
  readonly isBusy: boolean;
  /** Why the last call failed. */
  readonly failure: Failure | undefined;
  /** Shows a failure, or removes the one that is shown. */
  readonly fail: (failure: Failure | undefined) => void;
  /** Waits for an answer, and passes it on unless it is a failure. */
  readonly act: <Answer extends object>(
    request: Promise<Answer | Failure>,
    take?: (answer: Answer) => void,
  ) => Promise<void>;
};

/** A call without polling (`useLook` polls): whether it is under way, and why it failed. */
export function useAction(): Action {
  const [awaited, setAwaited] = useState(0);
  const [failure, fail] = useState<Failure | undefined>();
  const act = useCallback(
    async <Answer extends object>(request: Promise<Answer | Failure>, take?: (answer: Answer) => void) => {
      setAwaited((count) => count + 1);
      fail(undefined);
      const answer = await request;
      setAwaited((count) => count - 1);
      if (isFailure(answer)) fail(answer);
      else take?.(answer);
    },
    [],
  );
  useEffect(() => onReturn(() => fail((shown) => (isOverOnReturn(shown) ? undefined : shown))), []);
  return { isBusy: awaited > 0, failure, fail, act };
}
