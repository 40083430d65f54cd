/** The calls of the phone about authorisations, to the wallet API of the gateway (GET /wallet/v1 documents it). */
import type { Authorization } from "./authorization.ts";
import type { Failure } from "./call.ts";
import { callWallet } from "./wallet.ts";

/** The way back to the merchant. */
type WayBack = { readonly redirectUrl: string };

/** What the authorisation page shows. */
export function readAuthorization(preparedId: string): Promise<Authorization | Failure> {
  return callWallet({ path: `/authorizations/${encodeURIComponent(preparedId)}` });
}

/** What the customer has agreed to. */
export function fetchAuthorizations(
  customerId: string,
): Promise<{ readonly authorizations: readonly Authorization[] } | Failure> {
  return callWallet({ path: `/authorizations?customerId=${encodeURIComponent(customerId)}` });
}

/** The customer agrees. @param userLoginId the account, masked */
export function consentTo(preparedId: string, customerId: string, userLoginId: string): Promise<WayBack | Failure> {
  const path = `/authorizations/${encodeURIComponent(preparedId)}/consent`;
  return callWallet({ method: "POST", path, body: { customerId, userLoginId } });
}

/** The customer declines. */
export function declineAuthorization(preparedId: string): Promise<WayBack | Failure> {
  return callWallet({ method: "POST", path: `/authorizations/${encodeURIComponent(preparedId)}/decline` });
}

/** The customer ends an authorisation. */
export function endAuthorization(
  { authorizationId }: Authorization,
  customerId: string,
): Promise<Authorization | Failure> {
  const path = `/authorizations/${encodeURIComponent(authorizationId)}/unbind`;
  return callWallet({ method: "POST", path, body: { customerId } });
}

/** The phone's browser goes back to the merchant. One of another origin is opened by the customer alone. */
export async function followWayBack({ redirectUrl }: WayBack): Promise<void> {
  if (new URL(redirectUrl).origin !== location.origin) return;
  // What the shop answers is shown at the point of sale.
  await fetch(redirectUrl).catch(() => undefined);
}
