/** The endpoints below /sandbox/sales: a developer plays a merchant of the sandbox's acquirer. */
import * as z from "zod";
import { paymentIdOf } from "../../../protocol/idempotency.ts";
import { currency, identifier, order, positiveAmount, text, url } from "../../../protocol/parameters.ts";
import type { SaleCommand, SaleReply } from "../../acquirer/messages.ts";
import { TERMINAL_TYPES } from "../../acquirer/pay-message.ts";
import { REFUNDS_LIMIT } from "../../acquirer/refunds.ts";
import { saleJson } from "../../acquirer/sale-json.ts";
import type { SaleScenario } from "../../acquirer/sale-records.ts";
import { sellCommandOf } from "../../acquirer/sell-command.ts";
import { expiryTime } from "../../alipayplus/expiry-time.ts";
import { whileCoreAwaits } from "../../core/message-id.ts";
import { FAULT_HEADER } from "../../faults/fault.ts";
import { CORE_LINK, type MessageKind } from "../../faults/links.ts";
import { checked, checkedBody, checkedFault, refuse, refuseParameter, type SandboxContext } from "../../http.ts";
import { newId } from "../../rehearsal/request-id.ts";

const SCENARIOS = ["PaymentCode", "OrderCode", "EntryCode", "Cashier"] as const satisfies readonly SaleScenario[];
const INTERFACES = ["TODAY", "OLDER"] as const;

const SALES_DEFAULT = 50;
const SALES_LIMIT = 200;

const wish = z
  .strictObject({
    paymentAmount: positiveAmount,
    scenario: z.enum(SCENARIOS, `must be ${SCENARIOS.join(", ")}`).default("PaymentCode"),
    /** The code that the merchant has scanned. */
    paymentCode: text(512).optional(),
    paymentRequestId: identifier.optional(),
    interface: z.enum(INTERFACES, `must be ${INTERFACES.join(" or ")}`).default("TODAY"),
    settlementCurrency: currency.optional(),
    order: order.optional(),
    paymentExpiryTime: expiryTime.optional(),
    paymentRedirectUrl: url.optional(),
    terminalType: z.enum(TERMINAL_TYPES, `must be ${TERMINAL_TYPES.join(", ")}`).optional(),
  })
  .refine(({ scenario, paymentCode }) => scenario !== "PaymentCode" || paymentCode !== undefined, {
    message: "is required",
    path: ["paymentCode"],
  })
  .refine(({ scenario, paymentCode }) => scenario === "PaymentCode" || paymentCode === undefined, {
    message: "is for scenario PaymentCode alone",
    path: ["paymentCode"],
  })
  .refine(({ terminalType, scenario }) => terminalType === undefined || scenario === "Cashier", {
    message: "is for scenario Cashier alone",
    path: ["terminalType"],
  })
  .refine(({ terminalType, order: own }) => terminalType === undefined || own === undefined, {
    message: "is part of order.env where the order is given",
    path: ["terminalType"],
  })
  .refine((sale) => sale.interface === "TODAY" || sale.scenario !== "Cashier", {
    message: "has no Cashier when it is OLDER",
    path: ["interface"],
  });

const refundWish = z.strictObject({ refundAmount: positiveAmount, refundRequestId: identifier.optional() });

const path = z.object({ paymentRequestId: identifier });

const query = z.strictObject({
  limit: text(3)
    .regex(/^[1-9][0-9]*$/, "must be a whole number from 1 on")
    .transform(Number)
    .pipe(z.number().max(SALES_LIMIT, `must be at most ${SALES_LIMIT}`))
    .default(SALES_DEFAULT),
});

/** POST /sandbox/sales: a merchant sells something. */
export async function postSales(context: SandboxContext): Promise<Response> {
  const input = await checkedBody(context, wish);
  if ("refusal" in input) return input.refusal;
  const { parameters, body } = input;
  const { paymentRequestId = newId(), paymentExpiryTime, scenario } = parameters;
  const kind = { link: "ACQP_TO_ALIPAYPLUS", interface: "pay", isOlder: parameters.interface === "OLDER" } as const;
  // With a payment code the debit follows at once; in every other scenario when the customer confirms.
  const asked = checkedFault(context, kind, scenario === "PaymentCode" ? "debit" : undefined);
  if ("refusal" in asked) return asked.refusal;
  const sale = { ...parameters, paymentRequestId, order: body.order };
  const command = sellCommandOf(sale, paymentExpiryTime, new URL(context.req.url).origin);
  const { acquirer, alipayPlus } = context.get("parties");
  const sell = async (fault: string | undefined): Promise<SaleReply> => acquirer.sales().sell({ ...command, fault });
  if (asked.fault?.kind.link !== CORE_LINK) return answer(context, await sell(context.req.header(FAULT_HEADER)));
  // Alipay+'s id of the payment is the wallet's paymentRequestId.
  const subject = { paymentRequestId: await paymentIdOf(acquirer.clientId, paymentRequestId) };
  const sold = whileCoreAwaits(alipayPlus.mppClientId, asked.fault, subject, () => sell(undefined));
  return answer(context, await sold);
}

