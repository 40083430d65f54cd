/**
 * From an order code to what the app shows: Alipay+ decodes it for its customer, whose home stores the order, or
 * evaluates it. The one way of an order, wherever its code comes from. Source:
 * docs/spec/order-codes.md#the-way-of-an-order.
 */
import * as z from "zod";
import { atHomeOfCustomer } from "../../../durable/customers/call-home.ts";
import type { Gateway } from "../../../durable/env.ts";
import type { Busy, EvaluateReply, OrderCommand, ScanCommand } from "../../../durable/messages.ts";
import { refusesAmounts } from "../../../durable/payments/machine/order-amounts.ts";
import { evaluationResultOf } from "../../../durable/payments/results.ts";
import { callShard } from "../../../durable/platform/call-shard.ts";
import { shardOf } from "../../../durable/platform/shard.ts";
import { text } from "../../../protocol/parameters.ts";
import { ownRefusalOf } from "../../alipayplus/own-refusal.ts";
import { isProblem, type Problem, type ProblemCode, problem } from "../../http/problem.ts";
import { paymentAnswer } from "../payments/payment-routes.ts";
import { adviceOf, adviceWord, paymentResult, paymentView } from "../payments/payment-view.ts";
import type { WalletCall } from "../route.ts";
import { type DecodedOrder, decodedOrderOf } from "./decoded-order.ts";
import { scanProblem } from "./scan-problems.ts";

/** The parameter that goes to the acquirer. */
export const passThroughInfo = text(20_000)
  .optional()
  .describe("Handed on unchanged to the acquirer of an order code, with its first scan.");

const showPayment = z
  .object({ action: z.literal("SHOW_PAYMENT"), payment: paymentView })
  .describe(
    "An order, decoded for this customer alone: to be confirmed or declined while it is AWAITING_CONFIRMATION.",
  );

const evaluation = z
  .object({ action: z.literal("EVALUATION"), result: paymentResult, advice: adviceWord.optional() })
  .describe("Alipay+ only asks whether the customer could pay. Nothing is taken, there is nothing to confirm.");

/** What an app does with an order. */
export const ORDER_ACTIONS = [showPayment, evaluation] as const;

type OrderAction = z.infer<(typeof ORDER_ACTIONS)[number]>;

/** A cashier URL is longer than the code value in it: the longest URL of docs/spec/messages.md#parameters. */
export const CASHIER_URL_LIMIT_CHARACTERS = 2_048;

/** Why an order cannot be opened. */
export const ORDER_PROBLEMS: readonly ProblemCode[] = [
  "CODE_OF_ANOTHER_CUSTOMER",
  "CODE_INVALID",
  "CODE_EXPIRED",
  "ORDER_CLOSED",
  "NOT_SUPPORTED",
  "ALIPAYPLUS_REFUSED",
  "ALIPAYPLUS_UNAVAILABLE",
];

/** Where the code comes from: an order of the Cashier alone is taken there, or one of any scenario. */
type Origin = "CASHIER" | "ANYWHERE";

/** Opens the order of a code for a customer; a repeat leads to the same payment while the code is valid. */
export async function openOrder(
  call: Pick<WalletCall<unknown>, "clientId" | "gateway" | "receivedTimeMs">,
  scan: ScanCommand,
  origin: Origin,
): Promise<OrderAction | Problem> {
  const order = await decodedOrder(call, scan);
  if (isProblem(order)) return order;
  const { command, isEvaluation, isCashier } = order;
  if (origin === "CASHIER" && !isCashier) return problem("NOT_CASHIER_ORDER");
  return isEvaluation ? evaluateOrder(call.gateway, command) : placeOrder(call.gateway, command);
}

/** Has Alipay+ decode an order code, by the shard that keeps the customer of the code. */
async function decodedOrder(
  { clientId, gateway, receivedTimeMs }: Pick<WalletCall<unknown>, "clientId" | "gateway" | "receivedTimeMs">,
  { codeValue, customerId, passThroughInfo: passedOn }: ScanCommand,
): Promise<DecodedOrder | Problem> {
  const { env, configuration } = gateway;
  const shard = shardOf(codeValue, configuration.shardCount);
  const reply = await callShard(env.CODES, shard, configuration.locationHint, async (codes) =>
    codes.scan({ codeValue, customerId, passThroughInfo: passedOn }),
  );
  if (reply.outcome !== "DECODED") return scanProblem(reply);
  const order = await decodedOrderOf(clientId, customerId, reply.message, receivedTimeMs, configuration);
  const refusal = await ownRefusalOf(gateway, order.command.terms, receivedTimeMs);
  return { ...order, command: { ...order.command, refusal } };
}

/**
 * Passes an order to its customer's home, which stores it as a payment that awaits confirmation; a repeat finds that
 * payment.
 */
async function placeOrder(gateway: Gateway, order: OrderCommand): Promise<OrderAction | Problem> {
  const reply = await atHomeOfCustomer(gateway, order.terms.customerId, async (customers) => customers.order(order));
  const payment = paymentAnswer(reply);
  return isProblem(payment) ? payment : { action: "SHOW_PAYMENT", payment };
}

/** Asks whether an order could be paid (`paymentFactor.isPaymentEvaluation`). */
async function evaluateOrder(gateway: Gateway, order: OrderCommand): Promise<OrderAction | Problem> {
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
