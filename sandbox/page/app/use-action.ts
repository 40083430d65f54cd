import { useCallback, useState } from "preact/hooks";
import { type Failure, isFailure } from "./call.ts";

/** What a person asks for, one thing at a time. */
export type Action = {
  readonly isBusy: boolean;
  /** Why the last wish led nowhere. */
  readonly failure: Failure | undefined;
  /** Says why a wish leads nowhere, or that all is well. */
  readonly fail: (failure: Failure | undefined) => void;
  /** Waits for an answer, and takes it unless it is a failure. */
  readonly act: <Answer extends object>(
    request: Promise<Answer | Failure>,
    take: (answer: Answer) => void,
  ) => Promise<void>;
};

/** Whether something was asked for and is not answered yet, and what went wrong last. */
export function useAction(): Action {
  const [isBusy, setBusy] = useState(false);
  const [failure, fail] = useState<Failure | undefined>();
  const act = useCallback(
    async <Answer extends object>(request: Promise<Answer | Failure>, take: (answer: Answer) => void) => {
      setBusy(true);
      fail(undefined);
      const answer = await request;
      setBusy(false);
      if (isFailure(answer)) fail(answer);
      else take(answer);
    },
    [],
  );
  return { isBusy, failure, fail, act };
}
