import type { Phone } from "./use-phone.ts";

/** What the app shows while it opens the order that the merchant has led its customer to. */
export function CashierScreen({ phone: { isBusy, failure, show } }: { phone: Phone }) {
  return (
    <section class="screen" aria-labelledby="cashier-heading">
      <h3 id="cashier-heading" tabIndex={-1}>
        Pay online
      </h3>
      {isBusy && <p role="status">Asking Alipay+ for the order …</p>}
      <p class="notice failed" role="alert">
        {failure?.failure}
      </p>
      {failure && (
        <button type="button" onClick={() => show("CODE")}>
          Back
        </button>
      )}
    </section>
  );
}
