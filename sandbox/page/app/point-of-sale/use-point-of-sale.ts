import type { Failure } from "../calls/call.ts";
import { ask, fetchSales, refund, type Sale, type SaleWish, sell } from "../calls/sales.ts";
import type { Amount } from "../money.ts";
import { useAction } from "../use-action.ts";
import { useLook } from "../use-look.ts";

const LOOK_INTERVAL_MS = 1_000;

/** The merchant's side. The acquirer says how a sale has ended. */
export type PointOfSale = {
  /** Newest first; missing until the first answer. */
  readonly sales: readonly Sale[] | undefined;
  readonly isBusy: boolean;
  /** Why the last call failed. */
  readonly failure: Failure | undefined;
  readonly sell: (wish: SaleWish) => Promise<void>;
  readonly inquire: (sale: Sale) => Promise<void>;
  /** Closes an order, cancels a payment. */
  readonly cancel: (sale: Sale) => Promise<void>;
  readonly refund: (sale: Sale, amount: Amount) => Promise<void>;
};

/**
 * Plays the point of sale.
 *
 * @param occasion looks at the sales at once whenever it changes
 * @param onExchange is called when the parties may have exchanged messages
 */
export function usePointOfSale(occasion: string, onExchange: () => void): PointOfSale {
  const { answer, refresh } = useLook({ look: fetchSales, occasion, intervalMs: LOOK_INTERVAL_MS });
  const { isBusy, failure, act } = useAction();
  const wish = async (request: Promise<Sale | Failure>) => {
    await act(request);
    onExchange();
    await refresh();
  };
  return {
    sales: answer?.sales,
    isBusy,
    failure,
    sell: (wished) => wish(sell(wished)),
    inquire: (sale) => wish(ask("inquire", sale)),
    cancel: (sale) => wish(ask("cancel", sale)),
    refund: (sale, amount) => wish(refund(sale, amount)),
  };
}
