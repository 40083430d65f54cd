/**
 * The parties of a day, called from outside: the acquirer and its merchants, Alipay+, the wallet and its operators. A call
 * that gets no answer is `undefined`.
 */
import { createPrivateKey, type KeyObject } from "node:crypto";
import type { DevelopmentKeys } from "../../../../scripts/keys.ts";
import {
  ACQUIRER_CLIENT_ID,
  DEVELOPMENT_OPERATOR_TOKEN,
  DEVELOPMENT_WALLET_TOKEN,
  MPP_CLIENT_ID,
} from "../../../../scripts/project.ts";
import { inquiryMessage, payMessage, signBody } from "../../../support/end-to-end/alipayplus-messages.ts";
import { callJson, callText, type Reply, type TextReply } from "../../../support/end-to-end/call-json.ts";
import type {
  Amount,
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
/** Where Alipay+ calls the wallet. */
const WALLET_PATH = "/aps/api/v1/payments";
const ACQUIRER_PAY_PATH = { TODAY: "/sandbox/aps/api/v1/payments/pay", OLDER: "/sandbox/v1/payments/pay" } as const;

/** A message as it was sent. */
export type SentMessage = { readonly body: string; readonly isAnswered: boolean };

/** The settlement ledger's lines about a payment, as the endpoint names them. */
type NetworkEntries = { readonly book: NetworkView["settlementEntries"] };

/** A call that had to be answered was not: the gateway went down meanwhile. */
export class LostCall extends Error {}

/** One gateway with its sandbox. */
export class Parties {
  readonly #origin: string;
  readonly #acquirerKey: KeyObject;
  readonly #alipayplusKey: KeyObject;

  constructor(origin: string, keys: DevelopmentKeys) {
    this.#origin = origin;
    this.#acquirerKey = createPrivateKey(keys.acquirer.privateKey);
    this.#alipayplusKey = createPrivateKey(keys.alipayplus.privateKey);
  }

  // The acquirer and its merchants.

  sell(
    sale: SalePlan,
    more: { readonly paymentCode?: string; readonly paymentExpiryTime?: string },
    fault?: FaultOfCall,
  ) {
    const { paymentRequestId, scenario, interface: api, paymentAmount, settlementCurrency } = sale;
    const body = { paymentRequestId, scenario, interface: api, paymentAmount, settlementCurrency, ...more };
    return this.#sandbox("POST", "/sales", body, fault);
  }

  inquire(sale: string, fault?: FaultOfCall) {
    return this.#sandbox("POST", `/sales/${sale}/inquire`, {}, fault);
  }

  cancel(sale: string, fault?: FaultOfCall) {
    return this.#sandbox("POST", `/sales/${sale}/cancel`, {}, fault);
  }

  refund(
    sale: string,
    refund: { readonly refundRequestId: string; readonly refundAmount: Amount },
    fault?: FaultOfCall,
  ) {
    return this.#sandbox("POST", `/sales/${sale}/refund`, refund, fault);
  }

  /** Sends a pay of the acquirer, signed at a time. */
  async payAsAcquirer(api: SalePlan["interface"], body: string, timeMs: number): Promise<Reply | undefined> {
    const path = ACQUIRER_PAY_PATH[api];
    const requestTime = new Date(timeMs).toISOString();
    const call = { clientId: ACQUIRER_CLIENT_ID, path, body, requestTime };
    const { headers } = await signBody(this.#acquirerKey, call);
    return callJson(this.#origin + path, "POST", { body, headers });
  }

  /** Every sale that the acquirer knows. Rejects without an answer. */
  async sales(): Promise<readonly SaleView[]> {
    return (await this.#read<{ readonly sales: readonly SaleView[] }>("/sandbox/sales?limit=200")).sales;
  }

  async sale(sale: string): Promise<SaleView | undefined> {
    return this.#find<SaleView>(`/sandbox/sales/${sale}`);
  }

  /** Sends the form of a shop's page from inside the wallet; answers where it leads to. */
  async visitShop(storeId: string, { currency, amount }: VisitPlan, userAgent: string): Promise<string | undefined> {
    const form = {
      method: "POST",
      headers: { "User-Agent": userAgent, "Content-Type": "application/x-www-form-urlencoded" },
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
    const reply = await this.#wallet("POST", "/payment-codes", { customerId, deviceTokenId: `${customerId}-phone` });
    return reply?.status === 200 ? (reply.body as { readonly paymentCode: string }).paymentCode : undefined;
  }

  scan(customerId: string, codeValue: string) {
    return this.#wallet("POST", "/scans", { customerId, codeValue });
  }

  say(word: CustomerWord, paymentId: string, customerId: string) {
    return this.#wallet("POST", `/payments/${paymentId}/${word}`, { customerId });
  }

  /** What the wallet knows of a payment, by Alipay+'s id. Rejects without an answer. */
  async walletPayment(paymentId: string): Promise<WalletView | WalletAbsence> {
    const reply = await this.#wallet("GET", `/payments/${paymentId}`);
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
    return this.#find<InspectionView>(`/ops/payments/${paymentId}`, DEVELOPMENT_OPERATOR_TOKEN);
  }

  // Alipay+, and the sandbox itself.

  /** Alipay+ sends pay, signed at a time. */
  pay({ payToAmount, ...payment }: PaymentPlan, timeMs: number): Promise<TextReply | undefined> {
    return this.#callWallet("pay", payMessage({ ...payment, payToAmountMinor: BigInt(payToAmount.value) }), timeMs);
  }

  /** Alipay+ inquires about a payment, signed at a time; `UNKNOWN` when it never arrived. Rejects without an answer. */
  async inquirePayment(paymentRequestId: string, timeMs: number): Promise<InquiredPayment | "UNKNOWN"> {
    const reply = await this.#callWallet("inquiryPayment", inquiryMessage(paymentRequestId), timeMs);
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
  async networkPayment(sale: string): Promise<NetworkView | undefined> {
    const payment = await this.#find<Omit<NetworkView, "settlementEntries"> & NetworkEntries>(
      `/sandbox/acquirer/payments/${sale}`,
    );
    if (!payment) return undefined;
    const { book: settlementEntries, ...view } = payment;
    return { ...view, settlementEntries };
  }

  /** Sends the wallet a message as Alipay+, byte for byte. */
  sendToWallet(interfaceName: WalletInterface, body: string) {
    return callJson(`${this.#origin}/sandbox/send/${interfaceName}`, "POST", { body });
  }

  /** The newest message about a payment, if it is among the last ones. */
  async lastMessage(from: string, interfaceName: string, paymentRequestId: string): Promise<SentMessage | undefined> {
    const { traffic } = await this.#read<{ readonly traffic: readonly TrafficRecord[] }>(
      `/sandbox/traffic?limit=${TRAFFIC_LIMIT}`,
    );
    const named = `"paymentRequestId":"${paymentRequestId}"`;
    const found = traffic.find(
      ({ exchange }) =>
        exchange.from === from && exchange.interface === interfaceName && exchange.request.body.includes(named),
    );
    return found && { body: found.exchange.request.body, isAnswered: found.exchange.response.verified === true };
  }

  /** Opens a customer. Rejects when that is refused. */
  async openCustomer(customerId: string, settings: CustomerSettings): Promise<void> {
    await this.#must("PUT", `/customers/${customerId}`, settings);
  }

  /** Changes a customer, and leaves the balance as it is. */
  async changeCustomer(customerId: string, settings: CustomerChange): Promise<void> {
    const { currency, balance } = await this.customer(customerId);
    await this.#must("PUT", `/customers/${customerId}`, { currency, balance, ...settings });
  }

  customer(customerId: string): Promise<CustomerView> {
    return this.#read(`/sandbox/customers/${customerId}`);
  }

  books(): Promise<Books> {
    return this.#read("/sandbox/ledger");
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
    await this.#must("POST", "/reset", { seed });
  }

  /** Sets the clock ahead; what is due by then is done, or under way. */
  async advance(durationMs: number): Promise<void> {
    await this.#must("POST", "/clock", { advanceMs: String(durationMs) });
  }

  /** The names of a participant's files of a report's day, yyyymmdd. */
  async reportNames(kind: "clearing" | "settlement", participantId: string, date: string): Promise<readonly string[]> {
    const path = `/sandbox/settlements/${kind}/${participantId}/${date}`;
    return (await this.#read<{ readonly files: readonly string[] }>(path)).files;
  }

  /** A file of a participant. Rejects when there is none. */
  async report(kind: "clearing" | "settlement", participantId: string, date: string, name: string): Promise<string> {
    const path = `/sandbox/settlements/${kind}/${participantId}/${date}/${name}`;
    const response = await fetch(this.#origin + path);
    if (!response.ok) throw new Error(`${path}: HTTP ${response.status}`);
    return response.text();
  }

  async #callWallet(interfaceName: string, message: object, timeMs: number): Promise<TextReply | undefined> {
    const path = `${WALLET_PATH}/${interfaceName}`;
    const requestTime = new Date(timeMs).toISOString();
    const call = { clientId: MPP_CLIENT_ID, path, body: JSON.stringify(message), requestTime };
    const { headers, body } = await signBody(this.#alipayplusKey, call);
    return callText(this.#origin + path, "POST", { body, headers });
  }

  #sandbox(method: string, path: string, body?: object, fault?: FaultOfCall): Promise<Reply | undefined> {
    const headers = fault && { "Sandbox-Fault": faultText(fault) };
    return callJson(`${this.#origin}/sandbox${path}`, method, { body, headers });
  }

  #wallet(method: string, path: string, body?: object): Promise<Reply | undefined> {
    return callJson(`${this.#origin}/wallet/v1${path}`, method, { token: DEVELOPMENT_WALLET_TOKEN, body });
  }

  async #must<Answer>(method: string, path: string, body?: object): Promise<Answer> {
    const reply = await this.#sandbox(method, path, body);
    if (reply === undefined) throw new LostCall(`${method} ${path} had no answer`);
    if (reply.status >= 300) throw new Error(`${method} ${path}: ${JSON.stringify(reply)}`);
    return reply.body as Answer;
  }

  async #read<Answer>(path: string, token?: string): Promise<Answer> {
    const found = await this.#find<Answer>(path, token);
    if (found === undefined) throw new Error(`${path} is not there`);
    return found;
  }

  /** `undefined` for what does not exist. Rejects when there is no answer. */
  async #find<Answer>(path: string, token?: string): Promise<Answer | undefined> {
    const reply = await callJson(this.#origin + path, "GET", { token });
    if (reply?.status === 200) return reply.body as Answer;
    if (reply?.status === 404) return undefined;
    if (reply === undefined) throw new LostCall(`GET ${path} had no answer`);
    throw new Error(`GET ${path}: ${JSON.stringify(reply)}`);
  }
}

function faultText({ fault, delayMs }: FaultOfCall): string {
  return delayMs === undefined ? fault : `${fault}; delayMs=${delayMs}`;
}
