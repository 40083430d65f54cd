/** The endpoints below /sandbox/subscriptions: a developer plays a merchant who debits its customers. */
import * as z from "zod";
import { paymentIdOf } from "../../../protocol/idempotency.ts";
import { flag, identifier, positiveAmount, text } from "../../../protocol/parameters.ts";
import type { SubscriptionCommand, SubscriptionReply } from "../../acquirer/subscriptions/messages.ts";
import type { TerminalType } from "../../acquirer/subscriptions/records.ts";
import { subscriptionJson } from "../../acquirer/subscriptions/subscription-json.ts";
import { whileCoreAwaits } from "../../core/message-id.ts";
import { FAULT_HEADER } from "../../faults/fault.ts";
import { CORE_LINK } from "../../faults/links.ts";
import { checked, checkedBody, checkedFault, refuse, type SandboxContext } from "../../http.ts";
import { newId } from "../../rehearsal/request-id.ts";

const TERMINAL_TYPES = ["WEB", "WAP", "APP"] as const satisfies readonly TerminalType[];
const SCOPES_LIMIT = 16;
const SUBSCRIPTIONS_DEFAULT = 50;
const SUBSCRIPTIONS_LIMIT = 200;

const wish = z.strictObject({
  paymentAmount: positiveAmount,
  subscriptionId: identifier.optional(),
  terminalType: z.enum(TERMINAL_TYPES, `must be ${TERMINAL_TYPES.join(", ")}`).default("WEB"),
  scopes: z
    .array(text(64), "must be a list")
    .min(1, "must not be empty")
    .max(SCOPES_LIMIT, `must have at most ${SCOPES_LIMIT} scopes`)
    .default(["AGREEMENT_PAY", "USER_LOGIN_ID"]),
  /** Debits at once, and every month. */
  isMonthly: flag.default(true),
  /** What the merchant answers when the wallet asks whether its customer may end it there. */
  allowUnbinding: flag.default(true),
});

const debitWish = z.strictObject({ paymentAmount: positiveAmount.optional(), paymentRequestId: identifier.optional() });

const path = z.object({ subscriptionId: identifier });

const query = z.strictObject({
  limit: text(3)
    .regex(/^[1-9][0-9]*$/, "must be a whole number from 1 on")
    .transform(Number)
    .pipe(z.number().max(SUBSCRIPTIONS_LIMIT, `must be at most ${SUBSCRIPTIONS_LIMIT}`))
    .default(SUBSCRIPTIONS_DEFAULT),
});

/** POST /sandbox/subscriptions: a merchant asks for the wallet's page, on which a customer may agree. */
export async function postSubscriptions(context: SandboxContext): Promise<Response> {
  const input = await checkedBody(context, wish);
  if ("refusal" in input) return input.refusal;
  const { subscriptionId = newId(), allowUnbinding: allowsUnbinding, ...wanted } = input.parameters;
  const asked = checkedFault(context, { link: "ACQP_TO_ALIPAYPLUS", interface: "prepare" });
  if ("refusal" in asked) return asked.refusal;
  const { origin } = new URL(context.req.url);
  const fault = context.req.header(FAULT_HEADER);
  const command = { ...wanted, subscriptionId, allowsUnbinding, origin, fault };
  return answer(context, await context.get("parties").acquirer.sales().subscribe(command));
}

/** GET /sandbox/subscriptions: the last subscriptions, newest first. */
export async function getSubscriptions(context: SandboxContext): Promise<Response> {
  const asked = checked(context, query, { ...context.req.query() });
  if ("refusal" in asked) return asked.refusal;
  const subscriptions = await context.get("parties").acquirer.sales().lastSubscriptions(asked.parameters.limit);
  return context.json({ subscriptions: subscriptions.map(subscriptionJson) });
}

/** GET /sandbox/subscriptions/{subscriptionId} */
export async function getSubscription(context: SandboxContext): Promise<Response> {
  const named = checked(context, path, { subscriptionId: context.req.param("subscriptionId") ?? "" });
  if ("refusal" in named) return named.refusal;
  const { subscriptionId } = named.parameters;
  return answer(context, await context.get("parties").acquirer.sales().findSubscription(subscriptionId));
}

/** POST /sandbox/subscriptions/{subscriptionId}/debit: the merchant debits at once. */
export async function postDebit(context: SandboxContext): Promise<Response> {
  const named = checked(context, path, { subscriptionId: context.req.param("subscriptionId") ?? "" });
  if ("refusal" in named) return named.refusal;
  const input = await checkedBody(context, debitWish);
  if ("refusal" in input) return input.refusal;
  const { paymentAmount, paymentRequestId = newId() } = input.parameters;
  const asked = checkedFault(context, { link: "ACQP_TO_ALIPAYPLUS", interface: "pay" }, "debit");
  if ("refusal" in asked) return asked.refusal;
  const { acquirer, alipayPlus } = context.get("parties");
  const { origin } = new URL(context.req.url);
  const command = { ...named.parameters, paymentAmount, paymentRequestId, origin };
  const debit = async (fault: string | undefined): Promise<SubscriptionReply> =>
    acquirer.sales().debit({ ...command, fault });
  if (asked.fault?.kind.link !== CORE_LINK) return answer(context, await debit(context.req.header(FAULT_HEADER)));
  const subject = { paymentRequestId: await paymentIdOf(acquirer.clientId, paymentRequestId) };
  const debited = whileCoreAwaits(alipayPlus.mppClientId, asked.fault, subject, () => debit(undefined));
  return answer(context, await debited);
}

/** POST /sandbox/subscriptions/{subscriptionId}/refresh: the merchant asks for a new pair of tokens. */
export async function postRefreshSubscription(context: SandboxContext): Promise<Response> {
  const named = commandOf(context, "applyToken");
  if ("refusal" in named) return named.refusal;
  return answer(context, await context.get("parties").acquirer.sales().refreshSubscription(named));
}

/** POST /sandbox/subscriptions/{subscriptionId}/cancel: the merchant ends the subscription. */
export async function postCancelSubscription(context: SandboxContext): Promise<Response> {
  const named = commandOf(context, "cancelToken");
  if ("refusal" in named) return named.refusal;
  return answer(context, await context.get("parties").acquirer.sales().cancelSubscription(named));
}

/** The subscription of the path, and the header with the fault for the message that the acquirer sends. */
function commandOf(
  context: SandboxContext,
  interfaceName: "applyToken" | "cancelToken",
): SubscriptionCommand | { readonly refusal: Response } {
  const named = checked(context, path, { subscriptionId: context.req.param("subscriptionId") ?? "" });
  if ("refusal" in named) return named;
  const asked = checkedFault(context, { link: "ACQP_TO_ALIPAYPLUS", interface: interfaceName });
  return "refusal" in asked ? asked : { ...named.parameters, fault: context.req.header(FAULT_HEADER) };
}

function answer(context: SandboxContext, reply: SubscriptionReply): Response {
  switch (reply.outcome) {
    case "KNOWN":
      return context.json(subscriptionJson(reply));
    case "UNKNOWN":
    case "STATE_WRONG":
      return refuse(
        context,
        "SUBSCRIPTION_UNKNOWN",
        "Illegal parameter subscriptionId: there is no such subscription.",
      );
    case "INCONSISTENT":
      return refuse(context, "REPEAT_INCONSISTENT", "The id names another subscription or sale already.");
    case "NOT_ACTIVE":
      return refuse(
        context,
        "SUBSCRIPTION_NOT_ACTIVE",
        "Illegal parameter subscriptionId: the subscription has no tokens; its status says why.",
      );
  }
}
