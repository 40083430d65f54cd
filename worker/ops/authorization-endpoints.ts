/** The operators' call about one authorisation. It shows neither the customer nor the merchant's names. */
import type { AuthorizationInspection } from "../../durable/authorizations/messages.ts";
import { atHome } from "../../durable/customers/call-home.ts";
import { DirectoryClient } from "../../durable/directory/client.ts";
import { formatTime } from "../../protocol/time.ts";
import type { Endpoint } from "../http/endpoint.ts";
import { jsonResponse } from "../http/json-response.ts";
import { problem } from "../http/problem.ts";
import { deliveryView, optionalTime } from "./delivery-view.ts";

/** GET /ops/authorizations/{authorizationId}: the state of an authorisation, and the attempts to notify Alipay+ of it. */
export const inspectAuthorization: Endpoint = {
  method: "GET",
  path: "/authorizations/{authorizationId}",
  name: "inspectAuthorization",
  async respond({ gateway, parameters, receivedTimeMs, line }) {
    const { authorizationId = "" } = parameters;
    const place = await new DirectoryClient(gateway).findPrepared(authorizationId, receivedTimeMs);
    if (place.outcome === "UNKNOWN") return problem("AUTHORIZATION_UNKNOWN");
    if (place.outcome !== "TAKEN") {
      return jsonResponse({ authorizationId, status: place.outcome, expiryTime: formatTime(place.expiryTimeMs) });
    }
    const usesShard = (shard: number) => {
      line.shard = shard;
    };
    const inspection = await atHome<AuthorizationInspection | undefined>(
      { ...gateway, usesShard },
      place.home,
      async (customers) => customers.inspectAuthorization(authorizationId),
    );
    return inspection ? jsonResponse({ authorizationId, ...viewOf(inspection) }) : problem("AUTHORIZATION_UNKNOWN");
  },
};

function viewOf(inspection: AuthorizationInspection): object {
  const { status, endedBy, createdTimeMs, expiryTimeMs, accessExpiryTimeMs, pairs, scopes, notifications } = inspection;
  const deliveries = Object.entries(notifications).map(([type, report]) => [type, deliveryView(report)]);
  return {
    status,
    endedBy,
    consentTime: formatTime(createdTimeMs),
    expiryTime: formatTime(expiryTimeMs),
    accessTokenExpiryTime: optionalTime(accessExpiryTimeMs),
    pairs,
    scopes,
    notifications: Object.fromEntries(deliveries),
  };
}