/** GET /sandbox/sales: the last sales, newest first. */
export async function getSales(context: SandboxContext): Promise<Response> {
  const asked = checked(context, query, { ...context.req.query() });
  if ("refusal" in asked) return asked.refusal;
  const sales = await context.get("parties").acquirer.sales().last(asked.parameters.limit);
  return context.json({ sales: sales.map(saleJson) });
}

/** GET /sandbox/sales/{paymentRequestId} */
export async function getSale(context: SandboxContext): Promise<Response> {
  const named = saleNamed(context);
  if ("refusal" in named) return named.refusal;
  return answer(context, await context.get("parties").acquirer.sales().find(named.paymentRequestId));
}

/** POST /sandbox/sales/{paymentRequestId}/inquire */
export async function postInquireSale(context: SandboxContext): Promise<Response> {
  const named = saleNamed(context);
  if ("refusal" in named) return named.refusal;
  return answer(context, await context.get("parties").acquirer.sales().inquire(named));
}

/** POST /sandbox/sales/{paymentRequestId}/cancel: also how a merchant closes an order. */
export async function postCancelSale(context: SandboxContext): Promise<Response> {
  const named = saleNamed(context, "cancelPayment");
  if ("refusal" in named) return named.refusal;
  return answer(context, await context.get("parties").acquirer.sales().cancel(named));
}

/** POST /sandbox/sales/{paymentRequestId}/refund: Alipay+ decides whether the amount is allowed. */
export async function postRefundSale(context: SandboxContext): Promise<Response> {
  const named = saleNamed(context, "refund");
  if ("refusal" in named) return named.refusal;
  const input = await checkedBody(context, refundWish);
  if ("refusal" in input) return input.refusal;
  const { refundAmount, refundRequestId = newId() } = input.parameters;
  const command = { ...named, refundAmount, refundRequestId };
  return answer(context, await context.get("parties").acquirer.sales().refund(command));
}

type Refusal = { readonly refusal: Response };

function saleNamed(
  context: SandboxContext,
  interfaceName: MessageKind["interface"] = "inquiryPayment",
): SaleCommand | Refusal {
  const named = checked(context, path, { paymentRequestId: context.req.param("paymentRequestId") ?? "" });
  if ("refusal" in named) return named;
  const { paymentRequestId } = named.parameters;
  const header = faultOf(context, interfaceName);
  return "refusal" in header ? header : { paymentRequestId, fault: header.fault };
}

/**
 * The header with the fault that the developer wants for the message that the acquirer sends: it is passed on unchanged
 * after a check that it applies to that message.
 */
function faultOf(
  context: SandboxContext,
  interfaceName: MessageKind["interface"],
): { readonly fault: string | undefined } | Refusal {
  const asked = checkedFault(context, { link: "ACQP_TO_ALIPAYPLUS", interface: interfaceName });
  return "refusal" in asked ? asked : { fault: context.req.header(FAULT_HEADER) };
}

function answer(context: SandboxContext, reply: SaleReply): Response {
  switch (reply.outcome) {
    case "KNOWN":
      return context.json(saleJson(reply));
    case "UNKNOWN":
      return refuse(context, "PAYMENT_UNKNOWN", "Illegal parameter paymentRequestId: there is no such sale.");
    case "INCONSISTENT":
      return refuse(context, "REPEAT_INCONSISTENT", "The id names another sale or refund already.");
    case "NOT_SUCCESSFUL":
      return refuse(
        context,
        "PAYMENT_NOT_SUCCESSFUL",
        "Illegal parameter paymentRequestId: the sale has not succeeded.",
      );
    case "TOO_MANY_REFUNDS":
      return refuseParameter(context, "paymentRequestId", `the sale has ${REFUNDS_LIMIT} refunds already`);
  }
}
