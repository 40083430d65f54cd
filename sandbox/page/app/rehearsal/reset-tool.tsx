/** Erases everything; asks first. */
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { reset } from "../calls/rehearsal.ts";
import { useAction } from "../use-action.ts";

/** Resets gateway and sandbox, after a question. */
export function ResetTool({ onReset }: { onReset: () => void }) {
  const [seed, setSeed] = useState("");
  const [isAsking, setAsking] = useState(false);
  const [status, setStatus] = useState("");
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
    setStatus("");
    setAsking(true);
  };
  const erase = async () => {
    if (isBusy) return;
    await act(reset(seed === "" ? undefined : seed), () => {
      setStatus(
        seed === ""
          ? "Everything is erased."
          : `Everything is erased. Codes and ids are drawn from the seed “${seed}”.`,
      );
      onReset();
    });
    leave();
  };
  return (
    <form class="tool reset-tool" onSubmit={onSubmit}>
      <p>
        Erases customers, payments, sales, messages, faults and the market, in the gateway and in the sandbox, and sets
        the clock to the true time.
      </p>
      <label>
        Seed, to draw the same codes and ids each time
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
          <legend>This cannot be undone. Erase everything?</legend>
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
      <p class="dim status" role="status">
        {status}
      </p>
      <p class="notice failed" role="alert">
        {failure?.failure}
      </p>
    </form>
  );
}
