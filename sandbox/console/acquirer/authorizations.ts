/** An authorisation of the acquirer's merchants as Alipay+ keeps it, with what it has handed on. */
import * as z from "zod";
import { authorizationIdOf } from "../../../protocol/idempotency.ts";
import { identifier } from "../../../protocol/parameters.ts";
import { formatOptionalTime, formatTime } from "../../../protocol/time.ts";
import { SAMPLE_MERCHANT_ID } from "../../acquirer/sample-order.ts";
import { checked, refuse, type SandboxContext } from "../../http.ts";
import { notificationJson } from "./payments.ts";

const path = z.object({ subscriptionId: identifier });

/** GET /sandbox/acquirer/authorizations/{subscriptionId}: the acquirer's own id names it. */
export async function getAcquirerAuthorization(context: SandboxContext): Promise<Response> {
  const named = checked(context, path, { subscriptionId: context.req.param("subscriptionId") ?? "" });
  if ("refusal" in named) return named.refusal;
  const { subscriptionId } = named.parameters;
  const { acquirerClientId, network } = context.get("parties").alipayPlus;
  const authorizationId = await authorizationIdOf(acquirerClientId, SAMPLE_MERCHANT_ID, subscriptionId);
  const reply = await network().findAuthorization({ authorizationId });
  if (reply.outcome === "UNKNOWN") {
    return refuse(
      context,
      "SUBSCRIPTION_UNKNOWN",
      "Illegal parameter subscriptionId: Alipay+ knows no such subscription.",
    );
  }
  const { state, tokens, ...known } = reply.authorization;
  const { status, asking, attempts, dueTimeMs } = state;
  return context.json({
    authorizationId,
    status: status.name,
    endedBy: status.name === "ENDED" ? status.endedBy : undefined,
    /** The applyToken without a final answer, how often it was sent, and when it is sent again. */
    asking,
    attempts,
    dueTime: formatOptionalTime(dueTimeMs),
    authClientId: known.authClientId,
    referenceAgreementId: known.referenceAgreementId,
    createdTime: formatTime(known.createdTimeMs),
    customerId: known.customerId,
    accessToken: tokens?.accessToken,
    accessTokenExpiryTime: formatOptionalTime(tokens?.accessExpiryTimeMs),
    reason: known.endReason,
    /** Notifications of the wallet that were accepted, and the deliveries of each to the acquirer. */
    received: known.notifications,
    notifications: Object.fromEntries(reply.notifications.map(({ type, report }) => [type, notificationJson(report)])),
  });
}
