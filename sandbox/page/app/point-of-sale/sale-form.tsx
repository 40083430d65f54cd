import { useState } from "preact/hooks";
import { readMajorUnits } from "../money.ts";
import { exponentOf, settings } from "../settings.ts";
import { AmountField, amountProblem } from "./amount-field.tsx";
import type { PointOfSale } from "./use-point-of-sale.ts";

/** What the form needs of the other side of the counter. */
export type SaleFormProps = {
  readonly pointOfSale: PointOfSale;
  /** The code on the phone; missing when it shows none. */
  readonly shownCode: string | undefined;
  readonly walletCurrency: string;
  /** The phone's code is about to be scanned. */
  readonly onScanPhone: () => void;
};

/** The amount, and the two ways to ask for it. */
export function SaleForm({ pointOfSale, shownCode, walletCurrency, onScanPhone }: SaleFormProps) {
  const [text, setText] = useState("12.50");
  const [currency, setCurrency] = useState(walletCurrency);
  const [otherCode, setOtherCode] = useState("");
  const [problem, setProblem] = useState<string | undefined>();
  const exponent = exponentOf(currency) ?? 2;
  const { isBusy } = pointOfSale;

  const withAmount = (use: (amount: { currency: string; value: string }) => void) => {
    const value = readMajorUnits(text, exponent);
    setProblem(value === undefined ? amountProblem(currency, exponent) : undefined);
    if (value !== undefined && !isBusy) use({ currency, value });
  };
  const paymentCode = otherCode === "" ? shownCode : otherCode;
  const charge = () => {
    if (paymentCode === undefined) return;
    withAmount((amount) => {
      if (otherCode === "") onScanPhone();
      void pointOfSale.charge(paymentCode, amount);
    });
  };
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    charge();
  };
  return (
    <form class="sale-form" onSubmit={onSubmit}>
      <div class="amount-row">
        <AmountField
          label="Amount"
          currency={currency}
          exponent={exponent}
          text={text}
          problem={problem}
          onText={setText}
        />
        <label>
          Currency
          <select value={currency} onChange={({ currentTarget }) => setCurrency(currentTarget.value)}>
            {settings.currencies.map((each) => (
              <option key={each.currency}>{each.currency}</option>
            ))}
          </select>
        </label>
      </div>
      <button type="submit" class="primary" aria-disabled={isBusy || paymentCode === undefined}>
        {otherCode === "" ? "Scan the phone’s code" : "Scan the pasted code"}
      </button>
      <button
        type="button"
        aria-disabled={isBusy}
        onClick={() => withAmount((amount) => void pointOfSale.showOrderCode(amount, walletCurrency))}
      >
        Show an order code
      </button>
      <details class="other-code">
        <summary>Scan another code</summary>
        <label>
          Payment code
          <input
            class="number"
            inputMode="numeric"
            autocomplete="off"
            value={otherCode}
            onInput={({ currentTarget }) => setOtherCode(currentTarget.value.replace(/\s/g, ""))}
          />
        </label>
      </details>
      <p class="notice failed" role="alert">
        {pointOfSale.failure?.failure}
      </p>
    </form>
  );
}
