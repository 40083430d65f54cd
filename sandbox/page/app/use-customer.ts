import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { type Failure, isFailure } from "./call.ts";
import { type Customer, type CustomerWish, fetchCustomer, putCustomer } from "./sandbox-client.ts";

/** A customer of the wallet, and how to change one. */
export type Account = {
  readonly customerId: string;
  /** Missing while it is looked up, and when there is none. */
  readonly customer: Customer | undefined;
  readonly failure: Failure | undefined;
  readonly change: (wish: CustomerWish) => Promise<void>;
  /** The same with what the customer has at this moment, so that no payment in between is undone. */
  readonly adjust: (wish: Partial<CustomerWish>) => Promise<void>;
};

/**
 * Follows a customer.
 *
 * @param occasion looks again whenever it changes
 */
export function useCustomer(customerId: string, occasion: string): Account {
  const [customer, setCustomer] = useState<Customer | undefined>();
  const [failure, setFailure] = useState<Failure | undefined>();
  const newestRequest = useRef(0);

  /** An answer that was overtaken by a later request is dropped. */
  const take = useCallback(async (request: Promise<Customer | Failure>) => {
    newestRequest.current += 1;
    const number = newestRequest.current;
    const answer = await request;
    if (number !== newestRequest.current) return;
    setFailure(isFailure(answer) ? answer : undefined);
    // Silence says nothing about the customer: what was known stays on the screen.
    if (!isFailure(answer)) setCustomer(answer);
    else if (answer.code === "CUSTOMER_UNKNOWN") setCustomer(undefined);
  }, []);

  // The occasion is why it looks again.
  useEffect(() => {
    void take(fetchCustomer(customerId));
  }, [customerId, occasion, take]);

  const change = (wish: CustomerWish) => take(putCustomer(customerId, wish));
  const adjust = async (wish: Partial<CustomerWish>) => {
    const present = await fetchCustomer(customerId);
    if (isFailure(present)) return setFailure(present);
    const { currency, balance } = present;
    return change({ currency, balance, ...wish });
  };
  return { customerId, customer: customer?.customerId === customerId ? customer : undefined, failure, change, adjust };
}
