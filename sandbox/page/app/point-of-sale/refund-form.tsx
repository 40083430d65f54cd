import { useState } from "preact/hooks";
import type { Sale } from "../calls/sales.ts";
import { AmountField, amountProblem } from "../elements/amount-field.tsx";
import { majorUnits, readMajorUnits } from "../money.ts";
import { exponentOf } from "../settings.ts";
import { refundableOf } from "./sale-messages.ts";
import type { PointOfSale } from "./use-point-of-sale.ts";

/** Refunds a part of a sale, or all that is left. */
export function RefundForm({ sale, pointOfSale }: { sale: Sale; pointOfSale: PointOfSale }) {
  const { currency } = sale.paymentAmount;
  const exponent = exponentOf(currency) ?? 2;
  const [text, setText] = useState(majorUnits(refundableOf(sale).value, exponent));
  const [problem, setProblem] = useState<string | undefined>();
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const value = readMajorUnits(text, exponent);
    setProblem(value === undefined ? amountProblem(currency, exponent) : undefined);
    if (value !== undefined && !pointOfSale.isBusy) void pointOfSale.refund(sale, { currency, value });
  };
  return (
    <form class="refund-form" onSubmit={onSubmit}>
      <AmountField
        label="Refund"
        currency={currency}
        exponent={exponent}
        text={text}
        problem={problem}
        onText={setText}
      />
      <button type="submit" aria-disabled={pointOfSale.isBusy}>
        Refund
      </button>
    </form>
  );
}
