import type { ComponentChildren } from "preact";
import type { Payment } from "../calls/wallet.ts";
import { AmountView } from "../elements/amount.tsx";
import { rateText } from "../elements/rate.ts";

/** The rows that the confirmation and the result share (docs/spec/screens.md). */
export function PaymentDetails({ payment }: { payment: Payment }) {
  const { orderAmount, paymentAmount, debitAmount, paymentQuote, includedSurcharge, discounts } = payment;
  const { refundedAmount, merchant, orderDescription } = payment;
  const isConverted = paymentAmount.currency !== debitAmount.currency;
  return (
    <dl class="details">
      {merchant.storeName && <Row name="Store">{merchant.storeName}</Row>}
      {orderDescription && <Row name="For">{orderDescription}</Row>}
      {orderAmount && isConverted && (
        <Row name="Price">
          <AmountView amount={orderAmount} />
        </Row>
      )}
      {discounts.map(
        ({ promoName = "Discount", savingsAmount }) =>
          savingsAmount && (
            <Row key={promoName} name={promoName}>
              −<AmountView amount={savingsAmount} />
            </Row>
          ),
      )}
      {includedSurcharge && (
        <Row name="Surcharge">
          <AmountView amount={includedSurcharge} />
        </Row>
      )}
      {paymentQuote && isConverted && <Row name="Rate">{rateText(paymentQuote)}</Row>}
      <Row name="Pays with">Wallet balance</Row>
      {refundedAmount && (
        <Row name="Refunded">
          <AmountView amount={refundedAmount} />
        </Row>
      )}
    </dl>
  );
}

function Row({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** The merchant's name for the customer. */
export function merchantNameOf({ merchant }: Payment): string {
  return merchant.merchantDisplayName ?? merchant.merchantName ?? "Unnamed merchant";
}
