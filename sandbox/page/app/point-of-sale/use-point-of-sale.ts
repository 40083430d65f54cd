import type { Failure } from "../calls/call.ts";
import { fetchSales, type Sale } from "../calls/sales.ts";
import { useAction } from "../use-action.ts";
import { useLook } from "../use-look.ts";

const LOOK_INTERVAL_MS = 1_000;

/** The merchant's side. The acquirer says how a sale has ended. */
export type PointOfSale = {
  /** Newest first; missing until the first answer. */
  readonly sales: readonly Sale[] | undefined;
  /** To be called after each action of the merchant: shows at once what it has led to. */
  readonly refresh: () => Promise<void>;
};

/**
 * Follows the sales.
 *
 * @param occasion looks at the sales at once whenever it changes
 * @param onExchange is called when the parties may have exchanged messages
 */
export function usePointOfSale(occasion: string, onExchange: () => void): PointOfSale {
  const { answer, refresh } = useLook({ look: fetchSales, occasion, intervalMs: LOOK_INTERVAL_MS });
  return {
    sales: answer?.sales,
    refresh: () => {
      onExchange();
      return refresh();
    },
  };
}

/** What the merchant does at one place of the page: its failure is shown there. */
export type MerchantAction = {
  readonly isBusy: boolean;
  /** Why the last call failed. */
  readonly failure: Failure | undefined;
  readonly act: (request: Promise<Sale | Failure>) => Promise<void>;
};

/** Acts as the merchant. */
export function useMerchantAction({ refresh }: PointOfSale): MerchantAction {
  const { isBusy, failure, act } = useAction();
  return {
    isBusy,
    failure,
    act: async (request) => {
      await act(request);
      await refresh();
    },
  };
}
