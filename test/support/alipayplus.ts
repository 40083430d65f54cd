/** Plays Alipay+ for the tests: signs requests, verifies answers, opens customers of the embedded ledger. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { inject } from "vitest";
import type { Customers } from "../../durable/customers/object.ts";
import type { EntryKind, JournalEntry } from "../../durable/ledger/journal.ts";
import type { CustomerView } from "../../durable/ledger/ledger.ts";
import type { CustomerSettings } from "../../durable/ledger/settings.ts";
import { shardName, shardOf } from "../../durable/platform/shard.ts";
import { paymentIdOf } from "../../protocol/idempotency.ts";
import { type KeyRing, parseKeyRing } from "../../protocol/signature/key-ring.ts";
import { signMessage } from "../../protocol/signature/sign.ts";
import { verifyMessage } from "../../protocol/signature/verify.ts";
import { formatTime } from "../../protocol/time.ts";
import { callGateway } from "./call-gateway.ts";
import { openTestCustomer, testCustomer } from "./test-core.ts";

export const CLIENT_ID = inject("clientId");
export const SHARD_COUNT = Number(env.SHARD_COUNT);
export const BASE_PATH = "/aps/api/v1";
const ORIGIN = "http://gateway.test";

/** Alipay+'s own ring: it signs with its private key and verifies with the wallet's public one. */
export const alipayPlusRing = parseKeyRing(
  JSON.stringify({ [CLIENT_ID]: { 1: inject("alipayplusPrivateKey") } }),
  JSON.stringify({ [CLIENT_ID]: { 1: inject("mppPublicKey") } }),
) as KeyRing;

export type Json = { [parameter: string]: unknown };

/** An answer as Alipay+ sees it. */
export type Reply = {
  readonly status: number;
  readonly code: string;
  readonly resultStatus: string;
  readonly message: string;
  readonly body: Json;
  readonly text: string;
  readonly headers: Headers;
  /** Whether the answer carries a signature that verifies. */
  readonly verified: boolean;
};

/** The files of tests take turns in one runtime: a number that one has used is not used by the next. */
const runtime = globalThis as { lastTestNumber?: number };

/** A number that no other test of this runtime uses. */
function nextNumber(): string {
  runtime.lastTestNumber = (runtime.lastTestNumber ?? 0) + 1;
  return `${Date.now()}${String(runtime.lastTestNumber).padStart(6, "0")}`;
}

export function newId(kind: string): string {
  return `${kind}-${nextNumber()}`;
}

/** A 24-digit payment code that was never used. */
export function newPaymentCode(): string {
  return `28100602${nextNumber().slice(-16).padStart(16, "0")}`;
}

/** What to do differently from an honest sender. */
export type Tampering = {
  readonly method?: string;
  /** Where the interfaces live: signed and sent. */
  readonly basePath?: string;
  /** Path and query sent instead of those that were signed. */
  readonly sentPath?: string;
  /** Headers to replace, or to leave out. */
  readonly headers?: Readonly<Record<string, string | undefined>>;
  /** Headers sent a second time. */
  readonly repeatedHeaders?: Readonly<Record<string, string>>;
  /** Sent instead of the body that was signed. */
  readonly sentBody?: BodyInit;
  /** Text that is signed and sent as Request-Time. */
  readonly time?: string;
  /** Whose keys sign, and verify the answer. */
  readonly ring?: KeyRing;
};

