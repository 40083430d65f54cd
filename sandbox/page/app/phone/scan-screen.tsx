/** Scanning without a camera, and the two answers that are no order. */
import { useState } from "preact/hooks";
import type { Result } from "../sandbox-client.ts";
import type { Phone } from "./use-phone.ts";

/** Takes what a camera would have read. */
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
      <p class="dim">Paste what a camera would read, or let the point of sale show an order code and scan it there.</p>
      <form onSubmit={onSubmit}>
        <label>
          Code
          <textarea
            rows={5}
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
      </form>
      <p class="notice failed" role="alert">
        {failure?.failure}
      </p>
    </section>
  );
}

/** An entry code leads to a page of the acquirer's. */
export function UrlScreen({ url, onDone }: { url: string; onDone: () => void }) {
  return (
    <section class="screen" aria-labelledby="url-heading">
      <h3 id="url-heading" tabIndex={-1}>
        A page of the merchant
      </h3>
      <p>The app opens this page inside itself. There the customer types the amount.</p>
      <p class="code-value">{url}</p>
      <button type="button" onClick={onDone}>
        Back
      </button>
    </section>
  );
}

/** Alipay+ has asked whether the customer could pay. */
export function EvaluationScreen({ result, onDone }: { result: Result; onDone: () => void }) {
  return (
    <section class="screen" aria-labelledby="evaluation-heading">
      <h3 id="evaluation-heading" tabIndex={-1}>
        {result.resultStatus === "S" ? "This could be paid" : "This could not be paid"}
      </h3>
      <p>Alipay+ only asked: nothing was taken, and there is nothing to confirm.</p>
      <p class="code-value">{result.resultCode}</p>
      <button type="button" onClick={onDone}>
        Back
      </button>
    </section>
  );
}
