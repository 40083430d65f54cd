import { useEffect, useState } from "preact/hooks";
import type { Payment } from "../calls/wallet.ts";
import { CoreTroubleNote } from "../customer/core-trouble.tsx";
import { AmountView, amountText } from "../elements/amount.tsx";
import { useTick } from "../use-tick.ts";
import { merchantNameOf, PaymentDetails } from "./payment-details.tsx";

const TICK_INTERVAL_MS = 1_000;

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
  ["CONTACT_SUPPORT", "Ask the wallet’s support."],
]);

/** The result of a payment, in a sentence. */
export function resultText(payment: Payment): string {
  return `${TITLES[payment.status][0]}: ${amountText(payment.debitAmount)}, ${merchantNameOf(payment)}`;
}

/** The properties of a result. */
type ResultScreenProps = {
  readonly payment: Payment;
  readonly onDone: () => void;
  /** Leads on to the merchant. */
  readonly onLeave: (url: string) => void;
};

/** The result of a payment. */
export function ResultScreen({ payment, onDone, onLeave }: ResultScreenProps) {
  const { status, result, advice, debitAmount, paymentRedirectUrl } = payment;
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
      {paymentRedirectUrl !== undefined && (
        <WayBack seconds={payment.redirectAfterSeconds} onLeave={() => onLeave(paymentRedirectUrl)} />
      )}
      <button type="button" class={paymentRedirectUrl === undefined ? "primary" : ""} onClick={onDone}>
        Done
      </button>
    </section>
  );
}

/** The button to the merchant; after a success it is pressed by itself when the seconds are over. */
function WayBack({ seconds, onLeave }: { seconds: number | undefined; onLeave: () => void }) {
  useTick(TICK_INTERVAL_MS);
  const [shownAtMs] = useState(Date.now);
  const left =
    seconds === undefined ? undefined : Math.max(0, seconds - Math.floor((Date.now() - shownAtMs) / TICK_INTERVAL_MS));
  useEffect(() => {
    if (left === 0) onLeave();
  }, [left]);
  return (
    <button type="button" class="primary" onClick={onLeave}>
      Back to the merchant{left !== undefined && <span class="number"> in {left} s</span>}
    </button>
  );
}
