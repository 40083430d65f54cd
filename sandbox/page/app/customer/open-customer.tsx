import { settings } from "../settings.ts";
import type { Account } from "./use-customer.ts";

/** The balance of a new customer: HKD 1,000.00. */
const OPENING = { currency: "HKD", balance: "100000" };

/**
 * Opens the customer whose phone it is: without a customer the phone has nothing to show. The wallet's own core opens
 * its customers itself.
 */
export function OpenCustomer({ account: { customerId, isBusy, failure, open } }: { account: Account }) {
  const isUnknown = failure?.code === "CUSTOMER_UNKNOWN";
  return (
    <div class="phone phone-empty">
      {failure === undefined && <p class="dim">Loading …</p>}
      {isUnknown && (
        <>
          <p>The wallet has no customer “{customerId}” yet.</p>
          {settings.ownCore === undefined ? (
            <button type="button" class="primary" aria-disabled={isBusy} onClick={() => open(OPENING)}>
              Open with HKD 1,000.00
            </button>
          ) : (
            <p>Open it at the core “{settings.ownCore}”, or switch to a customer of it.</p>
          )}
        </>
      )}
      {failure && !isUnknown && (
        <p class="notice failed" role="alert">
          {failure.failure}
        </p>
      )}
    </div>
  );
}
