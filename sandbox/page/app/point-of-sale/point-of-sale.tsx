/** The merchant's counter: sells in every scenario, and refunds. */
import type { ComponentChildren } from "preact";
import type { Sale } from "../calls/sales.ts";
import { SaleCard, type SaleCardProps, saleText } from "./sale-card.tsx";
import { SaleForm, type SaleFormProps } from "./sale-form.tsx";

/** The properties of the point of sale. */
type PointOfSaleProps = SaleFormProps &
  Pick<SaleCardProps, "exchanges" | "onScan" | "onOpenCashier" | "onFollow"> & {
    /** The sale whose messages alone are shown. */
    readonly followed: Sale | undefined;
    /** What stands above the sales. */
    readonly children: ComponentChildren;
  };

/** The point of sale. */
export function PointOfSaleView(props: PointOfSaleProps) {
  const { exchanges, onScan, onOpenCashier, onFollow, followed, children, ...form } = props;
  const { pointOfSale } = form;
  const { sales } = pointOfSale;
  return (
    <div class="point-of-sale">
      <SaleForm {...form} />
      {children}
      <h3>Sales</h3>
      {sales?.length !== undefined && sales.length > 0 ? null : (
        <p class="dim">{sales ? "None yet. Enter an amount, and let the customer pay." : "Loading …"}</p>
      )}
      <p class="visually-hidden" role="status">
        {sales?.[0] && saleText(sales[0])}
      </p>
      <ol class="sales" aria-label="Sales">
        {sales?.map((sale, index) => (
          <SaleCard
            key={sale.paymentRequestId}
            sale={sale}
            isNewest={index === 0}
            pointOfSale={pointOfSale}
            exchanges={exchanges}
            onScan={onScan}
            onOpenCashier={onOpenCashier}
            isFollowed={followed?.paymentRequestId === sale.paymentRequestId}
            onFollow={onFollow}
          />
        ))}
      </ol>
    </div>
  );
}
