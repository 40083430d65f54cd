import { useState } from "preact/hooks";
import { type Scenario, sell, type TerminalType } from "../calls/sales.ts";
import { AmountField } from "../elements/amount-field.tsx";
import { exponentOf, settings } from "../settings.ts";
import { readAmount } from "../typed-amount.ts";
import { SCENARIO_LABELS } from "./sale-messages.ts";
import { SaleOptions, type SaleTerms } from "./sale-options.tsx";
import { type PointOfSale, useMerchantAction } from "./use-point-of-sale.ts";

/** The properties of the form: the customer's side. */
export type SaleFormProps = {
  readonly pointOfSale: PointOfSale;
  /** The code on the phone; missing when it shows none. */
  readonly shownCode: string | undefined;
  /** Why it shows none. */
  readonly codeProblem: string;
  readonly walletCurrency: string;
  /** The phone's code is about to be scanned. */
  readonly onScanPhone: () => void;
};

const FIRST_TERMS: SaleTerms = {
  scenario: "PaymentCode",
  calledInterface: "TODAY",
  settlementCurrency: "",
  otherCode: "",
  terminalType: "WEB",
};

/** Where the merchant wants its customer back: a name that no DNS resolves. */
const REDIRECT_URL = "https://merchant.plusgate.example/thanks";

/** Where a customer of the Cashier shops. */
const TERMINALS = [
  ["WEB", "on a desktop"],
  ["WAP", "in a phone’s browser"],
  ["APP", "in an app"],
] as const satisfies readonly (readonly [TerminalType, string])[];

const BUTTONS: Readonly<Record<Scenario, string>> = {
  PaymentCode: "Scan the phone’s code",
  OrderCode: "Show an order code",
  EntryCode: "Order on the shop’s page",
  Cashier: "Check out online",
};

const SCENARIOS = Object.keys(BUTTONS) as readonly Scenario[];

/** The amount, and how the customer pays it. */
export function SaleForm({ pointOfSale, shownCode, codeProblem, walletCurrency, onScanPhone }: SaleFormProps) {
  const [text, setText] = useState("12.50");
  const [currency, setCurrency] = useState(walletCurrency);
  const [terms, setTerms] = useState(FIRST_TERMS);
  const [problem, setProblem] = useState<string | undefined>();
  const exponent = exponentOf(currency) ?? 2;
  const { isBusy, failure, act } = useMerchantAction(pointOfSale);
  const { scenario, calledInterface, settlementCurrency, otherCode, terminalType } = terms;
  const isByCode = scenario === "PaymentCode";
  const isPasted = isByCode && otherCode !== "";
  const paymentCode = isPasted ? otherCode : shownCode;
  const isWithoutCode = isByCode && paymentCode === undefined;
  const isReady = !isBusy && !isWithoutCode;

  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const { value, problem: found } = readAmount(text, { currency, exponent });
    setProblem(found);
    if (value === undefined || !isReady) return;
    if (isByCode && !isPasted) onScanPhone();
    const wish = {
      paymentAmount: { currency, value },
      scenario,
      ...(isByCode && paymentCode !== undefined && { paymentCode }),
      ...(calledInterface === "OLDER" && { interface: calledInterface }),
      ...(settlementCurrency !== "" && { settlementCurrency }),
      ...(scenario === "Cashier" && terminalType !== "WEB" && { terminalType, paymentRedirectUrl: REDIRECT_URL }),
    };
    void act(sell(wish));
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
      <ScenarioChoice scenario={scenario} onChoose={(chosen) => setTerms(termsWith(terms, { scenario: chosen }))} />
      {scenario === "Cashier" && (
        <TerminalChoice
          terminalType={terminalType}
          onChoose={(chosen) => setTerms(termsWith(terms, { terminalType: chosen }))}
        />
      )}
      <button type="submit" class="primary" aria-disabled={!isReady} aria-describedby="sale-reason">
        {isBusy ? "Asking Alipay+ …" : isPasted ? "Scan the pasted code" : BUTTONS[scenario]}
      </button>
      <p class="reason" id="sale-reason">
        {isWithoutCode && codeProblem}
      </p>
      <SaleOptions terms={terms} onChange={(change) => setTerms(termsWith(terms, change))} />
      <p class="notice failed" role="alert">
        {failure?.failure}
      </p>
    </form>
  );
}

/** The older interface is for shops alone. */
function termsWith(terms: SaleTerms, change: Partial<SaleTerms>): SaleTerms {
  const next = { ...terms, ...change };
  return next.scenario === "Cashier" ? { ...next, calledInterface: "TODAY" } : next;
}

function ScenarioChoice({ scenario, onChoose }: { scenario: Scenario; onChoose: (chosen: Scenario) => void }) {
  return (
    <fieldset class="choice scenarios">
      <legend>How the customer pays</legend>
      <div class="choice-options">
        {SCENARIOS.map((each) => (
          <label key={each}>
            <input type="radio" name="scenario" checked={each === scenario} onChange={() => onChoose(each)} />
            <span>{SCENARIO_LABELS[each][0]}</span>
          </label>
        ))}
      </div>
      <p class="dim">{SCENARIO_LABELS[scenario][1]}</p>
    </fieldset>
  );
}

function TerminalChoice({
  terminalType,
  onChoose,
}: {
  terminalType: TerminalType;
  onChoose: (chosen: TerminalType) => void;
}) {
  return (
    <label>
      Where the customer shops
      <select value={terminalType} onChange={({ currentTarget }) => onChoose(currentTarget.value as TerminalType)}>
        {TERMINALS.map(([each, label]) => (
          <option key={each} value={each}>
            {label}
          </option>
        ))}
      </select>
    </label>
  );
}
