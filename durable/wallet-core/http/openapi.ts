/**
 * The OpenAPI document of the messages to the core, which docs/core-openapi.json holds. It is not part of the Worker.
 */
import {
  type CallDescription,
  jsonContent,
  jsonSchemaOf,
  type OpenApiDocument,
  openApiDocument,
  type Parameter,
} from "../../../protocol/openapi.ts";
import { type OtpOperation, otpMessages } from "./otp.ts";
import { type CoreOperation, coreMessages, customerAnswerSchema } from "./schema.ts";

const SUMMARIES: Readonly<Record<CoreOperation, string>> = {
  debit: "Takes `debit` from the customer once, however often it comes with the same `paymentId`.",
  inquire: "The result of a debit; UNKNOWN when neither a debit nor a reversal of this id was ever received.",
  reverse: "Returns what refunds have left of a debit, or makes sure that it never happens. Cannot be refused.",
  refund: "Refunds a part of a payment, once per `refundId`.",
  evaluate: "What a debit would answer now; nothing is moved or remembered.",
};

const WEBHOOK_HEADERS: Readonly<Record<string, string>> = {
  "webhook-id":
    "The operation, `_` and the id of what it is about (`refundId` for a refund, `paymentId` for another operation, the last part of the path for a customer; `otp-send_` or `otp-verify_` and `verifyRequestId` for a one-time password). Must fit path and body.",
  "webhook-timestamp": "When it was sent, in epoch seconds; at most five minutes from the core's clock.",
  "webhook-signature":
    "Standard Webhooks, version 1: `v1,` and base64 of HMAC-SHA256 over `<id>.<timestamp>.<body>`; the body of a GET is empty.",
};

/** Makes the document. */
export function coreOpenApi(): OpenApiDocument {
  const operations = Object.keys(coreMessages) as CoreOperation[];
  const about = {
    info: {
      title: "Plusgate: the wallet's core",
      version: "1",
      description: "What the gateway asks of the wallet's core. docs/core.md has the rules that no schema can express.",
    },
    servers: [{ url: "{coreUrl}", variables: { coreUrl: { default: "https://core.example" } } }],
  };
  const parameters = Object.fromEntries(Object.entries(WEBHOOK_HEADERS).map(webhookHeader));
  const optional = [...otpOperations.map(otpCallOf), CUSTOMER_CALL];
  return openApiDocument(about, [...operations.map(callOf), ...optional], { schemas: {}, parameters });
}

const SIGNED = Object.keys(WEBHOOK_HEADERS).map((name) => ({ $ref: `#/components/parameters/${name}` }));

const OTP_SUMMARIES: Readonly<Record<OtpOperation, string>> = {
  send: "Optional: makes a one-time password and sends it to the customer, once per `verifyRequestId`.",
  verify: "Optional: whether the customer has typed the one-time password that was sent.",
};

const otpOperations = Object.keys(otpMessages) as OtpOperation[];

/** The calls of one-time passwords, which a core may leave out. */
function otpCallOf(operation: OtpOperation): CallDescription {
  const name = `${operation}Otp`;
  const { request, answer } = otpMessages[operation];
  return {
    method: "POST",
    path: `/otp/${operation}`,
    operation: {
      operationId: name,
      summary: OTP_SUMMARIES[operation],
      parameters: SIGNED,
      requestBody: { required: true, content: jsonContent(`${name}Request`) },
      responses: {
        "200": { description: "The answer, a refusal included.", content: jsonContent(`${name}Answer`) },
        "404": { description: "This core does not offer the call; 405 and 501 say the same." },
      },
    },
    schemas: { [`${name}Request`]: jsonSchemaOf(request, "input"), [`${name}Answer`]: jsonSchemaOf(answer, "output") },
  };
}

/** A customer's account, which a core may leave out. */
const CUSTOMER_CALL: CallDescription = {
  method: "GET",
  path: "/customers/{customerId}",
  operation: {
    operationId: "customer",
    summary: "Optional: a customer's balance and newest entries, for the sandbox. Moves and remembers nothing.",
    parameters: [{ name: "customerId", in: "path", required: true, schema: { type: "string" } }, ...SIGNED],
    responses: {
      "200": { description: "The customer, or UNKNOWN.", content: jsonContent("customerAnswer") },
      "404": { description: "This core does not offer the call; 405 and 501 say the same." },
    },
  },
  schemas: { customerAnswer: jsonSchemaOf(customerAnswerSchema, "input") },
};

function callOf(operation: CoreOperation): CallDescription {
  const [requestName, answerName] = [`${operation}Request`, `${operation}Answer`];
  const { request, answer } = coreMessages[operation];
  return {
    method: "POST",
    path: `/${operation}`,
    operation: {
      operationId: operation,
      summary: SUMMARIES[operation],
      parameters: SIGNED,
      requestBody: { required: true, content: jsonContent(requestName) },
      responses: {
        "200": { description: "The answer, a refusal included.", content: jsonContent(answerName) },
        "4XX": { description: "Not taken (form or signature); nothing was done or remembered. Not a refusal." },
        "5XX": { description: "No answer; the gateway tries again with the same id." },
      },
    },
    schemas: { [requestName]: jsonSchemaOf(request, "input"), [answerName]: jsonSchemaOf(answer, "output") },
  };
}

function webhookHeader([name, description]: [string, string]): [string, Parameter] {
  return [name, { name, in: "header", required: true, description, schema: { type: "string" } }];
}
