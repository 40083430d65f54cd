/** POST /scans: what the app does with a scanned code. Source: docs/spec/order-codes.md. */
import * as z from "zod";
import { currentCodeRules } from "../../../durable/code-rules/current-rules.ts";
import { CODE_VALUE_LIMIT_CHARACTERS, identifyCode } from "../../../durable/code-rules/identify.ts";
import { atHomeOfCustomer } from "../../../durable/customers/call-home.ts";
import type { Gateway } from "../../../durable/env.ts";
import type { Busy, EvaluateReply, OrderCommand } from "../../../durable/messages.ts";
import { refusesAmounts } from "../../../durable/payments/machine/order-amounts.ts";
import { evaluationResultOf } from "../../../durable/payments/results.ts";
import { callShard } from "../../../durable/platform/call-shard.ts";
import { shardOf } from "../../../durable/platform/shard.ts";
import { text, trimmedText } from "../../../protocol/parameters.ts";
import { ownRefusalOf } from "../../alipayplus/own-refusal.ts";
import { isProblem, type Problem, problem } from "../../http/problem.ts";
import { customerOf, namedCustomer } from "../caller.ts";
import { paymentAnswer } from "../payments/payment-routes.ts";
import { adviceOf, adviceWord, paymentResult, paymentView } from "../payments/payment-view.ts";
import type { WalletCall, WalletRoute } from "../route.ts";
import { type DecodedOrder, decodedOrderOf } from "./decoded-order.ts";
import { scanProblem } from "./scan-problems.ts";

const RETRY_AFTER_SECONDS = 5;

const scannedCode = z.object({
  customerId: namedCustomer,
  codeValue: trimmedText(CODE_VALUE_LIMIT_CHARACTERS)
    .describe("What was scanned; white space, line breaks and a byte order mark around it are taken off.")
    .meta({ examples: ["https://pay.example/281002040001"] }),
  passThroughInfo: text(20_000)
    .optional()
    .describe("Handed on unchanged to the acquirer of an order code, with its first scan."),
});

type ScannedCode = z.infer<typeof scannedCode>;

const scanAction = z.discriminatedUnion("action", [
  z
    .object({
      action: z.literal("OPEN_URL"),
      url: z.string().describe("An https URL, to be opened inside the app."),
      userAgent: z.string().optional().describe("To be sent as User-Agent."),
    })
    .describe("An entry code: the acquirer's page takes the amount and leads to an order code."),
  z.object({ action: z.literal("NOT_ALIPAYPLUS") }).describe("Not a code of Alipay+."),
  z
    .object({ action: z.literal("SHOW_PAYMENT"), payment: paymentView })
    .describe(
      "An order, decoded for this customer alone: to be confirmed or declined while it is AWAITING_CONFIRMATION.",
    ),
  z
    .object({ action: z.literal("EVALUATION"), result: paymentResult, advice: adviceWord.optional() })
    .describe("Alipay+ only asks whether the customer could pay. Nothing is taken, there is nothing to confirm."),
]);

type ScanAction = z.infer<typeof scanAction>;

/** POST /wallet/v1/scans */
export const scanCode: WalletRoute<ScannedCode, ScanAction> = {
  method: "POST",
  path: "/scans",
  name: "scanCode",
  summary: "The customer has scanned a code",
  description:
    "Answers by the code rules of Alipay+ what to do with it. An order code is decoded at once, and belongs to the " +
    "customer who scanned it first; scanned again while it is valid, it leads to the same payment.",
  body: scannedCode,
  reply: scanAction,
  problems: [
    "CODE_OF_ANOTHER_CUSTOMER",
    "CODE_INVALID",
    "CODE_EXPIRED",
    "ORDER_CLOSED",
    "NOT_SUPPORTED",
    "ALIPAYPLUS_REFUSED",
    "ALIPAYPLUS_UNAVAILABLE",
    "CODE_RULES_UNAVAILABLE",
  ],
  async answer(call) {
    const customer = customerOf(call.caller, call.body.customerId);
    if (isProblem(customer)) return customer;
    const rules = await currentCodeRules(call.gateway, call.receivedTimeMs);
    if (!rules) return { ...problem("CODE_RULES_UNAVAILABLE"), retryAfterSeconds: RETRY_AFTER_SECONDS };
    const identified = identifyCode(call.body.codeValue, rules);
    switch (identified.action) {
      case "NOT_ALIPAYPLUS":
        return identified;
      case "OPEN_URL": {
        const { action, url, userAgent } = identified;
        return { action, url, ...(userAgent !== undefined && { userAgent }) };
      }
      case "DECODE": {
        const order = await decodedOrder(call, customer.customerId);
        if (isProblem(order)) return order;
        const { command, isEvaluation } = order;
        return isEvaluation ? evaluateOrder(call.gateway, command) : placeOrder(call.gateway, command);
      }
    }
  },
};

/** Has Alipay+ decode an order code, by the shard that keeps the customer of the code. */
async function decodedOrder(call: WalletCall<ScannedCode>, customerId: string): Promise<DecodedOrder | Problem> {
  const { clientId, receivedTimeMs } = call;
  const { env, configuration } = call.gateway;
  const { codeValue, passThroughInfo } = call.body;
  const shard = shardOf(codeValue, configuration.shardCount);
  const reply = await callShard(env.CODES, shard, configuration.locationHint, async (codes) =>
    codes.scan({ codeValue, customerId, passThroughInfo }),
  );
  if (reply.outcome !== "DECODED") return scanProblem(reply);
  const { command, isEvaluation } = await decodedOrderOf(
    clientId,
    customerId,
    reply.message,
    receivedTimeMs,
    configuration,
  );
  const refusal = await ownRefusalOf(call.gateway, command.terms, receivedTimeMs);
  return { command: { ...command, refusal }, isEvaluation };
}

/**
 * Passes an order to its customer's home, which stores it as a payment that awaits confirmation; a repeat finds that
 * payment.
 */
async function placeOrder(gateway: Gateway, order: OrderCommand): Promise<ScanAction | Problem> {
  const reply = await atHomeOfCustomer(gateway, order.terms.customerId, async (customers) => customers.order(order));
  const payment = paymentAnswer(reply);
  return isProblem(payment) ? payment : { action: "SHOW_PAYMENT", payment };
}

/** Asks whether an order could be paid (`paymentFactor.isPaymentEvaluation`). */
async function evaluateOrder(gateway: Gateway, order: OrderCommand): Promise<ScanAction | Problem> {
  const reply = await evaluationOf(gateway, order);
  if (reply.outcome === "BUSY") return { ...problem("TOO_MANY_REQUESTS"), retryAfterSeconds: 1 };
  const result = evaluationResultOf(reply);
  const advice = adviceOf(result, reply.outcome === "REFUSED" ? reply.reason : undefined);
  return { action: "EVALUATION", result, ...(advice !== undefined && { advice }) };
}

/** An order whose amounts are refused could not be paid, whatever the core says. */
async function evaluationOf(gateway: Gateway, order: OrderCommand): Promise<EvaluateReply | Busy> {
  if (refusesAmounts(order, gateway.configuration.acceptsDifferingAmounts)) {
    return { outcome: "REFUSED", reason: "AMOUNTS_DIFFER" };
  }
  return atHomeOfCustomer<EvaluateReply | Busy>(gateway, order.terms.customerId, async (customers) =>
    customers.evaluate(order),
  );
}
