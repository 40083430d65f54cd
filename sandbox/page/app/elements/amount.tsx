import { Fragment } from "preact";
import { type Amount, majorUnits } from "../money.ts";
import { exponentOf } from "../settings.ts";

/** An amount as text: `HKD 1,234.50`; in the smallest unit where the currency's exponent is unknown. */
export function amountText({ currency, value }: Amount): string {
  const exponent = exponentOf(currency);
  return exponent === undefined ? `${value} units of ${currency}` : `${currency} ${majorUnits(value, exponent)}`;
}

/** An amount; with `isChange` a gain has a plus sign. */
export function AmountView({ amount, isChange = false }: { amount: Amount; isChange?: boolean }) {
  const isGain = isChange && !amount.value.startsWith("-");
  const exponent = exponentOf(amount.currency);
  if (exponent === undefined) return <span class="money">{amountText(amount)}</span>;
  return (
    <span class="money">
      <span class="currency">{amount.currency}</span> {isGain && "+"}
      <Groups digits={majorUnits(amount.value, exponent)} />
    </span>
  );
}

/** Digits that may go on in the next line after a comma, where one line is not enough. */
function Groups({ digits }: { digits: string }) {
  const [first, ...others] = digits.split(/(?<=,)/);
  return (
    <>
      {first}
      {others.map((group, index) => (
        <Fragment key={index}>
          <wbr />
          {group}
        </Fragment>
      ))}
    </>
  );
}
