import { useId, useState } from "preact/hooks";
import { AmountView, amountText } from "../amount.tsx";
import { Badge } from "../badge.tsx";
import { majorUnits, readMajorUnits } from "../money.ts";
import { exponentOf } from "../settings.ts";
import { AmountField, amountProblem } from "./amount-field.tsx";
import { OrderCodeView } from "./order-code.tsx";
import { isOpen, refundableOf, type Sale, type SaleStatus } from "./sale.ts";
import type { PointOfSale } from "./use-point-of-sale.ts";

const STATUS: Readonly<Record<SaleStatus, readonly [label: string, kind: "S" | "F" | "U"]>> = {
  CREATED: ["to be scanned", "U"],
  DECODED: ["scanned", "U"],
  UNKNOWN: ["not known", "U"],
  PAID: ["paid", "S"],
  FAILED: ["not paid", "F"],
  CLOSED: ["closed", "F"],
};

/** A sale in a sentence. */
export function saleText({ amount, status }: Sale): string {
  return `Sale of ${amountText(amount)}: ${STATUS[status][0]}`;
}

/** What a card needs. */
export type SaleCardProps = {
  readonly sale: Sale;
  readonly pointOfSale: PointOfSale;
  /** Scans a code with the phone. */
  readonly onScan: (codeValue: string) => void;
};

/** A sale, its state, and what the merchant can do about it. */
export function SaleCard({ sale, pointOfSale, onScan }: SaleCardProps) {
  const headingId = useId();
  const { amount, status, resultCode, order, refundedValue } = sale;
  const [label, kind] = STATUS[status];
  const isWhollyRefunded = status === "PAID" && refundableOf(sale).value === "0";
  return (
    <li class="sale-card" aria-labelledby={headingId}>
      <div class="sale-head">
        <h4 id={headingId}>
          <AmountView amount={amount} />
        </h4>
        <Badge kind={kind}>{label}</Badge>
      </div>
      <p class="dim">
        {order ? "order code" : "payment code"}
        {resultCode !== undefined && (
          <>
            {" · "}
            <code>{resultCode}</code>
          </>
        )}
        {refundedValue !== "0" && (
          <>
            {" · refunded "}
            <AmountView amount={{ ...amount, value: refundedValue }} />
          </>
        )}
      </p>
      {order && status === "CREATED" && <OrderCodeView order={order} onScan={onScan} />}
      {status === "PAID" && !isWhollyRefunded && (
        <RefundForm key={refundedValue} sale={sale} pointOfSale={pointOfSale} />
      )}
      <div class="buttons">
        {order && isOpen(sale) && (
          <button type="button" onClick={() => pointOfSale.closeOrder(sale)}>
            Close the order
          </button>
        )}
        {status !== "CREATED" && (
          <button type="button" onClick={() => pointOfSale.inquire(sale)}>
            Inquire
          </button>
        )}
        {(status === "PAID" || (status === "UNKNOWN" && !order)) && (
          <button type="button" onClick={() => pointOfSale.cancel(sale)}>
            Cancel
          </button>
        )}
      </div>
    </li>
  );
}

/** A part or all of what is left. */
function RefundForm({ sale, pointOfSale }: { sale: Sale; pointOfSale: PointOfSale }) {
  const { currency } = sale.amount;
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
      <button type="submit">Refund</button>
    </form>
  );
}
