/** Subscriptions of the sandbox's merchants, and a customer with the real wallet. */
import { homeOf, runResolver } from "../alipayplus.ts";
import { setAlipayPlus } from "../alipayplus-binding.ts";
import { hkd } from "../amounts.ts";
import { until } from "../until.ts";
import { walletCall } from "../wallet/calls.ts";
import { runAlarm } from "./acquirer.ts";
import { deliver } from "./alipayplus.ts";
import { runSalesAlarm, type ShownSale } from "./sales.ts";
import { call, openCustomer } from "./sandbox.ts";

/** A subscription as its merchant knows it. */
type ShownSubscription = {
  readonly httpStatus: number;
  readonly subscriptionId: string;
  readonly status: string;
  readonly endedBy?: string;
  readonly result?: { readonly resultCode: string };
  readonly authUrl?: string;
  readonly authState: string;
  readonly accessToken?: string;
  readonly refreshToken?: string;
  readonly customerId?: string;
  readonly userLoginId?: string;
  readonly walletForAccountBinding?: { readonly walletName: string; readonly walletBrandName: string };
  readonly nextDebitTime?: string;
  readonly dueTime?: string;
  readonly notifications: number;
  readonly debits: readonly ShownSale[];
};

/** A subscription as Alipay+ keeps it. */
type ShownAuthorization = {
  readonly httpStatus: number;
  readonly authorizationId: string;
  readonly status: string;
  readonly endedBy?: string;
  readonly asking?: string;
  readonly dueTime?: string;
  readonly accessToken?: string;
  readonly customerId?: string;
  readonly reason?: string;
  readonly received: number;
  readonly notifications: Readonly<Record<string, { readonly acknowledgedTime?: string }>>;
};

/** The real wallet calls the sandbox from now on. */
export function connectWallet(): void {
  setAlipayPlus((request) => deliver(request));
}

/** A merchant asks for a subscription of 10.00 HKD that is debited only when a test says so. */
export function subscribe(wish: object = {}): Promise<ShownSubscription> {
  return call("POST", "/subscriptions", { paymentAmount: hkd("1000"), isMonthly: "false", ...wish });
}

export function subscriptionOf({ subscriptionId }: Named): Promise<ShownSubscription> {
  return call("GET", `/subscriptions/${subscriptionId}`);
}

export function authorizationOf({ subscriptionId }: Named): Promise<ShownAuthorization> {
  return call("GET", `/acquirer/authorizations/${subscriptionId}`);
}

type Named = Pick<ShownSubscription, "subscriptionId">;

/** What the merchant does with a subscription. */
export function act<Reply = ShownSubscription>(
  { subscriptionId }: Named,
  action: "debit" | "refresh" | "cancel",
  body?: object,
): Promise<Reply & { readonly httpStatus: number }> {
  return call("POST", `/subscriptions/${subscriptionId}/${action}`, body);
}

/** The id of the authorisation at the wallet, from the URL of its page. */
function preparedIdOf({ authUrl = "" }: ShownSubscription): string {
  return new URL(authUrl).searchParams.get("preparedId") ?? "";
}

/** The customer decides on the wallet's page; where the page leads. */
export async function decide(
  subscription: ShownSubscription,
  customerId: string,
  decision: "consent" | "decline" = "consent",
): Promise<URL> {
  const body = decision === "consent" ? { customerId, userLoginId: "a***@wallet.example" } : undefined;
  const path = `/authorizations/${preparedIdOf(subscription)}/${decision}`;
  return new URL(String((await walletCall("POST", path, body)).body.redirectUrl));
}

/** The customer's browser follows the way back; the text of the merchant's page. */
export async function comeBack(url: URL): Promise<string> {
  const response = await deliver(new Request(url));
  return response.text();
}

/** A customer who has subscribed, with the tokens in the merchant's hands. */
export async function bind(wish: object = {}, settings: object = {}) {
  const customerId = await openCustomer(settings);
  const offered = await subscribe(wish);
  await comeBack(await decide(offered, customerId));
  return { customerId, offered, subscription: await subscriptionOf(offered) };
}

/** Lets the wallet, Alipay+ and the acquirer do what is due, in this order, until what is expected of them holds. */
export function settle(customerId: string, expectation: () => Promise<void>): Promise<void> {
  return until(async () => {
    await runResolver(homeOf(customerId));
    await runAlarm();
    await runSalesAlarm();
    await expectation();
  });
}

/** The customer ends the subscription in the wallet; the code of a refusal, or the status. */
export async function unbind(subscription: ShownSubscription, customerId: string): Promise<string> {
  const path = `/authorizations/${preparedIdOf(subscription)}/unbind`;
  const { body } = await walletCall("POST", path, { customerId });
  return String(body.code ?? body.status);
}
