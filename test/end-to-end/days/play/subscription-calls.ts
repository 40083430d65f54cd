/** The calls about subscriptions and authorisations. A call that gets no answer is `undefined`. */
import { DEVELOPMENT_OPERATOR_TOKEN, DEVELOPMENT_WALLET_TOKEN } from "../../../../scripts/project.ts";
import { JsonClient, OWN_CONNECTION, type Reply } from "../../../support/end-to-end/json-client.ts";
import type { Amount, FaultOfCall, SubscriptionPlan } from "../plan/plan.ts";
import { answered, faultHeaders, find, read } from "./answered.ts";
import type { InspectedAuthorization, NetworkAuthorization, SubscriptionView } from "./views.ts";

/** Calls of merchants, customers, Alipay+ and operators. */
export class SubscriptionCalls {
  readonly #sandbox: JsonClient;
  readonly #wallet: JsonClient;
  readonly #operator: JsonClient;

  constructor(origin: string) {
    this.#sandbox = new JsonClient(`${origin}/sandbox`);
    this.#wallet = new JsonClient(`${origin}/wallet/v1`, { token: DEVELOPMENT_WALLET_TOKEN });
    this.#operator = new JsonClient(`${origin}/ops`, { token: DEVELOPMENT_OPERATOR_TOKEN });
  }

  // The merchant.

  subscribe(subscription: SubscriptionPlan, fault?: FaultOfCall) {
    const { subscriptionId, paymentAmount, terminalType, isMonthly, allowUnbinding } = subscription;
    const flags = { isMonthly: String(isMonthly), allowUnbinding: String(allowUnbinding) };
    return this.#asMerchant("", { subscriptionId, paymentAmount, terminalType, ...flags }, fault);
  }

  debit(
    subscriptionId: string,
    debit: { readonly paymentRequestId: string; readonly paymentAmount: Amount },
    fault?: FaultOfCall,
  ) {
    return this.#asMerchant(`/${subscriptionId}/debit`, debit, fault);
  }

  refresh(subscriptionId: string, fault?: FaultOfCall) {
    return this.#asMerchant(`/${subscriptionId}/refresh`, undefined, fault);
  }

  cancel(subscriptionId: string, fault?: FaultOfCall) {
    return this.#asMerchant(`/${subscriptionId}/cancel`, undefined, fault);
  }

  /** Every subscription that the merchant knows. Rejects without an answer. */
  async all(): Promise<readonly SubscriptionView[]> {
    const path = "/subscriptions?limit=200";
    return (await read<{ readonly subscriptions: readonly SubscriptionView[] }>(this.#sandbox, path)).subscriptions;
  }

  subscription(subscriptionId: string): Promise<SubscriptionView | undefined> {
    return find<SubscriptionView>(this.#sandbox, `/subscriptions/${subscriptionId}`);
  }

  // The customer.

  decide(word: "consent" | "decline", preparedId: string, customerId: string) {
    return answered(
      this.#wallet.call("POST", `/authorizations/${preparedId}/${word}`, word === "consent" ? { customerId } : {}),
    );
  }

  /** The customer's browser goes back to the merchant. */
  async comeBack(redirectUrl: string): Promise<void> {
    await fetch(redirectUrl, { headers: OWN_CONNECTION }).catch(() => undefined);
  }

  unbind(preparedId: string, customerId: string) {
    return answered(this.#wallet.call("POST", `/authorizations/${preparedId}/unbind`, { customerId }));
  }

  // Alipay+, and the operators of the wallet.

  /** An authorisation as Alipay+ keeps it; `undefined` when its prepare never arrived. */
  network(subscriptionId: string): Promise<NetworkAuthorization | undefined> {
    return find<NetworkAuthorization>(this.#sandbox, `/acquirer/authorizations/${subscriptionId}`);
  }

  /** An authorisation as operators see it; `undefined` when the wallet does not know it. */
  inspect(preparedId: string): Promise<InspectedAuthorization | undefined> {
    return find<InspectedAuthorization>(this.#operator, `/authorizations/${preparedId}`);
  }

  #asMerchant(path: string, body: object | undefined, fault?: FaultOfCall): Promise<Reply | undefined> {
    return answered(this.#sandbox.call("POST", `/subscriptions${path}`, body, faultHeaders(fault)));
  }
}

/**
 * The wallet's id of an authorisation, which its page has in the query; `undefined` before the merchant knows the page.
 */
export function preparedIdOf({ authUrl }: Pick<SubscriptionView, "authUrl">): string | undefined {
  return authUrl === undefined ? undefined : (new URL(authUrl).searchParams.get("preparedId") ?? undefined);
}
