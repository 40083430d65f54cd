/**
 * The parties of a day, called from outside: the acquirer and its merchants, Alipay+, the wallet and its operators. A
 * call that gets no answer is `undefined`.
 */
import { createPrivateKey, type KeyObject } from "node:crypto";
import type { DevelopmentKeys } from "../../../../scripts/development/keys.ts";
import {
  ACQUIRER_CLIENT_ID,
  DEVELOPMENT_OPERATOR_TOKEN,
  DEVELOPMENT_WALLET_TOKEN,
} from "../../../../scripts/project.ts";
import { AlipayPlusClient } from "../../../support/end-to-end/alipayplus-client.ts";
import { inquiryMessage, payMessage, signBody } from "../../../support/end-to-end/alipayplus-messages.ts";
import { JsonClient, OWN_CONNECTION, type Reply } from "../../../support/end-to-end/json-client.ts";
import type {
  Amount,
  AuthorizationInterface,
  CustomerChange,
  CustomerSettings,
  CustomerWord,
  FaultOfCall,
  FaultRule,
  MarketPlan,
  PaymentPlan,
  SalePlan,
  VisitPlan,
  WalletInterface,
} from "../plan/plan.ts";
import { answered, faultHeaders, find, LostCall, read } from "./answered.ts";
import type { DayCore } from "./core.ts";
import { DisputeCalls } from "./dispute-calls.ts";
import { SubscriptionCalls } from "./subscription-calls.ts";
import type {
  Books,
  CustomerView,
  InquiredPayment,
  InspectionView,
  NetworkView,
  Result,
  SaleView,
  TrafficRecord,
  WalletAbsence,
  WalletView,
} from "./views.ts";

const TRAFFIC_LIMIT = 1_000;
const ACQUIRER_PAY_PATH = { TODAY: "/sandbox/aps/api/v1/payments/pay", OLDER: "/sandbox/v1/payments/pay" } as const;

/** A message as it was sent. */
type SentMessage = { readonly body: string; readonly isAnswered: boolean };

/** One gateway with its sandbox. */
export class Parties {
  readonly #origin: string;
  readonly #sandbox: JsonClient;
  readonly #wallet: JsonClient;
  readonly #operator: JsonClient;
  readonly #alipayplus: AlipayPlusClient;
  readonly #acquirerKey: KeyObject;
  /** The wallet's own core; `undefined` where it is embedded in the gateway. */
  readonly core: DayCore | undefined;
  readonly subscriptions: SubscriptionCalls;
  readonly disputes: DisputeCalls;

  constructor(origin: string, keys: DevelopmentKeys, core?: DayCore) {
    this.#origin = origin;
    this.core = core;
    this.subscriptions = new SubscriptionCalls(origin);
    this.disputes = new DisputeCalls(origin);
    this.#sandbox = new JsonClient(`${origin}/sandbox`);
    this.#wallet = new JsonClient(`${origin}/wallet/v1`, { token: DEVELOPMENT_WALLET_TOKEN });
    this.#operator = new JsonClient(`${origin}/ops`, { token: DEVELOPMENT_OPERATOR_TOKEN });
    this.#alipayplus = new AlipayPlusClient(origin, createPrivateKey(keys.alipayplus.privateKey));
    this.#acquirerKey = createPrivateKey(keys.acquirer.privateKey);
  }

  // The acquirer and its merchants.

  sell(
    sale: SalePlan,
    more: { readonly paymentCode?: string; readonly paymentExpiryTime?: string },
    fault?: FaultOfCall,
  ) {
    const { paymentRequestId, scenario, interface: api, paymentAmount, settlementCurrency, terminalType } = sale;
    const terms = { paymentRequestId, scenario, interface: api, paymentAmount, settlementCurrency, terminalType };
    const body = { ...terms, ...more };
    return this.#console("POST", "/sales", body, fault);
  }

  inquire(sale: string, fault?: FaultOfCall) {
    return this.#console("POST", `/sales/${sale}/inquire`, {}, fault);
  }

  cancel(sale: string, fault?: FaultOfCall) {
    return this.#console("POST", `/sales/${sale}/cancel`, {}, fault);
  }

  refund(
    sale: string,
    refund: { readonly refundRequestId: string; readonly refundAmount: Amount },
    fault?: FaultOfCall,
  ) {
    return this.#console("POST", `/sales/${sale}/refund`, refund, fault);
  }

