/** The merchants of the sandbox's acquirer, as a developer plays them, and a customer with the real wallet. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect } from "vitest";
import type { Sales } from "../../../sandbox/objects.ts";
import { homeOfPayment, runResolver } from "../alipayplus.ts";
import { setAlipayPlus } from "../alipayplus-binding.ts";
import { type Amount, jpy } from "../amounts.ts";
import { advance } from "../clock.ts";
import { until } from "../until.ts";
import { walletCall } from "../wallet/calls.ts";
import { newId, runAlarm } from "./acquirer.ts";
import { deliver } from "./alipayplus.ts";
import { type CustomerReply, call, codeOf, type ErrorReply } from "./sandbox.ts";

type ShownResult = { readonly resultCode: string; readonly resultStatus: string; readonly resultMessage: string };

/** A sale as it is shown. */
export type ShownSale = {
  readonly httpStatus: number;
  readonly paymentRequestId: string;
  readonly paymentId?: string;
  readonly scenario: string;
  readonly status: string;
  readonly result: ShownResult;
  readonly paymentTime?: string;
  readonly paymentExpiryTime: string;
  readonly codeValue?: string;
  readonly paymentUrl?: string;
  readonly settlementAmount?: Amount;
  readonly settlementQuote?: { readonly quotePrice: string };
  readonly dueTime?: string;
  readonly inquiries: number;
  readonly notifications: number;
  readonly refunds: readonly {
    readonly refundId?: string;
    readonly status: string;
    readonly result: ShownResult;
    readonly refundAmount: Amount;
    readonly settlementAmount?: Amount;
  }[];
};

/** A merchant sells something for 1,000 JPY, or what `wish` makes of it. */
export function sell(wish: object): Promise<ShownSale> {
  return call("POST", "/sales", { paymentAmount: jpy("1000"), ...wish });
}

/** A merchant scans a fresh code of the customer. */
export async function sellTo(customerId: string, wish: object = {}): Promise<ShownSale> {
  return sell({ paymentCode: await codeOf(customerId), ...wish });
}

export function saleOf({ paymentRequestId }: Pick<ShownSale, "paymentRequestId">): Promise<ShownSale> {
  return call("GET", `/sales/${paymentRequestId}`);
}

/** What the merchant does with a sale. */
export function act<Reply = ShownSale>(
  { paymentRequestId }: Pick<ShownSale, "paymentRequestId">,
  action: "inquire" | "cancel" | "refund",
  body?: object,
): Promise<Reply & { readonly httpStatus: number }> {
  return call("POST", `/sales/${paymentRequestId}/${action}`, body);
}

/** What a wish is refused with. */
export async function refusalOf(wish: object): Promise<string> {
  const { httpStatus, error } = await call<ErrorReply>("POST", "/sales", { paymentAmount: jpy("1000"), ...wish });
  return `${httpStatus} ${error.code} ${error.message}`;
}

export const salesObject = () => env.SALES.getByName("sales");

/** Lets the acquirer handle what is due. */
export function runSalesAlarm(): Promise<void> {
  return runInDurableObject(salesObject(), (object) => (object as Sales).alarm());
}

export async function balanceOf(customerId: string): Promise<string> {
  return (await call<CustomerReply>("GET", `/customers/${customerId}`)).balance;
}

/** The payments whose results the wallet has notified, and Alipay+ has answered. */
const notified = new Set<unknown>();

/** The real wallet calls the sandbox from now on. */
export function connectWallet(): void {
  setAlipayPlus(async (request) => {
    const message = await request.clone().json<{ paymentRequestId?: string }>();
    const response = await deliver(request);
    if (request.url.endsWith("/notifyPayment")) notified.add(message.paymentRequestId);
    return response;
  });
}

/** The customer scans a code, and confirms the payment or does not; the wallet has notified Alipay+ of the result. */
export async function payInWallet(customerId: string, codeValue: string | undefined): Promise<string> {
  const { body } = await walletCall("POST", "/scans", { customerId, codeValue: codeValue ?? "" });
  const { paymentRequestId } = (body.payment ?? {}) as { paymentRequestId?: string };
  if (paymentRequestId === undefined) return String(body.code ?? body.action);
  const confirmed = await walletCall("POST", `/payments/${paymentRequestId}/confirm`, { customerId });
  await runResolver(await homeOfPayment(paymentRequestId));
  await until(() => expect(notified).toContain(paymentRequestId));
  return String(confirmed.body.status);
}

/** An exchange between the acquirer and Alipay+, as the traffic shows it. */
type AcquirerExchange = {
  readonly from: string;
  readonly to: string;
  readonly interface: string;
  readonly request: {
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    readonly verified: boolean;
  };
};

/** The exchanges between acquirer and Alipay+ about a sale, oldest first. */
export async function exchangesAbout({ paymentRequestId }: ShownSale): Promise<AcquirerExchange[]> {
  const { traffic } = await call<{ traffic: { exchange: AcquirerExchange }[] }>("GET", "/traffic?limit=100");
  return traffic
    .map(({ exchange }) => exchange)
    .filter(({ from, to }) => from === "ACQP" || to === "ACQP")
    .filter(({ request }) => request.body.includes(paymentRequestId))
    .reverse();
}

/** Alipay+ notifies the acquirer of what is due. */
export const notifyAcquirer = runAlarm;

export { newId };

/** The sale after so much time, in which the acquirer has done what was due. */
export async function saleAfter(durationMs: number, sale: Pick<ShownSale, "paymentRequestId">): Promise<ShownSale> {
  advance(durationMs);
  await runSalesAlarm();
  return saleOf(sale);
}
