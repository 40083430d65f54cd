/** The scanner, without a camera. */
import { useState } from "preact/hooks";
import type { Result } from "../calls/sandbox.ts";
import type { Phone } from "./use-phone.ts";

/**
 * The code on display in the sandbox's shop: an entry code by EMVCo's rules
 * (docs/sandbox/parties.md#what-the-wallet-calls).
 */
const SHOP_CODE =
  "00020126290025com.example.plusgate.shop5204546253033925802JP5914Harbour Bakery6008Yokohama80610020com.example.plusgate0133https://shop.plusgate.example/s/16304197F";

/** The refusals of a code that only another code ends (docs/wallet.md#failures). */
const NEW_CODE_NEEDED: ReadonlySet<string> = new Set(["CODE_EXPIRED", "CODE_INVALID", "ORDER_CLOSED"]);

/** Takes the text that a camera would read. */
export function ScanScreen({ phone: { isBusy, failure, scan } }: { phone: Phone }) {
  const [codeValue, setCodeValue] = useState("");
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    if (codeValue !== "") void scan(codeValue);
  };
  return (
    <section class="screen" aria-labelledby="scan-heading">
      <h3 id="scan-heading" tabIndex={-1}>
        Scan a code
      </h3>
      <p class="dim">Paste what a camera would read, or let the point of sale show an order code.</p>
      <form onSubmit={onSubmit}>
        <label>
          Code
          <textarea
            rows={4}
            required
            autocomplete="off"
            spellcheck={false}
            value={codeValue}
            onInput={({ currentTarget }) => setCodeValue(currentTarget.value.trim())}
          />
        </label>
        <button type="submit" class="primary" aria-disabled={isBusy}>
          {isBusy ? "Asking Alipay+ …" : "Scan"}
        </button>
        <button type="button" aria-disabled={isBusy} onClick={() => scan(SHOP_CODE)}>
          Scan the code that hangs in the shop
        </button>
      </form>
      <p class="notice failed" role="alert">
        {failure?.failure}
        {failure && NEW_CODE_NEEDED.has(failure.code) && " Let the merchant show a new code."}
      </p>
    </section>
  );
}

/** The end of an evaluation: Alipay+ has asked whether the customer could pay. */
export function EvaluationScreen({ result, onDone }: { result: Result; onDone: () => void }) {
  return (
    <section class="screen" aria-labelledby="evaluation-heading">
      <h3 id="evaluation-heading" tabIndex={-1}>
        {result.resultStatus === "S" ? "This could be paid" : "This could not be paid"}
      </h3>
      <p>This was an evaluation: no money has moved, and there is nothing to confirm.</p>
      <p class="code-value">{result.resultCode}</p>
      <button type="button" onClick={onDone}>
        Back
      </button>
    </section>
  );
}
