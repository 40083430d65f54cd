/** An acquirer of the sandbox: signs as one, and believes only what Alipay+ has signed. */
import { createExecutionContext, runInDurableObject, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { type KeyRing, parseKeyRing } from "../../../protocol/signature/key-ring.ts";
import { signMessage } from "../../../protocol/signature/sign.ts";
import { verifyMessage } from "../../../protocol/signature/verify.ts";
import { formatTime } from "../../../protocol/time.ts";
import type { SettlementEntry } from "../../../sandbox/alipayplus/payments/records/settlement-ledger.ts";
import sandbox from "../../../sandbox/index.ts";
import type { Network } from "../../../sandbox/objects.ts";
import { type Amount, hkd } from "../amounts.ts";
import { call, codeOf, sandboxEnv } from "./sandbox.ts";

const { ACQUIRER_SIGNING_KEYS, ACQUIRER_VERIFICATION_KEYS, ACQUIRER_CLIENT_ID } = env.SANDBOX;
const ring = parseKeyRing(ACQUIRER_SIGNING_KEYS, ACQUIRER_VERIFICATION_KEYS) as KeyRing;

/** Where the acquirer that the sandbox plays takes notifications. */
export const NOTIFY_URL = "http://127.0.0.1/sandbox/acquirer/notifications";
export const BASE_PATH = "/sandbox/aps/api/v1/payments";

/** An answer of Alipay+ as the acquirer sees it. */
export type AcquirerAnswer = {
  readonly result: { readonly resultCode: string; readonly resultStatus: string; readonly resultMessage: string };
  readonly httpStatus: number;
  readonly verified: boolean;
  readonly clientId: string | null;
  /** The body as it came. */
  readonly text: string;
  readonly [parameter: string]: unknown;
};

/** How a call departs from a true one. */
export type Tampering = {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What goes over the wire instead of the body that was signed. */
  readonly sent?: string;
};

/** Signs and sends a message to a path of Alipay+. */
export async function callAs(
  path: string,
  message: object,
  { method = "POST", headers = {}, sent }: Tampering = {},
): Promise<AcquirerAnswer> {
  const body = JSON.stringify(message);
  const time = formatTime(Date.now());
  const clientId = ACQUIRER_CLIENT_ID;
  const { header } = await signMessage({ ring, method, pathAndQuery: path, clientId, time, body });
  const signed = { "Client-Id": clientId, "Request-Time": time, Signature: header, "Content-Type": "application/json" };
  const request = new Request(`http://127.0.0.1:8787${path}`, {
    method,
    headers: { ...signed, ...headers },
    ...(method !== "GET" && { body: sent ?? body }),
  });
  const execution = createExecutionContext();
  const response = await sandbox.fetch(request, sandboxEnv(), execution);
  await waitOnExecutionContext(execution);
  const bytes = await response.bytes();
  const text = new TextDecoder().decode(bytes);
  return {
    ...(JSON.parse(text) as Pick<AcquirerAnswer, "result">),
    httpStatus: response.status,
    verified: await isSigned(response.headers, path, bytes),
    clientId: response.headers.get("Client-Id"),
    text,
  };
}

async function isSigned(headers: Headers, pathAndQuery: string, body: Uint8Array): Promise<boolean> {
  const signatureHeader = headers.get("Signature");
  if (signatureHeader === null) return false;
  const message = { clientId: headers.get("Client-Id") ?? "", time: headers.get("Response-Time") ?? "" };
  return (await verifyMessage({ ring, method: "POST", pathAndQuery, ...message, signatureHeader, body })).verified;
}

type InterfaceName = "pay" | "inquiryPayment" | "cancelPayment" | "refund" | "consultPayment";

/** Calls an interface of today. */
export function ask(interfaceName: InterfaceName, message: object): Promise<AcquirerAnswer> {
  return callAs(`${BASE_PATH}/${interfaceName}`, message);
}

/** A new id of the acquirer. */
export const newId = (): string => crypto.randomUUID();

/** A `referenceMerchantId`, which has at most 32 characters. */
export const newMerchantId = (): string => newId().replaceAll("-", "");

/** A pay message for a code, or what `changes` make of it. */
export function payMessage(paymentCode: string, changes: object = {}): Record<string, unknown> {
  const paymentAmount = hkd("1000");
  return {
    paymentRequestId: newId(),
    order: {
      referenceOrderId: newId(),
      orderDescription: "Tea",
      orderAmount: paymentAmount,
      env: { terminalType: "WEB" },
    },
    paymentAmount,
    paymentMethod: { paymentMethodType: "CONNECT_WALLET", paymentMethodId: paymentCode },
    paymentFactor: { isInStorePayment: "true", inStorePaymentScenario: "PaymentCode" },
    ...changes,
  };
}

/** A payment of a customer by a fresh code: what was sent, and what came back. */
export async function payByCode(customerId: string, changes: object = {}) {
  const message = payMessage(await codeOf(customerId), changes);
  const paymentRequestId = String(message.paymentRequestId);
  return { message, paymentRequestId, answer: await ask("pay", message) };
}

/** What GET /sandbox/acquirer/payments/{paymentRequestId} answers. */
export type PaymentReport = {
  readonly paymentId: string;
  readonly status: string;
  readonly dueTime?: string;
  readonly attempts: number;
  readonly codeValue?: string;
  readonly wallet?: {
    readonly paymentId?: string;
    readonly paymentAmount: Amount;
    readonly payToAmount: Amount;
    readonly paymentQuote?: object;
  };
  readonly refunds: readonly {
    readonly status: string;
    readonly refundFromAmount: Amount;
    readonly surchargeAmount?: Amount;
  }[];
  readonly settlementEntries: readonly {
    readonly movementId: string;
    readonly account: string;
    readonly amount: string;
  }[];
  readonly notification?: {
    readonly acknowledgedTime?: string;
    readonly dueTime?: string;
    readonly attempts: readonly { readonly resultCode: string; readonly outcome: string }[];
  };
};

export function reportOf(paymentRequestId: string): Promise<PaymentReport & { readonly httpStatus: number }> {
  return call("GET", `/acquirer/payments/${paymentRequestId}`);
}

const network = () => env.NETWORK.getByName("network");

/** Lets the network handle what is due. */
export function runAlarm(): Promise<void> {
  return runInDurableObject(network(), (object) => (object as Network).alarm());
}

/** The entries of the settlement ledger about a payment or refund. */
export async function entriesOf(movementId: string): Promise<readonly string[]> {
  const entries = (await network().settlementEntries(movementId)) as SettlementEntry[];
  return entries.map(({ kind, account, currency, amountMinor }) => `${kind} ${account} ${amountMinor} ${currency}`);
}