  /** Sends a pay of the acquirer, signed at a time. */
  async payAsAcquirer(api: SalePlan["interface"], body: string, timeMs: number): Promise<Reply | undefined> {
    const path = ACQUIRER_PAY_PATH[api];
    const requestTime = new Date(timeMs).toISOString();
    const call = { clientId: ACQUIRER_CLIENT_ID, path, body, requestTime };
    const { headers } = await signBody(this.#acquirerKey, call);
    return answered(new JsonClient(this.#origin).call("POST", path, body, headers));
  }

  /** Every sale that the acquirer knows. Rejects without an answer. */
  async sales(): Promise<readonly SaleView[]> {
    return (await read<{ readonly sales: readonly SaleView[] }>(this.#sandbox, "/sales?limit=200")).sales;
  }

  async sale(sale: string): Promise<SaleView | undefined> {
    return find<SaleView>(this.#sandbox, `/sales/${sale}`);
  }

  /** Sends the form of a shop's page from inside the wallet; answers where it leads to. */
  async visitShop(storeId: string, { currency, amount }: VisitPlan, userAgent: string): Promise<string | undefined> {
    const form = {
      method: "POST",
      headers: { ...OWN_CONNECTION, "User-Agent": userAgent, "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ amount }).toString(),
      redirect: "manual",
    } as const;
    const page = await fetch(`${this.#origin}/sandbox/shop/${storeId}?currency=${currency}`, form).catch(
      () => undefined,
    );
    return page?.headers.get("Location") ?? undefined;
  }

  // The wallet.

  async paymentCode(customerId: string): Promise<string | undefined> {
    const reply = await answered(
      this.#wallet.call("POST", "/payment-codes", { customerId, deviceTokenId: `${customerId}-phone` }),
    );
    return reply?.status === 200 ? (reply.body as { readonly paymentCode: string }).paymentCode : undefined;
  }

  scan(customerId: string, codeValue: string) {
    return answered(this.#wallet.call("POST", "/scans", { customerId, codeValue }));
  }

  openCashierOrder(customerId: string, codeValue: string) {
    return answered(this.#wallet.call("POST", "/cashier", { customerId, codeValue }));
  }

  say(word: CustomerWord, paymentId: string, customerId: string) {
    return answered(this.#wallet.call("POST", `/payments/${paymentId}/${word}`, { customerId }));
  }

  /** What the wallet knows of a payment, by Alipay+'s id. Rejects without an answer. */
  async walletPayment(paymentId: string): Promise<WalletView | WalletAbsence> {
    const reply = await answered(this.#wallet.call("GET", `/payments/${paymentId}`));
    if (reply?.status === 200) return reply.body as WalletView;
    switch ((reply?.body as { readonly code?: string } | undefined)?.code) {
      case "PAYMENT_UNKNOWN":
        return "UNKNOWN";
      case "ORDER_CLOSED":
        return "TOMBSTONE";
      default:
        throw new Error(`/wallet/v1/payments/${paymentId}: ${JSON.stringify(reply)}`);
    }
  }

  /** What operators see of a payment, by Alipay+'s id; `undefined` when the wallet does not know it. */
  async inspect(paymentId: string): Promise<InspectionView | undefined> {
    return find<InspectionView>(this.#operator, `/payments/${paymentId}`);
  }

  // Alipay+, and the sandbox itself.

  /** Alipay+ sends pay, signed at a time. */
  pay({ payToAmount, ...payment }: PaymentPlan, timeMs: number): Promise<Reply<string> | undefined> {
    const message = payMessage({ ...payment, payToAmountMinor: BigInt(payToAmount.value) });
    return answered(this.#alipayplus.send("pay", message, timeMs));
  }

  /** Alipay+ inquires about a payment, signed at a time; `UNKNOWN` when it never arrived. Rejects without an answer. */
  async inquirePayment(paymentRequestId: string, timeMs: number): Promise<InquiredPayment | "UNKNOWN"> {
    const reply = await answered(this.#alipayplus.send("inquiryPayment", inquiryMessage(paymentRequestId), timeMs));
    if (reply === undefined) throw new LostCall(`inquiryPayment of ${paymentRequestId} had no answer`);
    const { result, paymentResult, paymentId } = JSON.parse(reply.body) as {
      readonly result: Result;
      readonly paymentResult?: Result;
      readonly paymentId?: string;
    };
    if (result.resultCode === "ORDER_NOT_EXIST") return "UNKNOWN";
    if (paymentResult === undefined) throw new Error(`inquiryPayment answered ${reply.body}`);
    return { result: paymentResult, paymentId };
  }

  /** A payment as Alipay+ keeps it, by the acquirer's id; `undefined` when it never arrived. */
  networkPayment(sale: string): Promise<NetworkView | undefined> {
    return find<NetworkView>(this.#sandbox, `/acquirer/payments/${sale}`);
  }

  /** Sends the wallet a message as Alipay+, byte for byte. */
  sendToWallet(interfaceName: WalletInterface | AuthorizationInterface, body: string) {
    return answered(this.#sandbox.call("POST", `/send/${interfaceName}`, body));
  }

  /** The newest message whose body has a text, if it is among the last ones. */
  async lastMessage(from: string, interfaceName: string, named: string): Promise<SentMessage | undefined> {
    const { traffic } = await read<{ readonly traffic: readonly TrafficRecord[] }>(
      this.#sandbox,
      `/traffic?limit=${TRAFFIC_LIMIT}`,
    );
    const found = traffic.find(
      ({ exchange }) =>
        exchange.from === from && exchange.interface === interfaceName && exchange.request.body.includes(named),
    );
    return found && { body: found.exchange.request.body, isAnswered: found.exchange.response.verified === true };
  }

  /** Opens a customer. Rejects when that is refused. */
  async openCustomer(customerId: string, settings: CustomerSettings): Promise<void> {
    this.core?.openCustomer(customerId, settings);
    const { currency } = settings;
    // With a core of its own the wallet's money is there; the sandbox only needs to know the customer's currency.
    if (this.core) await this.#console("PUT", `/customers/${customerId}`, { currency, balance: "0" });
    else await this.#must("PUT", `/customers/${customerId}`, settings);
  }

  /** Changes a customer, and leaves the balance as it is. */
  async changeCustomer(customerId: string, settings: CustomerChange): Promise<void> {
    if (this.core) return this.core.changeCustomer(customerId, settings);
    const { currency, balance } = await this.customer(customerId);
    await this.#must("PUT", `/customers/${customerId}`, { currency, balance, ...settings });
  }

  async customer(customerId: string): Promise<CustomerView> {
    return this.core?.customer(customerId) ?? read(this.#sandbox, `/customers/${customerId}`);
  }

  async books(): Promise<Books> {
    return this.core?.books() ?? read(this.#sandbox, "/ledger");
  }

  async putMarket(market: MarketPlan | undefined): Promise<void> {
    await (market ? this.#must("PUT", "/market", market) : this.#must("DELETE", "/market"));
  }

  async addFault({ times, probability, delayMs, ...rule }: FaultRule): Promise<void> {
    const texts = { times, probability, delayMs };
    const defined = Object.entries(texts).filter(([, value]) => value !== undefined);
    await this.#must("POST", "/faults", {
      ...rule,
      ...Object.fromEntries(defined.map(([key, value]) => [key, String(value)])),
    });
  }

  async endFaults(): Promise<void> {
    await this.#must("DELETE", "/faults");
  }

  /** Everything as it was before the first day. */
  async reset(seed: string): Promise<void> {
    this.core?.forgetJournal();
    await this.#must("POST", "/reset", { seed });
  }

  /** Sets the clock ahead; what is due by then is done, or under way. */
  async advance(durationMs: number): Promise<void> {
    await this.#must("POST", "/clock", { advanceMs: String(durationMs) });
  }

  /** The names of a participant's files of a report's day, yyyymmdd. */
  async reportNames(kind: "clearing" | "settlement", participantId: string, date: string): Promise<readonly string[]> {
    const path = `/settlements/${kind}/${participantId}/${date}`;
    return (await read<{ readonly files: readonly string[] }>(this.#sandbox, path)).files;
  }

  /** A file of a participant. Rejects when there is none. */
  async report(kind: "clearing" | "settlement", participantId: string, date: string, name: string): Promise<string> {
    const path = `/sandbox/settlements/${kind}/${participantId}/${date}/${name}`;
    const response = await fetch(this.#origin + path, { headers: OWN_CONNECTION });
    if (!response.ok) throw new Error(`${path}: HTTP ${response.status}`);
    return response.text();
  }

  #console(method: string, path: string, body?: object, fault?: FaultOfCall): Promise<Reply | undefined> {
    return answered(this.#sandbox.call(method, path, body, faultHeaders(fault)));
  }

  async #must<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const reply = await this.#console(method, path, body);
    if (reply === undefined) throw new LostCall(`${method} ${path} had no answer`);
    if (reply.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(reply)}`);
    return reply.body as Answer;
  }
}
