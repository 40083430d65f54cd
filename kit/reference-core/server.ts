/** HTTP: a request becomes an operation, its result an answer. */
import { createServer, type IncomingMessage, type Server } from "node:http";
import * as z from "zod";
import { answerUnsigned, showAccount } from "./customer-calls.ts";
import type { Ledger } from "./ledger.ts";
import { messages, type Operation } from "./messages.ts";
import type { OneTimePasswords } from "./otp.ts";
import { Rejection } from "./rejection.ts";
import { idOf, requireId, type Verifier } from "./verify.ts";

const BODY_LIMIT_BYTES = 65_536;

/** An HTTP status, and a body that becomes JSON. */
type Answer = { readonly status: number; readonly body: object };

/** The server; it does not listen yet. @param passwords missing: the core does not offer their calls */
export function createCoreServer(ledger: Ledger, verifier: Verifier, passwords?: OneTimePasswords): Server {
  return createServer(async (request, response) => {
    const { status, body } = await answerTo(request, ledger, verifier, passwords).catch(answerToFault);
    response.writeHead(status, { "Content-Type": "application/json" }).end(JSON.stringify(body));
  });
}

async function answerTo(
  request: IncomingMessage,
  ledger: Ledger,
  verifier: Verifier,
  passwords: OneTimePasswords | undefined,
): Promise<Answer> {
  const body = await readBody(request);
  const path = request.url ?? "";
  const customerId = /^\/customers\/([^/?]+)$/.exec(path)?.[1];
  if (customerId !== undefined) {
    const isSigned = request.method === "GET" && request.headers["webhook-id"] !== undefined;
    if (!isSigned)
      return { status: 200, body: answerUnsigned(ledger, request.method, decodeURIComponent(customerId), body) };
    requireId(verifier.verify(request.headers, body), `customer_${customerId}`);
    return { status: 200, body: showAccount(ledger, decodeURIComponent(customerId)) };
  }
  const otp = /^\/otp\/(send|verify)$/.exec(path)?.[1];
  if (otp !== undefined && passwords && request.method === "POST") {
    const messageId = verifier.verify(request.headers, body);
    return { status: 200, body: passwords.answer(otp, JSON.parse(body.toString("utf8")), messageId) };
  }
  const operation = path.slice(1);
  if (!isOperation(operation)) throw new Rejection(404, `there is no ${path}`);
  if (request.method !== "POST") throw new Rejection(405, "POST only");
  // First the signature, over the bytes as they came; then everything else.
  const messageId = verifier.verify(request.headers, body);
  // Rule 7: a refusal is an answer like any other, with status 200.
  return { status: 200, body: perform(ledger, operation, JSON.parse(body.toString("utf8")), messageId) };
}

function perform(ledger: Ledger, operation: Operation, value: unknown, messageId: string): object {
  const nowMs = Date.now();
  switch (operation) {
    case "debit":
      return ledger.debit(read("debit", value, messageId), nowMs);
    case "inquire":
      return ledger.inquire(read("inquire", value, messageId));
    case "reverse":
      return ledger.reverse(read("reverse", value, messageId), nowMs);
    case "refund":
      return ledger.refund(read("refund", value, messageId), nowMs);
    case "evaluate":
      return ledger.evaluate(read("evaluate", value, messageId), nowMs);
  }
}

/** Reads a message, and checks that it was signed for this operation. */
function read<Name extends Operation>(operation: Name, value: unknown, messageId: string) {
  const message = messages[operation].parse(value);
  requireId(messageId, idOf(operation, message));
  return message as z.output<(typeof messages)[Name]>;
}

/**
 * A 4xx for the sender's fault. Any other fault is ours: a 500, which the gateway takes as no answer and tries again.
 */
function answerToFault(error: unknown): Answer {
  if (error instanceof Rejection) return { status: error.status, body: { error: error.message } };
  if (error instanceof SyntaxError || error instanceof URIError) return { status: 400, body: { error: "not JSON" } };
  if (error instanceof z.ZodError) return { status: 400, body: { error: z.prettifyError(error) } };
  console.error(error);
  return { status: 500, body: { error: "see the core's log" } };
}

function isOperation(name: string): name is Operation {
  return Object.hasOwn(messages, name);
}

/** @throws Rejection 413 */
async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length <= BODY_LIMIT_BYTES) chunks.push(chunk);
  }
  if (length > BODY_LIMIT_BYTES) throw new Rejection(413, `a body has at most ${BODY_LIMIT_BYTES} bytes`);
  return Buffer.concat(chunks);
}
