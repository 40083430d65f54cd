/** Performs what concerns subscriptions. */
import type { SubscriptionAction } from "../plan/plan.ts";
import type { Outcome } from "./answered.ts";
import { preparedIdOf } from "./subscription-calls.ts";
import type { SubscriptionView } from "./views.ts";
import type { World } from "./world.ts";

export class Subscriber {
  readonly #world: World;
  /** The refresh token that each was last refreshed with. */
  readonly #usedTokens = new Map<string, string>();

  constructor(world: World) {
    this.#world = world;
  }

  async perform(action: SubscriptionAction): Promise<Outcome> {
    const { subscriptions } = this.#world.parties;
    switch (action.act) {
      case "SUBSCRIBE":
        return { reply: await subscriptions.subscribe(action.subscription, action.fault) };
      case "DECIDE":
        return this.#decide(action);
      case "DEBIT": {
        const { subscription, paymentRequestId, paymentAmount, fault } = action;
        return { reply: await subscriptions.debit(subscription, { paymentRequestId, paymentAmount }, fault) };
      }
      case "REFRESH": {
        const token = (await this.#now(action.subscription))?.refreshToken;
        if (token !== undefined) this.#usedTokens.set(action.subscription, token);
        return { reply: await subscriptions.refresh(action.subscription, action.fault) };
      }
      case "SEND_AGAIN":
        return this.#sendAgain(action);
      case "PAY_AFTER_END":
        return this.#payAfterEnd(action);
      case "UNSUBSCRIBE":
        return { reply: await subscriptions.cancel(action.subscription, action.fault) };
      case "UNBIND": {
        const preparedId = await this.#preparedId(action.subscription);
        if (preparedId === undefined) return NO_PAGE;
        return { reply: await subscriptions.unbind(preparedId, action.customerId) };
      }
    }
  }

  async #decide({ subscription, customerId, word, comesBack }: Extract<SubscriptionAction, { act: "DECIDE" }>) {
    const { subscriptions } = this.#world.parties;
    const preparedId = await this.#preparedId(subscription);
    if (preparedId === undefined) return NO_PAGE;
    const reply = await subscriptions.decide(word, preparedId, customerId);
    const redirectUrl = (reply?.body as { readonly redirectUrl?: string } | undefined)?.redirectUrl;
    if (comesBack && redirectUrl !== undefined) await subscriptions.comeBack(redirectUrl);
    return { reply };
  }

  /** A message that was lost on its way must not arrive now: Alipay+ sends that one itself until it is answered. */
  async #sendAgain(action: Extract<SubscriptionAction, { act: "SEND_AGAIN" }>): Promise<Outcome> {
    const { subscription, interface: interfaceName, times } = action;
    const named = await this.#nameIn(interfaceName, subscription);
    if (named === undefined) return { skipped: "there is no such token" };
    const { parties } = this.#world;
    const sent = await parties.lastMessage("Alipay+", interfaceName, named).catch(() => undefined);
    if (!sent?.isAnswered) return { skipped: "Alipay+ has sent no such message, or has no answer to it" };
    const replies = await Promise.all(
      Array.from({ length: times }, () => parties.sendToWallet(interfaceName, sent.body)),
    );
    return { reply: replies[0] };
  }

  /** Whatever the merchant last paid with must not pay again. */
  async #payAfterEnd(action: Extract<SubscriptionAction, { act: "PAY_AFTER_END" }>): Promise<Outcome> {
    const { status, accessToken } = (await this.#now(action.subscription)) ?? {};
    if (status !== "ENDED" || accessToken === undefined) return { skipped: "it has not ended, or never had a token" };
    const { parties } = this.#world;
    const named = `"paymentMethodId":"${accessToken}"`;
    const sent = await parties.lastMessage("Alipay+", "pay", named).catch(() => undefined);
    if (!sent) return { skipped: "Alipay+ has sent no pay with this token" };
    // The message has its own expiry, which is over.
    const { paymentExpiryTime: _, ...message } = JSON.parse(sent.body) as Readonly<Record<string, unknown>>;
    const { paymentRequestId } = action;
    return { reply: await parties.sendToWallet("pay", JSON.stringify({ ...message, paymentRequestId })) };
  }

  /** What the message names the authorisation by. */
  async #nameIn(interfaceName: string, subscription: string): Promise<string | undefined> {
    switch (interfaceName) {
      case "prepare":
        return `"referenceAgreementId":"${subscription}"`;
      case "applyToken": {
        const token = this.#usedTokens.get(subscription);
        return token === undefined ? undefined : `"refreshToken":"${token}"`;
      }
      default: {
        const token = (await this.#now(subscription))?.accessToken;
        return token === undefined ? undefined : `"accessToken":"${token}"`;
      }
    }
  }

  async #preparedId(subscription: string): Promise<string | undefined> {
    const now = await this.#now(subscription);
    return now && preparedIdOf(now);
  }

  #now(subscription: string): Promise<SubscriptionView | undefined> {
    return this.#world.parties.subscriptions.subscription(subscription).catch(() => undefined);
  }
}

const NO_PAGE: Outcome = { skipped: "the customer has no page of the wallet" };
