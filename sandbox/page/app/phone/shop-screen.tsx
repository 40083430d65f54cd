/** The page behind an entry code, as the wallet's app shows it: the customer types the amount. */
import { useState } from "preact/hooks";
import { AmountField } from "../elements/amount-field.tsx";
import { exponentOf } from "../settings.ts";
import { readAmount } from "../typed-amount.ts";
import type { Phone } from "./use-phone.ts";

/** The currency of the sandbox's shop. */
const CURRENCY = "JPY";
const SHOP = "https://shop.plusgate.example/";

/** A page that the app has opened. A browser cannot send the wallet's User-Agent, so the shop's page is drawn here. */
export function UrlScreen({ phone, url }: { phone: Phone; url: string }) {
  const isShop = url.startsWith(SHOP);
  return (
    <section class="screen" aria-labelledby="url-heading">
      <h3 id="url-heading" tabIndex={-1}>
        {isShop ? "Harbour Bakery" : "A page of the merchant"}
      </h3>
      <p class="code-value">{url}</p>
      {isShop ? <ShopForm phone={phone} /> : <p class="dim">The app opens this page of the merchant inside itself.</p>}
      <button type="button" onClick={() => phone.show("SCAN")}>
        Back
      </button>
    </section>
  );
}

function ShopForm({ phone: { isBusy, failure, payAtShop } }: { phone: Phone }) {
  const [text, setText] = useState("");
  const [problem, setProblem] = useState<string | undefined>();
  const exponent = exponentOf(CURRENCY) ?? 0;
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const { value, problem: found } = readAmount(text, { currency: CURRENCY, exponent });
    setProblem(found);
    if (value !== undefined && !isBusy) void payAtShop({ currency: CURRENCY, value });
  };
  return (
    <form onSubmit={onSubmit}>
      <AmountField
        label="How much do you pay?"
        currency={CURRENCY}
        exponent={exponent}
        text={text}
        problem={problem}
        onText={setText}
      />
      <button type="submit" class="primary" aria-disabled={isBusy}>
        {isBusy ? "Asking Alipay+ …" : "Pay here"}
      </button>
      <p class="notice failed" role="alert">
        {failure?.failure}
      </p>
    </form>
  );
}
