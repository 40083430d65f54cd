import { useCallback } from "preact/hooks";
import { type Failure, isFailure } from "../calls/call.ts";
import { type Customer, type CustomerWish, fetchCustomer, putCustomer } from "../calls/sandbox.ts";
import { useLook } from "../use-look.ts";

/** A customer of the wallet, and how to change one. */
export type Account = {
  readonly customerId: string;
  /** Missing until the first answer, and while the wallet has no such customer. */
  readonly customer: Customer | undefined;
  /** Whether a change is under way. */
  readonly isBusy: boolean;
  readonly failure: Failure | undefined;
  /** Opens the customer, or sets its balance. */
  readonly open: (wish: CustomerWish) => Promise<void>;
  /** Changes settings, and keeps the current balance, so that a concurrent payment is not undone. */
  readonly adjust: (wish: Omit<Partial<CustomerWish>, "currency" | "balance">) => Promise<void>;
};

/**
 * Follows a customer.
 *
 * @param occasion looks again whenever it changes
 */
export function useCustomer(customerId: string, occasion: string): Account {
  const look = useCallback(() => fetchCustomer(customerId), [customerId]);
  const { answer, isBusy, failure, lookFailure, change } = useLook({ look, occasion });
  const isUnknown = lookFailure?.code === "CUSTOMER_UNKNOWN";

  const open = (wish: CustomerWish) =>
    change({
      request: () => putCustomer(customerId, wish),
      preview: (present) => ({ ...present, ...wish }),
    });
  const adjust: Account["adjust"] = (wish) =>
    change({
      request: async () => {
        const present = await fetchCustomer(customerId);
        if (isFailure(present)) return present;
        const { currency, balance } = present;
        return putCustomer(customerId, { currency, balance, ...wish });
      },
      preview: (present) => ({ ...present, ...wish, limits: { ...present.limits, ...wish.limits } }),
    });
  return {
    customerId,
    customer: answer?.customerId === customerId && !isUnknown ? answer : undefined,
    isBusy,
    failure: isUnknown ? lookFailure : (failure ?? lookFailure),
    open,
    adjust,
  };
}
