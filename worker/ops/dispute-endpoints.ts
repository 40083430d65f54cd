/** The operators' calls about the disputes of one payment. Source: docs/spec/wallet/other-services.md#disputes. */
import * as z from "zod";
import type { DisputeReport, InitiateReply } from "../../durable/disputes/disputes.ts";
import type { DisputeRefusal, DisputeStatus, DisputeWish } from "../../durable/disputes/machine/dispute.ts";
import type { JsonObject } from "../../protocol/json.ts";
import { amountOf, positiveAmount, time } from "../../protocol/parameters.ts";
import { formatTime } from "../../protocol/time.ts";
import type { Arrival, Endpoint } from "../http/endpoint.ts";
import { jsonResponse } from "../http/json-response.ts";
import { isProblem, type Problem, type ProblemCode, problem } from "../http/problem.ts";
import { checkInput, readBody } from "../http/read-input.ts";
import { deliveryView } from "./delivery-view.ts";
import { onPayment } from "./payment-endpoints.ts";

/** Parameters that the gateway sets itself, or knows the form of; all others go to Alipay+ as they are. */
const ofOurOwn = {
  disputeRequestId: z.undefined("is made by the gateway: leave it out").optional(),
  paymentRequestId: z.undefined("is the payment of the path: leave it out").optional(),
  disputeOccurTime: time.optional(),
};

const retrieval = z.looseObject(ofOurOwn);

const escalation = z.looseObject({ ...ofOurOwn, escalationAmount: positiveAmount });

const REFUSALS: Record<DisputeRefusal, ProblemCode> = {
  PAYMENT_NOT_SUCCESSFUL: "PAYMENT_NOT_SUCCESSFUL",
  DISPUTE_OPEN: "DISPUTE_OPEN",
  DISPUTE_COUNT_EXCEEDED: "DISPUTE_COUNT_EXCEEDED",
  DISPUTE_WINDOW_EXCEEDED: "DISPUTE_WINDOW_EXCEEDED",
  ESCALATION_CURRENCY_DIFFERS: "PARAM_ILLEGAL",
  ESCALATION_AMOUNT_EXCEEDED: "ESCALATION_AMOUNT_EXCEEDED",
};

/** POST /ops/payments/{paymentRequestId}/disputes/retrievals: asks Alipay+ for documents about the payment. */
export const initiateRetrieval: Endpoint = {
  method: "POST",
  path: "/payments/{paymentRequestId}/disputes/retrievals",
  name: "initiateRetrieval",
  respond: (arrival) => initiate(arrival, retrieval, () => ({ kind: "RETRIEVAL" })),
};

/** POST /ops/payments/{paymentRequestId}/disputes/escalations: asks the merchant for a refund by way of Alipay+. */
export const initiateEscalation: Endpoint = {
  method: "POST",
  path: "/payments/{paymentRequestId}/disputes/escalations",
  name: "initiateEscalation",
  respond: (arrival) =>
    initiate(arrival, escalation, ({ escalationAmount }) => ({ kind: "ESCALATION", escalationAmount })),
};

/** GET /ops/payments/{paymentRequestId}/disputes: the disputes of a payment with messages and answers, oldest first. */
export const readDisputes: Endpoint = {
  method: "GET",
  path: "/payments/{paymentRequestId}/disputes",
  name: "readDisputes",
  async respond(arrival) {
    const { reply } = await onPayment(arrival, async (customers, id) => ({
      disputes: await customers.disputesOfPayment(id),
    }));
    if ("disputes" in reply) return jsonResponse({ disputes: reply.disputes.map(disputeView) });
    return problem("PAYMENT_UNKNOWN");
  },
};

/** POST …/disputes/{disputeRequestId}/send: sends a dispute to Alipay+ again, at once. */
export const sendDisputeAgain: Endpoint = {
  method: "POST",
  path: "/payments/{paymentRequestId}/disputes/{disputeRequestId}/send",
  name: "sendDisputeAgain",
  async respond(arrival) {
    const { disputeRequestId = "" } = arrival.parameters;
    const { reply } = await onPayment(arrival, async (customers, id) =>
      customers.sendDisputeAgain(id, disputeRequestId),
    );
    switch (reply.outcome) {
      case "DUE":
        return jsonResponse({ outcome: "DUE" });
      case "NOT_SENDING":
        return problem("DISPUTE_NOT_SENDING");
      case "ABANDONED":
        return problem("DISPUTE_ABANDONED");
      case "UNKNOWN":
      case "CLOSED":
        return problem("DISPUTE_UNKNOWN");
    }
  },
};

async function initiate<Input extends object>(
  arrival: Arrival,
  schema: z.ZodType<Input>,
  wishOf: (input: Input) => DisputeWish,
): Promise<Response | Problem> {
  const read = await readBody(arrival.request);
  if (isProblem(read)) return read;
  const checked = checkInput(schema, read.members);
  if (isProblem(checked)) return checked;
  const wish = wishOf(checked.input);
  const { reply } = await onPayment<InitiateReply>(arrival, async (customers, id) =>
    customers.initiateDispute(id, wish, read.members),
  );
  switch (reply.outcome) {
    case "STORED":
      return jsonResponse(disputeView(reply.dispute));
    case "REFUSED":
      return problem(REFUSALS[reply.reason], detailOf(reply.reason));
    case "CLOSED":
      return problem("PAYMENT_NOT_SUCCESSFUL");
    case "UNKNOWN":
      return problem("PAYMENT_UNKNOWN");
  }
}

function detailOf(reason: DisputeRefusal): string | undefined {
  return reason === "ESCALATION_CURRENCY_DIFFERS"
    ? "Illegal parameter escalationAmount.currency: must be the currency of paymentAmount."
    : undefined;
}

/** Message and answer were read strictly before they were stored. */
function disputeView({ disputeRequestId, state, currency, message, answer, delivery }: DisputeReport): object {
  const { kind, createdTimeMs, amountMinor, status } = state;
  return {
    disputeRequestId,
    kind,
    status: status.name,
    createdTime: formatTime(createdTimeMs),
    escalationAmount: kind === "ESCALATION" ? amountOf({ currency, amountMinor }) : undefined,
    ...answerView(status, currency),
    message: parsed(message),
    answer: parsed(answer),
    delivery: delivery && deliveryView(delivery, "content"),
  };
}

function answerView(status: DisputeStatus, currency: string): object {
  switch (status.name) {
    case "SENDING":
    case "OPEN":
    case "ABANDONED":
      return {};
    case "REFUSED":
      return { resultCode: status.resultCode };
    case "ANSWERED":
      return {
        answerCode: status.answerCode,
        answeredTime: formatTime(status.answeredTimeMs),
        acceptedAmount:
          status.acceptedMinor > 0n ? amountOf({ currency, amountMinor: status.acceptedMinor }) : undefined,
      };
  }
}

function parsed(text: string | undefined): JsonObject | undefined {
  return text === undefined ? undefined : (JSON.parse(text) as JsonObject);
}
