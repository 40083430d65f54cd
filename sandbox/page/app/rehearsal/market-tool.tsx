/** The market of Alipay+: the quotes in force, two examples at a click, and all of it as JSON. */
import { useState } from "preact/hooks";
import { type Failure, isFailure } from "../calls/call.ts";
import { deleteMarket, fetchMarket, type Market, putMarket } from "../calls/rehearsal.ts";
import { useLook } from "../use-look.ts";
import { MARKET_EXAMPLES } from "./market-examples.ts";
import { QuotesInForce } from "./quotes-in-force.tsx";

const NO_JSON: Failure = { code: "NO_JSON", failure: "This is not a JSON object." };
const EXAMPLE_APPLIED = "Payments from now on use this market.";
const TABLE_APPLIED = "Payments use only the table of quotes.";

/** The properties of the tool. */
type MarketToolProps = {
  /** Fetches the market whenever it changes. */
  readonly occasion: string;
  /** The currency of the customer's account. */
  readonly walletCurrency: string;
};

/** The market, and how to change it. */
export function MarketTool({ occasion, walletCurrency }: MarketToolProps) {
  const { answer: market, isBusy, failure, lookFailure, change } = useLook({ look: fetchMarket, occasion });
  /** What a person has written, and not applied yet. */
  const [written, setWritten] = useState<string | undefined>();
  const [status, setStatus] = useState("");
  const [problem, setProblem] = useState<Failure | undefined>();

  const set = (request: () => Promise<Market | Failure>, done: string) => {
    setStatus("");
    setProblem(undefined);
    return change({
      request: async () => {
        const applied = await request();
        if (isFailure(applied)) return applied;
        setWritten(undefined);
        setStatus(done);
        return applied;
      },
    });
  };
  const apply = (event: SubmitEvent) => {
    event.preventDefault();
    if (written === undefined) return setStatus(EXAMPLE_APPLIED);
    const wanted = readObject(written);
    if (wanted === undefined) return setProblem(NO_JSON);
    void set(() => putMarket(wanted), EXAMPLE_APPLIED);
  };
  return (
    <form class="tool market-tool" onSubmit={apply} aria-busy={isBusy}>
      <div class="examples">
        {MARKET_EXAMPLES.map(({ label, story, market: example }) => (
          <div key={label}>
            <button type="button" aria-disabled={isBusy} onClick={() => set(() => putMarket(example), EXAMPLE_APPLIED)}>
              {label}
            </button>
            <p class="dim">{story}</p>
          </div>
        ))}
        <div>
          <button type="button" aria-disabled={isBusy} onClick={() => set(deleteMarket, TABLE_APPLIED)}>
            Back to the table
          </button>
          <p class="dim">No market: the sandbox’s own table of quotes, no surcharge, no coupon.</p>
        </div>
      </div>
      <p class="dim status" role="status">
        {status}
      </p>
      {market && <QuotesInForce market={market} walletCurrency={walletCurrency} />}
      <details>
        <summary>The market as JSON</summary>
        <label>
          The market
          <textarea
            rows={12}
            autocomplete="off"
            spellcheck={false}
            value={written ?? (market ? JSON.stringify(market, null, 2) : "")}
            onInput={({ currentTarget }) => setWritten(currentTarget.value)}
          />
        </label>
        <div class="buttons">
          <button type="submit" class="primary" aria-disabled={isBusy}>
            Apply
          </button>
        </div>
      </details>
      <p class="notice failed" role="alert">
        {(problem ?? failure ?? lookFailure)?.failure}
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
