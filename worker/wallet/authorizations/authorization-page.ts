/**
 * The authorisation page of the wallet: what it shows, and the customer's decision. Source:
 * docs/spec/wallet/auto-debit.md#flow, docs/spec/wallet/auto-debit.md#authorisation-page.
 */
import * as z from "zod";
import type { AuthorizationReport, ConsentReply } from "../../../durable/authorizations/messages.ts";
import { prepareMessageOf } from "../../../durable/authorizations/prepare-message.ts";
import type { AuthorizationTerms } from "../../../durable/authorizations/records.ts";
import { newToken, tokenText } from "../../../durable/authorizations/tokens.ts";
import { atHome, placeOfAuthorization } from "../../../durable/customers/call-home.ts";
import { DirectoryClient } from "../../../durable/directory/client.ts";
import { ownerOf } from "../../../durable/directory/owner.ts";
import type { PreparedPlace } from "../../../durable/directory/prepared.ts";
import { logFault } from "../../../durable/platform/log.ts";
import { shardOf } from "../../../durable/platform/shard.ts";
import type { AutoDebit } from "../../../durable/settings/auto-debit.ts";
import { text } from "../../../protocol/parameters.ts";
import { isProblem, type Problem, problem } from "../../http/problem.ts";
import { customerOf, namedCustomer } from "../caller.ts";
import type { WalletCall, WalletRoute } from "../route.ts";
import {
  type AuthorizationView,
  authorizationView,
  authorizationViewOf,
  preparedViewOf,
} from "./authorization-view.ts";
import { redirectUrlOf } from "./redirect-url.ts";

const RETRY_AFTER_SECONDS = 5;

const LOGIN_OF_AN_APP =
  "Illegal parameter userLoginId: only a service of the wallet may name it. Leave it out, or let a service consent.";

/** GET /wallet/v1/authorizations/{preparedId} */
export const readAuthorization: WalletRoute<undefined, AuthorizationView> = {
  method: "GET",
  path: "/authorizations/{preparedId}",
  name: "readAuthorization",
  summary: "What an authorisation page shows",
  description:
    "Merchant, scopes and state of an authorisation. `preparedId` comes in the query of the page's URL. One that a customer " +
    "has agreed to is seen by that customer's app, and by services.",
  reply: authorizationView,
  problems: ["AUTHORIZATION_UNKNOWN"],
  async answer({ gateway, caller, parameters, receivedTimeMs }) {
    const { preparedId = "" } = parameters;
    const place = await placeOfAuthorization(gateway, preparedId, receivedTimeMs);
    switch (place.outcome) {
      case "UNKNOWN":
        return problem("AUTHORIZATION_UNKNOWN");
      case "PREPARED":
      case "ABANDONED":
        return preparedViewOf(preparedId, place.outcome, place.message, place.expiryTimeMs);
      case "TAKEN": {
        const customerId = caller.kind === "CUSTOMER" ? caller.customerId : undefined;
        const report = await atHome<AuthorizationReport | undefined>(gateway, place.home, async (customers) =>
          customers.authorization(preparedId, customerId),
        );
        return report ? authorizationViewOf(report) : problem("AUTHORIZATION_UNKNOWN");
      }
    }
  },
};

const consent = z.object({
  customerId: namedCustomer,
  userLoginId: text(64)
    .regex(/\*/, "must be masked: write * for what is hidden")
    .optional()
    .describe(
      "The account, masked, which only a service may name: an app leaves it out. The merchant sees it only with the scope " +
        "USER_LOGIN_ID.",
    )
    .meta({ examples: ["a***@wallet.example"] }),
});

const consentReply = z.object({
  redirectUrl: z.string().describe("Where to send the customer: the merchant's page, with `authCode` and `authState`."),
});

const declineReply = z.object({
  status: authorizationView.shape.status,
  redirectUrl: z.string().optional().describe("The merchant's page with `authState`, and without an `authCode`."),
});

type Consent = z.infer<typeof consent>;

/** POST /wallet/v1/authorizations/{preparedId}/consent */
export const consentToAuthorization: WalletRoute<Consent, z.infer<typeof consentReply>> = {
  method: "POST",
  path: "/authorizations/{preparedId}/consent",
  name: "consentToAuthorization",
  summary: "The customer agrees to an authorisation",
  description:
    "Call it when the logged-in customer has agreed twice. The first customer who agrees keeps the authorisation; a repeat " +
    "answers the same URL. Do not log the URL: it carries the authCode.",
  body: consent,
  reply: consentReply,
  problems: ["AUTHORIZATION_UNKNOWN", "AUTHORIZATION_CLOSED", "AUTHORIZATION_TAKEN", "AUTO_DEBIT_OFF", "UNAVAILABLE"],
  async answer(call) {
    const { gateway, caller, body, parameters, receivedTimeMs } = call;
    const { autoDebit, shardCount } = gateway.configuration;
    if (!autoDebit) return problem("AUTO_DEBIT_OFF");
    const customer = customerOf(caller, body.customerId);
    if (isProblem(customer)) return customer;
    // The wallet vouches for the login towards the merchant: a customer's app must not make one up.
    if (caller.kind === "CUSTOMER" && body.userLoginId !== undefined) return problem("PARAM_ILLEGAL", LOGIN_OF_AN_APP);
    const { preparedId = "" } = parameters;
    const { customerId } = customer;
    const home = shardOf(customerId, shardCount);
    const owner = await ownerOf(customerId);
    const place = await new DirectoryClient(gateway).agreeToPrepared(preparedId, home, receivedTimeMs, owner);
    if (place.outcome !== "TAKEN") return refusalOf(place);
    if (place.home !== home || (place.owner ?? owner) !== owner) return problem("AUTHORIZATION_TAKEN");
    return store(call, autoDebit, { customerId, home, undecided: place.undecided });
  },
};

