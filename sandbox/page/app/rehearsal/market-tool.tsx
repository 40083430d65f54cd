/** The market of Alipay+ as JSON: quotes, surcharges, promotions. */
import { useEffect, useState } from "preact/hooks";
import type { Failure } from "../calls/call.ts";
import { deleteMarket, fetchMarket, putMarket } from "../calls/rehearsal.ts";
import { useAction } from "../use-action.ts";
import { MARKET_EXAMPLES } from "./market-examples.ts";

const NO_JSON: Failure = { code: "NO_JSON", failure: "This is not a JSON object." };

/** An editor of the market. */
export function MarketTool() {
  const [text, setText] = useState("");
  const [status, setStatus] = useState("");
  const { isBusy, failure, fail, act } = useAction();
  const show = (market: object) => setText(JSON.stringify(market, null, 2));

  // A text that a person has written meanwhile stays.
  useEffect(() => {
    void act(fetchMarket(), (market) => setText((written) => written || JSON.stringify(market, null, 2)));
  }, [act]);

  const apply = (event: SubmitEvent) => {
    event.preventDefault();
    setStatus("");
    const market = readObject(text);
    if (market === undefined) return fail(NO_JSON);
    void act(putMarket(market), (applied) => {
      show(applied);
      setStatus("Payments from now on use this market.");
    });
  };
  const leave = () =>
    act(deleteMarket(), (table) => {
      show(table);
      setStatus("Payments use only the table of quotes.");
    });
  return (
    <form class="tool market-tool" onSubmit={apply}>
      <div class="examples">
        {MARKET_EXAMPLES.map(({ label, story, market }) => (
          <div key={label}>
            <button
              type="button"
              onClick={() => {
                show(market);
                setStatus("");
                fail(undefined);
              }}
            >
              {label}
            </button>
            <p class="dim">{story}</p>
          </div>
        ))}
      </div>
      <label>
        The market
        <textarea
          rows={12}
          autocomplete="off"
          spellcheck={false}
          value={text}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
        />
      </label>
      <div class="buttons">
        <button type="submit" class="primary" aria-disabled={isBusy}>
          Apply
        </button>
        <button type="button" aria-disabled={isBusy} onClick={leave}>
          Back to the table
        </button>
      </div>
      <p class="dim status" role="status">
        {status}
      </p>
      <p class="notice failed" role="alert">
        {failure?.failure}
      </p>
    </form>
  );
}

function readObject(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