/** The request that Alipay+ sends; `body` is an object, or the raw text or bytes to sign and send. */
export async function signedRequest(
  path: string,
  body: Json | string | Uint8Array,
  tampering: Tampering = {},
): Promise<Request> {
  const { method = "POST", time = formatTime(Date.now()), basePath = BASE_PATH } = tampering;
  const raw = typeof body === "string" || body instanceof Uint8Array ? body : JSON.stringify(body);
  const { pathname, search } = new URL(`${ORIGIN}${basePath}${path}`);
  const message = { method, pathAndQuery: pathname + search, clientId: CLIENT_ID, time, body: raw as string };
  const headers = new Headers({
    "Content-Type": "application/json; charset=UTF-8",
    "Client-Id": CLIENT_ID,
    "Request-Time": time,
    Signature: (await signMessage({ ring: tampering.ring ?? alipayPlusRing, ...message })).header,
  });
  for (const [name, value] of Object.entries(tampering.headers ?? {})) {
    if (value === undefined) headers.delete(name);
    else headers.set(name, value);
  }
  for (const [name, value] of Object.entries(tampering.repeatedHeaders ?? {})) headers.append(name, value);
  const sentBody = method === "GET" || method === "HEAD" ? undefined : (tampering.sentBody ?? raw);
  const url = `${ORIGIN}${tampering.sentPath ?? `${basePath}${path}`}`;
  return new Request(url, { method, headers, ...(sentBody && { body: sentBody }) });
}

/** Sends a message as Alipay+ does and reads the answer. */
export async function send(path: string, body: Json | string | Uint8Array, tampering: Tampering = {}): Promise<Reply> {
  const request = await signedRequest(path, body, tampering);
  return replyOf(request, await callGateway(request), tampering.ring);
}

/** The answer to a request as Alipay+ sees it. */
export async function replyOf(
  request: Request,
  response: Response,
  verifying: KeyRing = alipayPlusRing,
): Promise<Reply> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  const text = new TextDecoder().decode(bytes);
  const body = JSON.parse(text) as Json & {
    result: { resultCode: string; resultStatus: string; resultMessage: string };
  };
  const { pathname, search } = new URL(request.url);
  const verification = await verifyMessage({
    ring: verifying,
    method: request.method,
    pathAndQuery: pathname + search,
    clientId: response.headers.get("Client-Id") ?? "",
    time: response.headers.get("Response-Time") ?? "",
    signatureHeader: response.headers.get("Signature") ?? "",
    body: bytes,
  });
  return {
    status: response.status,
    code: body.result.resultCode,
    resultStatus: body.result.resultStatus,
    message: body.result.resultMessage,
    body,
    text,
    headers: response.headers,
    verified: verification.verified,
  };
}

/** The parties that every message names. */
export const PARTIES = { acquirerId: "1022188000000000001", pspId: "1022172000000000001" };

/** A user-presented payment in HKD, after the documentation's sample (docs/spec/wallet/pay.md). */
export function payMessage(customerId: string, changes: Json = {}): Json {
  const amount = { currency: "HKD", value: "1000" };
  return {
    ...PARTIES,
    paymentRequestId: newId("pay"),
    order: {
      referenceOrderId: newId("order"),
      orderDescription: "SHOES",
      orderAmount: amount,
      merchant: {
        referenceMerchantId: "M0001",
        merchantMCC: "5411",
        merchantName: "UGG",
        merchantAddress: { region: "JP", city: "Tokyo" },
        store: { referenceStoreId: "S0001", storeName: "UGG-2", storeMCC: "5411" },
      },
    },
    paymentAmount: amount,
    payToAmount: amount,
    paymentMethod: { paymentMethodType: "CONNECT_WALLET", paymentMethodId: newPaymentCode(), customerId },
    paymentFactor: { isInStorePayment: "true", inStorePaymentScenario: "PaymentCode" },
    ...changes,
  };
}

export function pay(message: Json): Promise<Reply> {
  return send("/payments/pay", message);
}

export function inquire(paymentRequestId: unknown): Promise<Reply> {
  return send("/payments/inquiryPayment", { ...PARTIES, paymentRequestId });
}

export function cancel(paymentRequestId: unknown): Promise<Reply> {
  return send("/payments/cancelPayment", { ...PARTIES, paymentRequestId });
}

