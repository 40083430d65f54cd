/** The reference core's HTTP server: it checks signatures and forms; ledger.ts moves the money. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Webhook, WebhookVerificationError } from "standardwebhooks";
import * as z from "zod";
import { messageIdOf } from "../../durable/wallet-core/http/messages.ts";
import {
  type CoreOperation,
  coreMessages,
  debitRequestSchema,
  paymentKeySchema,
  refundRequestSchema,
} from "../../durable/wallet-core/http/schema.ts";
import type { DebitRequest, RefundRequest } from "../../durable/wallet-core/port.ts";
import { IllegalRequest, type ReferenceLedger } from "./ledger.ts";

const BODY_LIMIT_BYTES = 65_536;

/** An HTTP status, and a body that becomes JSON. */
type Answer = { readonly status: number; readonly body: unknown };

const customerSchema = z.object({
  currency: z.string().regex(/^[A-Z]{3}$/),
  balance: z.string().regex(/^[0-9]{1,19}$/),
  refusal: coreMessages.debit.answer.options[1].shape.reason.optional(),
});

/**
 * A server that plays a wallet's core; it does not listen yet. Besides the port's operations it has
 * `PUT /customers/{customerId}` (currency, balance, refusal) and GET of the same: unsigned, for tests on one machine. A
 * GET that is signed is the contract's optional call.
 */
export function createReferenceCore(ledger: ReferenceLedger, secret: string): Server {
  const webhook = new Webhook(secret);
  return createServer((request, response) => {
    answerTo(request, ledger, webhook)
      .catch((error: unknown) => {
        console.error(error);
        return { status: 500, body: { error: "unexpected" } };
      })
      .then((answer) => send(response, answer));
  });
}

function send(response: ServerResponse, { status, body }: Answer): void {
  response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
}

async function answerTo(request: IncomingMessage, ledger: ReferenceLedger, webhook: Webhook): Promise<Answer> {
  const body = await readBody(request);
  if (body === undefined) return { status: 413, body: { error: "too large" } };
  const path = request.url ?? "";
  const customerId = /^\/customers\/([^/]+)$/.exec(path)?.[1];
  try {
    if (customerId !== undefined && request.method === "GET" && request.headers["webhook-id"] !== undefined) {
      return accountAnswer(ledger, request, customerId, webhook);
    }
    if (customerId !== undefined) return customerAnswer(ledger, request, decodeURIComponent(customerId), body);
    const operation = path.slice(1);
    if (!isOperation(operation)) return { status: 404, body: { error: "no such operation" } };
    if (request.method !== "POST") return { status: 405, body: { error: "POST only" } };
    webhook.verify(body, headersOf(request), { jsonParse: false });
    const value: unknown = JSON.parse(body);
    return { status: 200, body: perform(ledger, operation, value, String(request.headers["webhook-id"])) };
  } catch (error) {
    return refusalOf(error);
  }
}

/** The answer to a fault of the sender; any other fault is thrown. */
function refusalOf(error: unknown): Answer {
  if (error instanceof WebhookVerificationError) return { status: 401, body: { error: error.message } };
  if (error instanceof SyntaxError) return { status: 400, body: { error: "not JSON" } };
  if (error instanceof z.ZodError) return { status: 400, body: { error: z.prettifyError(error) } };
  if (error instanceof IllegalRequest) return { status: 400, body: { error: error.message } };
  throw error;
}

function isOperation(name: string): name is CoreOperation {
  return Object.hasOwn(coreMessages, name);
}

function headersOf({ headers }: IncomingMessage): Record<string, string> {
  const names = ["webhook-id", "webhook-timestamp", "webhook-signature"];
  return Object.fromEntries(names.map((name) => [name, String(headers[name] ?? "")]));
}

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= BODY_LIMIT_BYTES) chunks.push(chunk);
  }
  return length <= BODY_LIMIT_BYTES ? Buffer.concat(chunks).toString("utf8") : undefined;
}

function perform(ledger: ReferenceLedger, operation: CoreOperation, value: unknown, messageId: string): unknown {
  const nowMs = Date.now();
  switch (operation) {
    case "debit":
      return ledger.debit(debitOf(operation, value, messageId), nowMs);
    case "evaluate":
      return ledger.evaluate(debitOf(operation, value, messageId), nowMs);
    case "inquire":
      return ledger.inquire(checked(paymentKeySchema, operation, value, messageId));
    case "reverse":
      return ledger.reverse(checked(paymentKeySchema, operation, value, messageId), nowMs);
    case "refund":
      return ledger.refund(refundOf(value, messageId), nowMs);
  }
}

/** Checks a body. The signature does not cover the path: only the signed id distinguishes an evaluation from a debit. */
function checked<Body extends { readonly paymentId: string; readonly refundId?: string }>(
  schema: z.ZodType<Body>,
  operation: CoreOperation,
  value: unknown,
  messageId: string,
): Body {
  const body = schema.parse(value);
  if (messageId !== messageIdOf(operation, body)) throw new IllegalRequest("webhook-id does not fit path and body");
  return body;
}

function debitOf(operation: "debit" | "evaluate", value: unknown, messageId: string): DebitRequest {
  const body = checked(debitRequestSchema, operation, value, messageId);
  return {
    ...body,
    debit: moneyOf(body.debit),
    payTo: moneyOf(body.payTo),
    referenceMerchantId: body.referenceMerchantId,
    merchantCategoryCode: body.merchantCategoryCode,
  };
}

function refundOf(value: unknown, messageId: string): RefundRequest {
  const body = checked(refundRequestSchema, "refund", value, messageId);
  return { ...body, credit: moneyOf(body.credit), payTo: moneyOf(body.payTo) };
}

function moneyOf({ currency, amountMinor }: { readonly currency: string; readonly amountMinor: string }) {
  return { currency, amountMinor: BigInt(amountMinor) };
}

/** The optional call of the contract: signed like the operations, without a body. */
function accountAnswer(ledger: ReferenceLedger, request: IncomingMessage, part: string, webhook: Webhook): Answer {
  webhook.verify("", headersOf(request), { jsonParse: false });
  const customerId = decodeURIComponent(part);
  const signedId = decodeURIComponent(String(request.headers["webhook-id"]));
  if (signedId !== `customer_${customerId}`) throw new IllegalRequest("webhook-id does not fit the path");
  return { status: 200, body: ledger.account(customerId) };
}

function customerAnswer(ledger: ReferenceLedger, request: IncomingMessage, customerId: string, body: string): Answer {
  if (request.method === "PUT") {
    const { currency, balance, refusal } = customerSchema.parse(JSON.parse(body));
    ledger.openCustomer(customerId, { currency, balanceMinor: BigInt(balance), refusal }, Date.now());
  }
  const customer = ledger.customer(customerId);
  if (!customer) return { status: 404, body: { error: "no such customer" } };
  const { currency, balanceMinor, refusal } = customer;
  return { status: 200, body: { currency, balance: balanceMinor.toString(), refusal } };
}
