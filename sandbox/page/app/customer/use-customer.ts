import { useCallback } from "preact/hooks";
import { type Failure, isFailure } from "../calls/call.ts";
import {
  type Customer,
  type CustomerAccount,
  type CustomerWish,
  fetchCustomer,
  putCustomer,
} from "../calls/sandbox.ts";
import { settings } from "../settings.ts";
import { useLook } from "../use-look.ts";

/** The failures of a core that may still pay: it shows no account, or does not answer just now. */
const NOT_SHOWN: readonly string[] = ["ACCOUNT_NOT_SHOWN", "CORE_UNANSWERED"];

/** The customer whose phone it is. */
export type PhoneOwner = {
  readonly customerId: string;
  /** Missing where the wallet's own core does not show it; `note` says why. */
  readonly account: CustomerAccount | undefined;
  readonly note: string | undefined;
};

/** A customer of the wallet, and how to change one. */
export type Account = {
  readonly customerId: string;
  /** Missing until the first answer, and while the wallet has no such customer. */
  readonly owner: PhoneOwner | undefined;
  /** The owner with the settings of the embedded core; missing with the wallet's own. */
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
  const isShown = answer?.customerId === customerId && !isUnknown;
  // An older answer of the wallet's own core is not its state now.
  const note = NOT_SHOWN.includes(lookFailure?.code ?? "") ? lookFailure?.failure : undefined;
  const account = isShown && note === undefined ? answer : undefined;
  return {
    customerId,
    owner: account || note !== undefined ? { customerId, account, note } : undefined,
    customer: isShown && settings.ownCore === undefined ? answer : undefined,
    isBusy,
    failure: isUnknown ? lookFailure : (failure ?? lookFailure),
    open,
    adjust,
  };
}
