import type { CalledInterface, Scenario, TerminalType } from "../calls/sales.ts";
import { settings } from "../settings.ts";

/** The terms of a sale beside its amount; an empty text is the default. */
export type SaleTerms = {
  readonly scenario: Scenario;
  readonly calledInterface: CalledInterface;
  readonly settlementCurrency: string;
  /** A payment code that was pasted, instead of the phone's. */
  readonly otherCode: string;
  /** Where a customer of the Cashier shops. */
  readonly terminalType: TerminalType;
};

/** The properties of the options. */
type SaleOptionsProps = {
  readonly terms: SaleTerms;
  readonly onChange: (change: Partial<SaleTerms>) => void;
};

/** Options that few sales need: another code, the older interface, a settlement in another currency. */
export function SaleOptions({ terms, onChange }: SaleOptionsProps) {
  const { scenario, calledInterface, settlementCurrency, otherCode } = terms;
  return (
    <details class="sale-options">
      <summary>Another code, interface, settlement</summary>
      {scenario === "PaymentCode" && (
        <label>
          Payment code, pasted
          <input
            class="number"
            inputMode="numeric"
            autocomplete="off"
            placeholder="the phone’s"
            value={otherCode}
            onInput={({ currentTarget }) => onChange({ otherCode: currentTarget.value.replace(/\s/g, "") })}
          />
        </label>
      )}
      <label>
        Interface of Alipay+
        <select
          value={calledInterface}
          onChange={({ currentTarget }) => onChange({ calledInterface: currentTarget.value as CalledInterface })}
        >
          <option value="TODAY">today’s</option>
          <option value="OLDER" disabled={scenario === "Cashier"}>
            {scenario === "Cashier" ? "the older one, which has no Cashier" : "the older one"}
          </option>
        </select>
      </label>
      <label>
        Settled in
        <select
          value={settlementCurrency}
          onChange={({ currentTarget }) => onChange({ settlementCurrency: currentTarget.value })}
        >
          <option value="">the same as the sale</option>
          {settings.currencies.map(({ currency }) => (
            <option key={currency}>{currency}</option>
          ))}
        </select>
      </label>
    </details>
  );
}
