/**
 * The merchant's page that a customer comes back to from the wallet, with `authCode` and `authState`. Source:
 * docs/spec/wallet/auto-debit.md#flow.
 */
import { html } from "hono/html";
import * as z from "zod";
import { identifier, text } from "../../../protocol/parameters.ts";
import { checked, type SandboxContext } from "../../http.ts";
import { customerPage, type Markup } from "../../page/customer-page.ts";
import type { SubscriptionReply } from "./messages.ts";

/** How often the page reloads while the result is not known. */
const REFRESH_S = 3;

const HTTP_OK = 200;
const HTTP_NOT_FOUND = 404;

const back = z.object({ subscriptionId: identifier, authState: text(256), authCode: text(128).optional() });

/** GET /sandbox/subscriptions/{subscriptionId}/return: without a code the customer has declined. */
export async function getReturn(context: SandboxContext): Promise<Response> {
  const subscriptionId = context.req.param("subscriptionId") ?? "";
  const named = checked(context, back, { ...context.req.query(), subscriptionId });
  if ("refusal" in named) return named.refusal;
  const { authState, authCode } = named.parameters;
  const reply = await context.get("parties").acquirer.sales().comeBack({ subscriptionId, authState, authCode });
  const isWaiting = reply.outcome === "KNOWN" && reply.subscription.state.status.name === "APPLYING";
  return customerPage({
    status: reply.outcome === "KNOWN" ? HTTP_OK : HTTP_NOT_FOUND,
    title: "Harbour Bakery",
    content: html`<h1>Harbour Bakery</h1>${contentOf(reply)}`,
    refresh: isWaiting ? { seconds: REFRESH_S } : undefined,
  });
}

function contentOf(reply: SubscriptionReply): Markup {
  if (reply.outcome !== "KNOWN") {
    return html`<p role="alert">The shop knows no such subscription. Begin again in the shop.</p>`;
  }
  const { status } = reply.subscription.state;
  switch (status.name) {
    case "PREPARING":
    case "OFFERED":
    case "APPLYING":
      return html`<p role="status">One moment, your wallet confirms the subscription.</p>`;
    case "ACTIVE":
    case "REFRESHING":
      return html`<p role="status">Thank you, you are subscribed.</p>
<p class="dim">Your wallet shows each later payment. You can end the subscription here or in your wallet.</p>`;
    case "DECLINED":
      return html`<p role="alert">You have not subscribed: you declined in your wallet.</p>
<p class="dim">To decide otherwise, choose “Ask again” at the point of sale.</p>`;
    case "CANCELLING":
    case "ENDED":
      return html`<p role="status">This subscription has ended.</p>`;
    case "FAILED":
      return html`<p role="alert">Not subscribed: ${status.failure.resultMessage}</p>
<p class="dim">${status.failure.resultCode}. Begin again in the shop.</p>`;
  }
}
