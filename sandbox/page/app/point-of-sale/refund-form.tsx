import { useState } from "preact/hooks";
import { refund, type Sale } from "../calls/sales.ts";
import { AmountField } from "../elements/amount-field.tsx";
import { majorUnits } from "../money.ts";
import { exponentOf } from "../settings.ts";
import { readAmount } from "../typed-amount.ts";
import { refundableOf } from "./sale-messages.ts";
import type { MerchantAction } from "./use-point-of-sale.ts";

/** Refunds a part of a sale, or all that is left. */
export function RefundForm({ sale, action: { isBusy, act } }: { sale: Sale; action: MerchantAction }) {
  const { currency } = sale.paymentAmount;
  const exponent = exponentOf(currency) ?? 2;
  const [text, setText] = useState(majorUnits(refundableOf(sale).value, exponent));
  const [problem, setProblem] = useState<string | undefined>();
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const { value, problem: found } = readAmount(text, { currency, exponent });
    setProblem(found);
    if (value !== undefined && !isBusy) void act(refund(sale, { currency, value }));
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
      <button type="submit" aria-disabled={isBusy}>
        Refund
      </button>
    </form>
  );
}
