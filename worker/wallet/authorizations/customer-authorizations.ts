/**
 * A customer's authorisations in the wallet's app, and their end by the customer. Source:
 * docs/spec/wallet/auto-debit.md#consultunbinding.
 */
import * as z from "zod";
import { alipayPlusClientOf } from "../../../durable/alipayplus-client.ts";
import type { AuthorizationReport } from "../../../durable/authorizations/messages.ts";
import { tokenText } from "../../../durable/authorizations/tokens.ts";
import { atHomeOfCustomer } from "../../../durable/customers/call-home.ts";
import { shardOf } from "../../../durable/platform/shard.ts";
import { identifier } from "../../../protocol/parameters.ts";
import type { Edge } from "../../access/edge.ts";
import { isProblem, type Problem, problem } from "../../http/problem.ts";
import { customerOf, namedCustomer } from "../caller.ts";
import type { WalletRoute } from "../route.ts";
import { type AuthorizationView, authorizationView, authorizationViewOf } from "./authorization-view.ts";

/** How many are answered at once. */
const PAGE_SIZE = 50;
const RETRY_AFTER_SECONDS = 5;
/** How often Alipay+ is asked when the merchant gets a new token meanwhile. */
const CONSULTATIONS = 3;

const listOf = z.object({
  customerId: namedCustomer,
  after: identifier.optional().describe("`next` of the page before."),
});

const listReply = z.object({
  authorizations: z.array(authorizationView),
  next: z.string().optional().describe("There may be more: ask again with `after`."),
});

/** GET /wallet/v1/authorizations */
export const listAuthorizations: WalletRoute<z.infer<typeof listOf>, z.infer<typeof listReply>> = {
  method: "GET",
  path: "/authorizations",
  name: "listAuthorizations",
  summary: "A customer's authorisations",
  description: "All that the customer has agreed to, those that have ended included: the newest consent first.",
  body: listOf,
  reply: listReply,
  problems: [],
  async answer({ gateway, caller, body }) {
    const customer = customerOf(caller, body.customerId);
    if (isProblem(customer)) return customer;
    const { customerId } = customer;
    const reports = await atHomeOfCustomer<AuthorizationReport[]>(gateway, customerId, async (customers) =>
      customers.authorizationsOf(customerId, body.after ?? "", PAGE_SIZE),
    );
    const last = reports.length === PAGE_SIZE ? reports.at(-1)?.authorizationId : undefined;
    return { authorizations: reports.map(authorizationViewOf), ...(last === undefined ? {} : { next: last }) };
  },
};

const ofCustomer = z.object({ customerId: namedCustomer });

/** POST /wallet/v1/authorizations/{authorizationId}/unbind */
export const unbindAuthorization: WalletRoute<z.infer<typeof ofCustomer>, AuthorizationView> = {
  method: "POST",
  path: "/authorizations/{authorizationId}/unbind",
  name: "unbindAuthorization",
  summary: "The customer ends an authorisation",
  description:
    "Asks Alipay+ whether it may be ended here, and ends it: from then on it pays nothing. A repeat answers the same. With " +
    "UNBIND_AT_MERCHANT it goes on, and the customer must end it with the merchant; with ALIPAYPLUS_UNAVAILABLE it goes " +
    "on, and the same call may be made again.",
  body: ofCustomer,
  reply: authorizationView,
  problems: [
    "AUTHORIZATION_UNKNOWN",
    "UNBIND_AT_MERCHANT",
    "AUTO_DEBIT_OFF",
    "ALIPAYPLUS_REFUSED",
    "ALIPAYPLUS_UNAVAILABLE",
  ],
  async answer({ gateway, caller, body, parameters }) {
    const customer = customerOf(caller, body.customerId);
    if (isProblem(customer)) return customer;
    const { customerId } = customer;
    const { authorizationId = "" } = parameters;
    let report = await atHomeOfCustomer<AuthorizationReport | undefined>(gateway, customerId, async (customers) =>
      customers.authorization(authorizationId, customerId),
    );
    for (let round = 1; round <= CONSULTATIONS; round += 1) {
      if (!report) return problem("AUTHORIZATION_UNKNOWN");
      const refusal = await consult(gateway, report, customerId);
      if (refusal) return refusal;
      const consulted = { accessDigest: report.access?.digest };
      report = await atHomeOfCustomer<AuthorizationReport | undefined>(gateway, customerId, async (customers) =>
        customers.endAuthorization(authorizationId, customerId, consulted),
      );
      if (report && report.status.name !== "CONSENTED" && report.status.name !== "ACTIVE") {
        return authorizationViewOf(report);
      }
    }
    return { ...problem("ALIPAYPLUS_UNAVAILABLE"), retryAfterSeconds: RETRY_AFTER_SECONDS };
  },
};

/**
 * Asks Alipay+ whether the wallet may end it; undefined when it may. Where the merchant has no token, nothing is asked.
 */
async function consult(
  gateway: Edge,
  { status, terms, access }: AuthorizationReport,
  customerId: string,
): Promise<Problem | undefined> {
  const { autoDebit, shardCount } = gateway.configuration;
  if (status.name !== "ACTIVE" || !access) return undefined;
  if (!autoDebit) return problem("AUTO_DEBIT_OFF");
  const accessToken = await tokenText(autoDebit, "ACCESS", shardOf(customerId, shardCount), access);
  if (accessToken === undefined) {
    return problem(
      "MISCONFIGURED",
      "TOKEN_SECRETS lacks the secret of this token; operators can end the authorisation.",
    );
  }
  const { authClientId, referenceMerchantId = authClientId } = terms;
  const request = { authClientId, referenceMerchantId, accessToken };
  const verdict = await alipayPlusClientOf(gateway).call("consultUnbinding", request);
  switch (verdict.outcome) {
    case "S":
      return verdict.answer.allowUnbinding ? undefined : problem("UNBIND_AT_MERCHANT");
    case "F":
      // A refresh whose answer never reached Alipay+, or a token that pays no more: nothing else could be asked about,
      // and the customer must be able to end it.
      if (verdict.code === "INVALID_TOKEN" || verdict.code === "EXPIRED_ACCESS_TOKEN") return undefined;
      return problem("ALIPAYPLUS_REFUSED", `Alipay+ answers ${verdict.code}.`);
    case "U":
      return { ...problem("ALIPAYPLUS_UNAVAILABLE"), retryAfterSeconds: RETRY_AFTER_SECONDS };
  }
}
