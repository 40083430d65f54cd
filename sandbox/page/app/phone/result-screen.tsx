import type { Payment } from "../calls/wallet.ts";
import { CoreTroubleNote } from "../customer/core-trouble.tsx";
import { AmountView, amountText } from "../elements/amount.tsx";
import { merchantNameOf, PaymentDetails } from "./payment-details.tsx";

const TITLES: Readonly<Record<Payment["status"], readonly [title: string, mark: string, kind: string]>> = {
  SUCCEEDED: ["Paid", "✓", "succeeded"],
  FAILED: ["Not paid", "✕", "failed"],
  CLOSED: ["Closed", "✕", "failed"],
  PROCESSING: ["In process", "…", "unknown"],
  AWAITING_CONFIRMATION: ["To be confirmed", "…", "unknown"],
};

/** The sentence for each advice. */
const ADVICE: ReadonlyMap<string, string> = new Map([
  ["ADD_MONEY", "Add money to the wallet and try again."],
  ["PAY_LESS", "The amount is above the limit of one payment."],
  ["PAY_MORE", "The amount is below the smallest that the wallet takes."],
  ["PAY_LATER", "The limit of the day is reached. Try again tomorrow."],
  ["COMPLETE_KYC", "Verify your identity first."],
  ["VERIFY_AGAIN", "The payment was not verified. Try again."],
  ["CHOOSE_ANOTHER_METHOD", "Choose another way to pay."],
  ["SHOW_NEW_CODE", "Show a new code."],
  ["ASK_MERCHANT", "Ask the merchant."],
  ["CONTACT_SUPPORT", "Ask the wallet's support."],
]);

/** The result of a payment, in a sentence. */
export function resultText(payment: Payment): string {
  return `${TITLES[payment.status][0]}: ${amountText(payment.debitAmount)}, ${merchantNameOf(payment)}`;
}

/** The result of a payment. */
export function ResultScreen({ payment, onDone }: { payment: Payment; onDone: () => void }) {
  const { status, result, advice, debitAmount } = payment;
  const [title, mark, kind] = TITLES[status];
  return (
    <section class="screen result-screen" aria-labelledby="result-heading">
      <div class="result">
        <p class={`mark ${kind}`} aria-hidden="true">
          {mark}
        </p>
        <h3 id="result-heading" tabIndex={-1}>
          {title}
        </h3>
        <p class={status === "SUCCEEDED" ? "amount" : "amount not-paid"}>
          <AmountView amount={debitAmount} />
        </p>
        <p>{merchantNameOf(payment)}</p>
      </div>
      {advice && <p class="advice">{ADVICE.get(advice) ?? advice}</p>}
      <PaymentDetails payment={payment} />
      <CoreTroubleNote payment={payment} />
      <p class="dim">
        Alipay+ receives <code>{result.resultCode}</code>
      </p>
      <button type="button" class="primary" onClick={onDone}>
        Done
      </button>
    </section>
  );
}
