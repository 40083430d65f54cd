/** The wallet's settings of a customer: each of the wallet's refusals can be caused here. */
import { useState } from "preact/hooks";
import type { Customer } from "../calls/sandbox.ts";
import { AmountField } from "../elements/amount-field.tsx";
import { majorUnits } from "../money.ts";
import { exponentOf } from "../settings.ts";
import { readAmount } from "../typed-amount.ts";
import type { Account } from "./use-customer.ts";

/** The shop of the sandbox's own orders. */
const SHOP = "M0000000000001";

/** A reason to refuse, and the setting that causes it. */
type Refusal = {
  readonly label: string;
  readonly resultCode: string;
  readonly isOn: (customer: Customer) => boolean;
  readonly wish: (isOn: boolean) => Parameters<Account["adjust"]>[0];
};

const REFUSALS: readonly Refusal[] = [
  {
    label: "Frozen",
    resultCode: "USER_STATUS_ABNORMAL",
    isOn: ({ status }) => status !== "ACTIVE",
    wish: (isOn) => ({ status: isOn ? "FROZEN" : "ACTIVE" }),
  },
  {
    label: "Identity not verified",
    resultCode: "USER_KYC_NOT_QUALIFIED",
    isOn: ({ kyc }) => kyc !== "QUALIFIED",
    wish: (isOn) => ({ kyc: isOn ? "UNQUALIFIED" : "QUALIFIED" }),
  },
  {
    label: "Too risky",
    resultCode: "RISK_REJECT",
    isOn: ({ risk }) => risk === "REJECT",
    wish: (isOn) => ({ risk: isOn ? "REJECT" : "PASS" }),
  },
  {
    label: "Payment method unavailable",
    resultCode: "UNAVAILABLE_PAYMENT_METHOD",
    isOn: ({ paymentMethod }) => paymentMethod === "UNAVAILABLE",
    wish: (isOn) => ({ paymentMethod: isOn ? "UNAVAILABLE" : "AVAILABLE" }),
  },
  {
    label: "Verification fails",
    resultCode: "USER_PAYMENT_VERIFICATION_FAILED",
    isOn: ({ verification }) => verification === "FAILED",
    wish: (isOn) => ({ verification: isOn ? "FAILED" : "PASSED" }),
  },
  {
    label: "Shop blocked",
    resultCode: "MERCHANT_NOT_REGISTERED",
    isOn: ({ blockedMerchants }) => blockedMerchants.includes(SHOP),
    wish: (isOn) => ({ blockedMerchants: isOn ? [SHOP] : [] }),
  },
];

/** The settings of a customer. */
export function CustomerSettings({ account, customer }: { account: Account; customer: Customer }) {
  const { currency, limits } = customer;
  return (
    <details class="customer-settings">
      <summary>Wallet settings of {customer.customerId}</summary>
      <MoneySetting
        key={`balance ${customer.customerId} ${customer.balance}`}
        label="Balance"
        currency={currency}
        value={customer.balance}
        onSet={(balance) => account.open({ currency, balance })}
      />
      <MoneySetting
        key={`single ${customer.customerId} ${limits.single}`}
        label="Limit of one payment"
        currency={currency}
        value={limits.single}
        onSet={(single) => account.adjust({ limits: { single } })}
      />
      <MoneySetting
        key={`daily ${customer.customerId} ${limits.daily}`}
        label="Limit of a day"
        currency={currency}
        value={limits.daily}
        onSet={(daily) => account.adjust({ limits: { daily } })}
      />
      <fieldset class="switches" aria-busy={account.isBusy}>
        <legend>Reasons to refuse</legend>
        {REFUSALS.map(({ label, resultCode, isOn, wish }) => (
          <label key={resultCode} class="switch">
            <input
              type="checkbox"
              role="switch"
              aria-checked={isOn(customer)}
              checked={isOn(customer)}
              onChange={({ currentTarget }) => account.adjust(wish(currentTarget.checked))}
            />
            <span>
              {label}
              <code>{resultCode}</code>
            </span>
          </label>
        ))}
      </fieldset>
      <p class="notice failed" role="alert">
        {account.failure?.failure}
      </p>
    </details>
  );
}

type MoneySettingProps = {
  readonly label: string;
  readonly currency: string;
  /** Digits of the smallest unit; missing where there is no limit. */
  readonly value: string | undefined;
  readonly onSet: (value: string) => void;
};

function MoneySetting({ label, currency, value, onSet }: MoneySettingProps) {
  const exponent = exponentOf(currency) ?? 2;
  const [text, setText] = useState(value === undefined ? "" : majorUnits(value, exponent));
  const [problem, setProblem] = useState<string | undefined>();
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const { value: wanted, problem: found } = readAmount(text, { currency, exponent, mayBeZero: true });
    setProblem(found);
    if (wanted !== undefined) onSet(wanted);
  };
  return (
    <form class="setting" onSubmit={onSubmit}>
      <AmountField
        label={label}
        currency={currency}
        exponent={exponent}
        text={text}
        problem={problem}
        onText={setText}
      />
      <button type="submit">Set</button>
    </form>
  );
}
