import type { Payment } from "../calls/wallet.ts";
import { AmountView } from "../elements/amount.tsx";
import { countdownText, secondsUntil } from "../server-clock.ts";
import { useTick } from "../use-tick.ts";
import { merchantNameOf, PaymentDetails } from "./payment-details.tsx";
import type { Phone } from "./use-phone.ts";

const TICK_INTERVAL_MS = 1_000;

/** An order, to be confirmed or declined in time. */
export function ConfirmScreen({ phone, payment }: { phone: Phone; payment: Payment }) {
  useTick(TICK_INTERVAL_MS);
  const { isBusy, failure, answer } = phone;
  const { paymentExpiryTime } = payment;
  const isInTime = secondsUntil(paymentExpiryTime) > 0;
  return (
    <section class="screen" aria-labelledby="confirm-heading">
      <h3 id="confirm-heading" tabIndex={-1}>
        Pay {merchantNameOf(payment)}
      </h3>
      <p class="amount">
        <AmountView amount={payment.debitAmount} />
      </p>
      <PaymentDetails payment={payment} />
      <p class="dim number">
        {isInTime ? `to be confirmed within ${countdownText(paymentExpiryTime)}` : "This order has expired."}
      </p>
      <div class="buttons">
        <button type="button" class="primary" aria-disabled={isBusy} onClick={() => answer(payment, "confirm")}>
          {isBusy ? "Paying …" : "Confirm"}
        </button>
        <button type="button" aria-disabled={isBusy} onClick={() => answer(payment, "decline")}>
          Decline
        </button>
      </div>
      <p class="notice failed" role="alert">
        {failure?.failure}
      </p>
    </section>
  );
}
