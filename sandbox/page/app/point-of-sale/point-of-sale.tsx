/** The merchant's counter: asks for money in either mode, and gives it back. */
import { SaleCard, saleText } from "./sale-card.tsx";
import { SaleForm, type SaleFormProps } from "./sale-form.tsx";

/** What the counter needs. */
export type PointOfSaleProps = SaleFormProps & {
  /** Scans a code with the phone. */
  readonly onScan: (codeValue: string) => void;
};

/** The point of sale. */
export function PointOfSaleView({ onScan, ...form }: PointOfSaleProps) {
  const { pointOfSale } = form;
  const { sales } = pointOfSale;
  return (
    <div class="point-of-sale">
      <SaleForm {...form} />
      <h3>Sales</h3>
      {sales.length === 0 && <p class="dim">None yet.</p>}
      <p class="visually-hidden" role="status">
        {sales[0] && saleText(sales[0])}
      </p>
      <ol class="sales">
        {sales.map((sale) => (
          <SaleCard key={sale.paymentRequestId} sale={sale} pointOfSale={pointOfSale} onScan={onScan} />
        ))}
      </ol>
    </div>
  );
}
