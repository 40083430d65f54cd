/**
 * Payments for the wallet's app: the state of a payment, and the customer's decision on an order. Source:
 * docs/spec/order-codes.md#the-way-of-an-order.
 */
import * as z from "zod";
import { atHomeOfPayment } from "../../../durable/customers/call-home.ts";
import type { Customers } from "../../../durable/customers/object.ts";
import type { Busy, PaymentOfCustomer, ReportReply } from "../../../durable/messages.ts";
import { paymentIdOf } from "../../../protocol/idempotency.ts";
import { isProblem, type Problem, problem } from "../../http/problem.ts";
import { customerOf, namedCustomer } from "../caller.ts";
import type { WalletCall, WalletRoute } from "../route.ts";
import { type PaymentView, paymentView, paymentViewOf } from "./payment-view.ts";

const RETRY_AFTER_SECONDS = 1;

const ofCustomer = z.object({ customerId: namedCustomer });

type OfCustomer = z.infer<typeof ofCustomer>;

/** GET /wallet/v1/payments/{paymentRequestId} */
export const readPayment: WalletRoute<undefined, PaymentView> = {
  method: "GET",
  path: "/payments/{paymentRequestId}",
  name: "readPayment",
  summary: "The state of a payment",
  description: "The payment as it is now. An app sees its own customer's payments alone; a service sees every payment.",
  reply: paymentView,
  problems: ["PAYMENT_UNKNOWN", "ORDER_CLOSED"],
  answer(call) {
    const { caller } = call;
    const customerId = caller.kind === "CUSTOMER" ? caller.customerId : undefined;
    return onPayment(call, customerId, async (customers, payment) => customers.report(payment));
  },
};

/** POST /wallet/v1/payments/{paymentRequestId}/confirm */
export const confirmPayment: WalletRoute<OfCustomer, PaymentView> = {
  method: "POST",
  path: "/payments/{paymentRequestId}/confirm",
  name: "confirmPayment",
  summary: "The customer confirms an order",
  description:
    "Takes the money once, however often it is called, and never after `paymentExpiryTime`. Answers the payment with " +
    "its result; PROCESSING when the wallet's core has not answered yet: the result then comes by the live stream, or " +
    "by asking again.",
  body: ofCustomer,
  reply: paymentView,
  problems: ["PAYMENT_UNKNOWN", "ORDER_CLOSED"],
  answer: (call) => onOwnPayment(call, async (customers, payment) => customers.confirm(payment)),
};

/** POST /wallet/v1/payments/{paymentRequestId}/decline */
export const declinePayment: WalletRoute<OfCustomer, PaymentView> = {
  method: "POST",
  path: "/payments/{paymentRequestId}/decline",
  name: "declinePayment",
  summary: "The customer declines an order",
  description: "Closes an order that was not confirmed. One that was confirmed stays as it is: look at `status`.",
  body: ofCustomer,
  reply: paymentView,
  problems: ["PAYMENT_UNKNOWN", "ORDER_CLOSED"],
  answer: (call) => onOwnPayment(call, async (customers, payment) => customers.decline(payment)),
};

type Ask = (customers: DurableObjectStub<Customers>, payment: PaymentOfCustomer) => Promise<ReportReply | Busy>;

/** The answer to what its home reports of a payment. */
export function paymentAnswer(reply: ReportReply | Busy): PaymentView | Problem {
  switch (reply.outcome) {
    case "KNOWN":
      return paymentViewOf(reply.payment);
    case "UNKNOWN":
      return problem("PAYMENT_UNKNOWN");
    case "CLOSED":
      return problem("ORDER_CLOSED");
    case "BUSY":
      return { ...problem("TOO_MANY_REQUESTS"), retryAfterSeconds: RETRY_AFTER_SECONDS };
    case "UNAVAILABLE":
      return { ...problem("UNAVAILABLE"), retryAfterSeconds: RETRY_AFTER_SECONDS };
    case "INCONSISTENT":
      return problem("CODE_OF_ANOTHER_CUSTOMER");
  }
}

async function onOwnPayment(call: WalletCall<OfCustomer>, ask: Ask): Promise<PaymentView | Problem> {
  const customer = customerOf(call.caller, call.body.customerId);
  return isProblem(customer) ? customer : onPayment(call, customer.customerId, ask);
}

async function onPayment(
  call: WalletCall<unknown>,
  customerId: string | undefined,
  ask: Ask,
): Promise<PaymentView | Problem> {
  const { clientId, gateway, parameters } = call;
  const { paymentRequestId = "" } = parameters;
  const paymentId = await paymentIdOf(clientId, paymentRequestId);
  const reply = await atHomeOfPayment(gateway, { paymentId, paymentRequestId }, (customers) =>
    ask(customers, { paymentId, customerId }),
  );
  return paymentAnswer(reply);
}
