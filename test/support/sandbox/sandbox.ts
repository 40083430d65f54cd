/** The sandbox as its user sees it: over HTTP, with the real gateway and the real ledger behind it. */
import { exports } from "cloudflare:workers";
import type { SandboxEnv } from "../../../sandbox/env.ts";
import sandbox from "../../../sandbox/index.ts";
import type { Amount } from "../amounts.ts";
import { sandboxEnvironment } from "./gateway-binding.ts";

/** The sandbox's environment; a test may replace what it wants to be different. */
export function sandboxEnv(changes: Partial<SandboxEnv> = {}): SandboxEnv {
  return { ...sandboxEnvironment(), GATEWAY: exports.default as unknown as Fetcher, ...changes };
}

const ordinaryEnv = sandboxEnv();

/** An exchange, as far as the tests look into it. */
export type ShownExchange = {
  readonly interface: string;
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    readonly signedContent: string;
  };
  readonly response: {
    readonly httpStatus?: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    readonly signedContent?: string;
    readonly verified: boolean;
    readonly verificationFault?: string;
  };
  readonly ledger?: { readonly currency: string; readonly before: string; readonly after: string };
};

/** What an endpoint that sends something answers. */
export type ExchangeReply = {
  readonly httpStatus: number;
  readonly exchange: ShownExchange;
  readonly result: { readonly resultCode: string; readonly resultStatus: string; readonly resultMessage: string };
};

/** A refusal of the sandbox itself. */
export type ErrorReply = {
  readonly httpStatus: number;
  readonly error: { readonly code: string; readonly message: string };
};

/** Calls the sandbox; `body` is an object, or the raw text or bytes to send. Answers the JSON with the HTTP status. */
export async function call<Reply>(
  method: "GET" | "PUT" | "POST" | "DELETE",
  path: string,
  body?: object | string | Uint8Array,
  environment: SandboxEnv = ordinaryEnv,
): Promise<Reply & { readonly httpStatus: number }> {
  const isRaw = body === undefined || typeof body === "string" || body instanceof Uint8Array;
  const raw = isRaw ? body : JSON.stringify(body);
  const request = new Request(`http://127.0.0.1:8787/sandbox${path}`, {
    method,
    ...(raw !== undefined && { headers: { "Content-Type": "application/json" }, body: raw }),
  });
  const response = await sandbox.fetch(request, environment, {} as ExecutionContext);
  return { ...(await response.json<Reply>()), httpStatus: response.status };
}

/** A customer's view. */
export type CustomerReply = {
  readonly balance: string;
  readonly limits: object;
  readonly entryCount: number;
  readonly entries: readonly { readonly kind: string; readonly legs: readonly object[] }[];
};

/** Opens a customer of its own with 1,000.00 HKD, and returns the id. */
export async function openCustomer(settings: object = {}): Promise<string> {
  const customerId = `customer-${crypto.randomUUID()}`;
  await call("PUT", `/customers/${customerId}`, { currency: "HKD", balance: "100000", ...settings });
  return customerId;
}

/** A fresh payment code of a customer. */
export async function codeOf(customerId: string): Promise<string> {
  const { paymentCodeInfoList } = await call<{ paymentCodeInfoList: [{ paymentCode: string }] }>(
    "POST",
    "/payment-codes",
    { customerId },
  );
  return paymentCodeInfoList[0].paymentCode;
}

/** A payment of a customer by a fresh code. */
export async function pay(
  customerId: string,
  paymentAmount: Amount,
  changes: object = {},
  environment?: SandboxEnv,
): Promise<ExchangeReply> {
  const paymentCode = await codeOf(customerId);
  return call("POST", "/pay", { paymentCode, paymentAmount, ...changes }, environment);
}

/** A message that was sent or answered. */
export function bodyOf(message: { readonly body: string }): Record<string, unknown> {
  return JSON.parse(message.body) as Record<string, unknown>;
}

/** The paymentRequestId of a message that was sent. */
export function idOf({ exchange }: ExchangeReply): string {
  return bodyOf(exchange.request).paymentRequestId as string;
}

/** Calls an endpoint that sends a message to the wallet. */
export function post(path: string, body: object): Promise<ExchangeReply> {
  return call("POST", path, body);
}

/** A wallet that answers what the test says, in place of the gateway. */
export function walletThat(answer: (request: Request) => Promise<Response>): SandboxEnv {
  const GATEWAY = { fetch: (url: string, init: RequestInit) => answer(new Request(url, init)) };
  return sandboxEnv({ GATEWAY: GATEWAY as unknown as Fetcher });
}

/** The gateway's own answer, for a wallet that changes it. */
export function throughGateway(request: Request): Promise<Response> {
  return sandboxEnv().GATEWAY.fetch(request);
}
