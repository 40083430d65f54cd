import { useId } from "preact/hooks";

/** What a person types into an amount field, and what is wrong with it. */
type AmountFieldProps = {
  readonly label: string;
  readonly currency: string;
  readonly exponent: number;
  readonly text: string;
  /** Shown below the field; missing for a valid amount. */
  readonly problem: string | undefined;
  readonly onText: (text: string) => void;
};

/** An amount in major units. */
export function AmountField({ label, currency, exponent, text, problem, onText }: AmountFieldProps) {
  const id = useId();
  return (
    <div class="amount-field">
      <label for={id}>{label}</label>
      <div class="with-unit">
        <input
          id={id}
          class="number"
          inputMode={exponent === 0 ? "numeric" : "decimal"}
          autocomplete="off"
          value={text}
          aria-invalid={problem !== undefined}
          aria-describedby={`${id}-problem`}
          onInput={({ currentTarget }) => onText(currentTarget.value)}
        />
        <span class="unit">{currency}</span>
      </div>
      <p class="problem" id={`${id}-problem`}>
        {problem}
      </p>
    </div>
  );
}