/** A refund in HKD of `value` minor units; `changes` for everything else. */
export async function refund(paymentRequestId: unknown, value: string, changes: Json = {}): Promise<Reply> {
  const amount = { currency: "HKD", value };
  return send("/payments/refund", {
    ...PARTIES,
    paymentRequestId,
    paymentId: await paymentIdOf(CLIENT_ID, String(paymentRequestId)),
    refundRequestId: newId("refund"),
    refundAmount: amount,
    refundFromAmount: amount,
    ...changes,
  });
}

/** Whether the gateway under test pays with the test's core by the port, and not with the embedded one. */
export const HAS_HTTP_CORE = env.CORE === "HTTP";

/** The home of a customer. */
export function homeOf(customerId: string) {
  return env.CUSTOMERS.getByName(shardName(shardOf(customerId, SHARD_COUNT)));
}

/** Opens a customer of the core with 100,000 HKD cents. Returns the id. */
export async function openCustomer(
  settings: Partial<CustomerSettings> = {},
  customerId = newId("customer"),
): Promise<string> {
  const complete = { currency: "HKD", balance: 100_000n, ...settings };
  if (HAS_HTTP_CORE) openTestCustomer(customerId, complete);
  else await homeOf(customerId).openCustomer(customerId, complete);
  return customerId;
}

/** A customer whose home is, or is not, the home of another. */
export async function customerBeside(customerId: string, isSameHome: boolean): Promise<string> {
  const home = shardOf(customerId, SHARD_COUNT);
  for (;;) {
    const candidate = newId("customer");
    if ((shardOf(candidate, SHARD_COUNT) === home) === isSameHome) return openCustomer({}, candidate);
  }
}

/** The customer as the core has it. */
export async function customerOf(customerId: string): Promise<CustomerView> {
  const view = HAS_HTTP_CORE ? testCustomer(customerId) : await homeOf(customerId).customer(customerId);
  if (!view) throw new Error("no such customer");
  return view;
}

/** The customer's entries of one kind: what the core has done, however often it was asked. */
export async function entriesOf(customerId: string, kind: EntryKind): Promise<readonly JournalEntry[]> {
  return (await customerOf(customerId)).entries.filter((entry) => entry.kind === kind);
}

/** The customer's balance in minor units. */
export async function balanceOf(customerId: string): Promise<bigint> {
  return (await customerOf(customerId)).balance;
}

/** Issues a code for a customer, as renewing a stock does; valid for a minute unless `expiryTimeMs` says otherwise. */
export async function issueCode(
  customerId: string,
  paymentCode = newPaymentCode(),
  expiryTimeMs = Date.now() + 60_000,
): Promise<string> {
  await homeOf(customerId).issueCodes(customerId, [{ paymentCode, expiryTimeMs }]);
  return paymentCode;
}

/** A pay with a code that this gateway has issued to the customer. */
export async function payByOurCode(customerId: string): Promise<Json> {
  const paymentMethodId = await issueCode(customerId);
  return payMessage(customerId, {
    paymentMethod: { paymentMethodType: "CONNECT_WALLET", paymentMethodId, customerId },
  });
}

/** The directory's shard of a payment. */
async function directoryOf(paymentRequestId: unknown) {
  const paymentId = await paymentIdOf(CLIENT_ID, String(paymentRequestId));
  const directory = env.DIRECTORY.getByName(shardName(shardOf(paymentId, SHARD_COUNT)));
  return { paymentId, directory };
}

/** The home of a payment, which the directory knows. */
export async function homeOfPayment(paymentRequestId: unknown) {
  const { paymentId, directory } = await directoryOf(paymentRequestId);
  const place = await directory.findPayment(paymentId);
  if (place?.outcome !== "KNOWN") throw new Error("The directory knows no such payment");
  return env.CUSTOMERS.getByName(shardName(place.home));
}

/**
 * Lets the resolver of a home run. It is called, not waited for: the runtime's own alarm goes by another clock than
 * the test's, and may be under way.
 */
export async function runResolver(home: DurableObjectStub<Customers>): Promise<void> {
  await runInDurableObject(home, async (customers) => {
    await (customers as Customers).alarm();
  });
}
