/** The operators' calls about one authorisation. They show neither the customer nor the merchant's names. */
import { type AuthorizationStatus, endOf } from "../../durable/authorizations/machine/authorization.ts";
import type { AuthorizationInspection } from "../../durable/authorizations/messages.ts";
import { atHome, placeOfAuthorization } from "../../durable/customers/call-home.ts";
import type { Customers } from "../../durable/customers/object.ts";
import { formatOptionalTime, formatTime } from "../../protocol/time.ts";
import type { Arrival, Endpoint } from "../http/endpoint.ts";
import { jsonResponse } from "../http/json-response.ts";
import { problem } from "../http/problem.ts";
import { deliveryView } from "./delivery-view.ts";

/**
 * GET /ops/authorizations/{authorizationId}: the state of an authorisation, and the attempts to notify Alipay+ of it.
 */
export const inspectAuthorization: Endpoint = {
  method: "GET",
  path: "/authorizations/{authorizationId}",
  name: "inspectAuthorization",
  async respond(arrival) {
    const { authorizationId, place, ask } = await placeOf(arrival);
    if (place.outcome === "UNKNOWN") return problem("AUTHORIZATION_UNKNOWN");
    if (place.outcome !== "TAKEN") {
      return jsonResponse({ authorizationId, status: place.outcome, ...endView(place.outcome, place.expiryTimeMs) });
    }
    const inspection = await ask<AuthorizationInspection | undefined>(place.home, async (customers) =>
      customers.inspectAuthorization(authorizationId),
    );
    return inspection ? jsonResponse({ authorizationId, ...viewOf(inspection) }) : problem("AUTHORIZATION_UNKNOWN");
  },
};

/** POST /ops/authorizations/{authorizationId}/notifications: notifies Alipay+ again of what holds now, at once. */
export const notifyAuthorizationAgain: Endpoint = {
  method: "POST",
  path: "/authorizations/{authorizationId}/notifications",
  name: "notifyAuthorizationAgain",
  async respond(arrival) {
    const { authorizationId, place, ask } = await placeOf(arrival);
    if (place.outcome === "UNKNOWN") return problem("AUTHORIZATION_UNKNOWN");
    if (place.outcome !== "TAKEN") return problem("AUTHORIZATION_NOT_NOTIFIED");
    const types = await ask<readonly string[] | undefined>(place.home, async (customers) =>
      customers.notifyAuthorizationAgain(authorizationId),
    );
    if (!types) return problem("AUTHORIZATION_UNKNOWN");
    return types.length === 0
      ? problem("AUTHORIZATION_NOT_NOTIFIED")
      : jsonResponse({ outcome: "DUE", notifications: types });
  },
};

/**
 * POST /ops/authorizations/{authorizationId}/end: ends it for the wallet without asking Alipay+, such as that of a
 * stolen account, which must pay no more at once. A repeat answers the same.
 */
export const endAuthorization: Endpoint = {
  method: "POST",
  path: "/authorizations/{authorizationId}/end",
  name: "endAuthorization",
  async respond(arrival) {
    const { authorizationId, place, ask } = await placeOf(arrival);
    if (place.outcome !== "TAKEN") return problem("AUTHORIZATION_UNKNOWN", "No customer has agreed to it.");
    await ask(place.home, async (customers) => customers.endAuthorizationOfWallet(authorizationId));
    return inspectAuthorization.respond(arrival);
  },
};

/** What is known of it, and the way to its home. */
async function placeOf({ gateway, parameters, receivedTimeMs, line }: Arrival) {
  const { authorizationId = "" } = parameters;
  const usesShard = (shard: number) => {
    line.shard = shard;
  };
  const caller = { ...gateway, usesShard };
  const place = await placeOfAuthorization(caller, authorizationId, receivedTimeMs);
  const ask = <Reply>(home: number, call: (customers: DurableObjectStub<Customers>) => Promise<Reply>) =>
    atHome(caller, home, call);
  return { authorizationId, place, ask };
}

function endView(status: AuthorizationStatus["name"], stateTimeMs: number): object {
  const { expiryTimeMs, endedTimeMs } = endOf(status, stateTimeMs);
  return { expiryTime: formatOptionalTime(expiryTimeMs), endedTime: formatOptionalTime(endedTimeMs) };
}

function viewOf(inspection: AuthorizationInspection): object {
  const { status, endedBy, createdTimeMs, expiryTimeMs, accessExpiryTimeMs, pairs, scopes, notifications } = inspection;
  const deliveries = Object.entries(notifications).map(([type, report]) => [type, deliveryView(report, "content")]);
  return {
    status,
    endedBy,
    consentTime: formatTime(createdTimeMs),
    ...endView(status, expiryTimeMs),
    accessTokenExpiryTime: formatOptionalTime(accessExpiryTimeMs),
    pairs,
    scopes,
    notifications: Object.fromEntries(deliveries),
  };
}
