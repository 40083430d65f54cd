import type { Failure } from "../call.ts";
import type { Amount } from "../money.ts";
import { ask, fetchSales, refund, type Sale, type SaleWish, sell } from "../sales-client.ts";
import { useAction } from "../use-action.ts";
import { useLook } from "../use-look.ts";

const LOOK_INTERVAL_MS = 1_000;

/** The merchant's side. What became of a sale is the acquirer's to say. */
export type PointOfSale = {
  /** Newest first; missing until they were told. */
  readonly sales: readonly Sale[] | undefined;
  readonly isBusy: boolean;
  /** Why the last wish led nowhere. */
  readonly failure: Failure | undefined;
  readonly sell: (wish: SaleWish) => Promise<void>;
  readonly inquire: (sale: Sale) => Promise<void>;
  /** Takes it back: an order is closed, a payment cancelled. */
  readonly cancel: (sale: Sale) => Promise<void>;
  readonly refund: (sale: Sale, amount: Amount) => Promise<void>;
};

/**
 * Plays the point of sale.
 *
 * @param occasion looks at the sales at once whenever it changes
 * @param onExchange is told when something may have passed between the parties
 */
export function usePointOfSale(occasion: string, onExchange: () => void): PointOfSale {
  const { answer, refresh } = useLook(fetchSales, occasion, LOOK_INTERVAL_MS);
  const { isBusy, failure, act } = useAction();
  const wish = async (request: Promise<Sale | Failure>) => {
    await act(request, () => undefined);
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