/** POST /wallet/v1/authorizations/{preparedId}/decline */
export const declineAuthorization: WalletRoute<undefined, z.infer<typeof declineReply>> = {
  method: "POST",
  path: "/authorizations/{preparedId}/decline",
  name: "declineAuthorization",
  summary: "The customer declines an authorisation",
  description: "Ends one that no customer has agreed to. One that a customer has agreed to stays: unbind it.",
  reply: declineReply,
  problems: ["AUTHORIZATION_UNKNOWN", "AUTHORIZATION_TAKEN"],
  async answer({ gateway, parameters, receivedTimeMs }) {
    const { preparedId = "" } = parameters;
    const known = await placeOfAuthorization(gateway, preparedId, receivedTimeMs);
    if (known.outcome === "TAKEN") return problem("AUTHORIZATION_TAKEN");
    const place = await new DirectoryClient(gateway).declinePrepared(preparedId, receivedTimeMs);
    if (place.outcome === "UNKNOWN") return problem("AUTHORIZATION_UNKNOWN");
    if (place.outcome === "TAKEN") return problem("AUTHORIZATION_TAKEN");
    const { authRedirectUrl, authState } = prepareMessageOf(place.message);
    return { status: place.outcome, redirectUrl: redirectUrlOf(authRedirectUrl, { authState }) };
  },
};

/** A customer who agrees, the home, and what was prepared, until that home has confirmed that it has it. */
type Agreed = {
  readonly customerId: string;
  readonly home: number;
  readonly undecided: Extract<PreparedPlace, { outcome: "TAKEN" }>["undecided"];
};

function preparedOf(message: string): { readonly terms: AuthorizationTerms; readonly message: string } {
  const { acquirerId, pspId, authClientId, referenceAgreementId, ...prepared } = prepareMessageOf(message);
  const { referenceMerchantId, scopes } = prepared;
  return {
    terms: { acquirerId, pspId, authClientId, referenceAgreementId, referenceMerchantId, scopes },
    message,
  };
}

/** Stores the consent in the customer's home, and answers the way back. */
async function store(
  { gateway, body, parameters, waitUntil }: WalletCall<Consent>,
  autoDebit: AutoDebit,
  { customerId, home, undecided }: Agreed,
): Promise<z.infer<typeof consentReply> | Problem> {
  const { preparedId = "" } = parameters;
  const command = {
    authorizationId: preparedId,
    customerId,
    userLoginId: body.userLoginId,
    prepared: undecided?.outcome === "PREPARED" ? preparedOf(undecided.message) : undefined,
    code: await newToken(autoDebit, "AUTH_CODE", home),
  };
  const reply = await atHome<ConsentReply>(gateway, home, async (customers) => customers.consent(command));
  if (reply.outcome === "OF_ANOTHER_CUSTOMER") return problem("AUTHORIZATION_TAKEN");
  if (reply.outcome === "ENDED") return problem("AUTHORIZATION_CLOSED");
  // The home has it; where this is lost, the next consent of the customer or the directory's sweep does it.
  if (undecided) waitUntil(forget(new DirectoryClient(gateway), preparedId));
  const authCode = await tokenText(autoDebit, "AUTH_CODE", home, reply.code);
  if (authCode === undefined) return { ...problem("UNAVAILABLE"), retryAfterSeconds: RETRY_AFTER_SECONDS };
  const { authRedirectUrl, authState } = prepareMessageOf(reply.message);
  return { redirectUrl: redirectUrlOf(authRedirectUrl, { authCode, authState }) };
}

async function forget(directory: DirectoryClient, preparedId: string): Promise<void> {
  try {
    await directory.forgetPrepared(preparedId);
  } catch (error) {
    logFault("prepared-not-forgotten", error);
  }
}

function refusalOf({ outcome }: Exclude<PreparedPlace, { outcome: "TAKEN" }>): Problem {
  return problem(outcome === "UNKNOWN" ? "AUTHORIZATION_UNKNOWN" : "AUTHORIZATION_CLOSED");
}
