/** Erases everything; asks first. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { reset } from "../calls/rehearsal.ts";
import { useAction } from "../use-action.ts";

/** The way back to the beginning. */
export function ResetTool({ onReset }: { onReset: () => void }) {
  const [seed, setSeed] = useState("");
  const [isAsking, setAsking] = useState(false);
  const [said, setSaid] = useState("");
  const { isBusy, failure, act } = useAction();
  const confirmation = useRef<HTMLButtonElement>(null);
  const beginning = useRef<HTMLButtonElement>(null);

  useLayoutEffect(() => {
    if (isAsking) confirmation.current?.focus();
  }, [isAsking]);

  const leave = () => {
    setAsking(false);
    requestAnimationFrame(() => beginning.current?.focus());
  };
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    setSaid("");
    setAsking(true);
  };
  const erase = async () => {
    if (isBusy) return;
    await act(reset(seed === "" ? undefined : seed), () => {
      setSaid(seed === "" ? "Everything is as new." : `Everything is as new, and drawn from the seed “${seed}”.`);
      onReset();
    });
    leave();
  };
  return (
    <form class="tool reset-tool" onSubmit={onSubmit}>
      <p>
        Erases customers, payments, sales, messages, faults and the market, in the gateway and in the sandbox, and sets
        the clock right.
      </p>
      <label>
        Seed, if codes and ids are to be the same each time
        <input
          autocomplete="off"
          spellcheck={false}
          maxLength={64}
          value={seed}
          onInput={({ currentTarget }) => setSeed(currentTarget.value.trim())}
        />
      </label>
      {isAsking ? (
        <fieldset class="confirmation">
          <legend>There is no way back. Erase everything?</legend>
          <div class="buttons">
            <button ref={confirmation} type="button" class="danger" aria-disabled={isBusy} onClick={erase}>
              {isBusy ? "Erasing …" : "Yes, erase everything"}
            </button>
            <button type="button" aria-disabled={isBusy} onClick={leave}>
              No
            </button>
          </div>
        </fieldset>
      ) : (
        <div class="buttons">
          <button ref={beginning} type="submit">
            Reset everything …
          </button>
        </div>
      )}
      <p class="dim said" role="status">
        {said}
      </p>
      <p class="notice failed" role="alert">
        {failure?.failure}
      </p>
    </form>
  );
}
