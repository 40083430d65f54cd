/**
 * An authorisation as the wallet's page and app show it: what the customer agrees to, with whom, and until when.
 * Source: docs/spec/wallet/auto-debit.md#authorisation-page.
 */
import * as z from "zod";
import { type AuthorizationStatus, endOf } from "../../../durable/authorizations/machine/authorization.ts";
import type { AuthorizationReport } from "../../../durable/authorizations/messages.ts";
import { prepareMessageOf } from "../../../durable/authorizations/prepare-message.ts";
import { formatTime } from "../../../protocol/time.ts";

/** What a scope lets the merchant do, in a sentence for the customer. */
const SCOPES: Readonly<Record<string, string>> = {
  AGREEMENT_PAY: "Take payments from your wallet without asking you each time.",
  BASE_USER_INFO: "See the number by which the wallet knows you to this merchant.",
  USER_INFO: "See the basic information that the wallet shows about you.",
  USER_LOGIN_ID: "See your login to the wallet, partly hidden.",
  HASH_LOGIN_ID: "See a code that is made from your login to the wallet.",
  SEND_OTP: "Let the wallet send you a code to confirm that it is you.",
};

/** What a scope says that is not known here. */
const OTHER_SCOPE = "See or do what the merchant's terms describe under this name.";

/** An authorisation as it is answered. */
export const authorizationView = z.object({
  authorizationId: z.string().describe("The preparedId of its page."),
  status: z
    .enum(["PREPARED", "ABANDONED", "CONSENTED", "ACTIVE", "ENDING", "CANCELLED", "LAPSED"])
    .describe(
      "PREPARED: the customer decides. CONSENTED: agreed, the merchant has not fetched its token yet. ACTIVE: the merchant " +
        "may take payments. ENDING: it pays no more; a payment under way still gets its result. The others have ended.",
    ),
  endedBy: z.enum(["MERCHANT", "CUSTOMER", "WALLET"]).optional(),
  merchant: z.object({
    authClientName: z.string().optional().describe("The registered name. Missing once it is erased."),
    authClientDisplayName: z.string().optional().describe("In the merchant's own language: the one to show."),
    authClientLogo: z.string().optional().describe("Without one the page shows a default logo."),
    referenceMerchantId: z.string().optional(),
  }),
  scopes: z.array(
    z.object({ scope: z.string(), description: z.string().describe("In plain terms, to be translated by the page.") }),
  ),
  userLoginId: z.string().optional().describe("The masked account, as the wallet named it with the consent."),
  acceptanceMark: z.literal("ALIPAY_PLUS").describe("The mark that the pages show."),
  consentTime: z.string().optional().describe("When the customer agreed."),
  expiryTime: z
    .string()
    .optional()
    .describe("When it ends by itself: while PREPARED, until when the customer may decide. Missing from its end on."),
  endedTime: z.string().optional().describe("When it ended. Missing until then."),
});

/** An authorisation as it is answered. */
export type AuthorizationView = z.infer<typeof authorizationView>;

/** The view of one that no customer has agreed to. */
export function preparedViewOf(
  authorizationId: string,
  status: "PREPARED" | "ABANDONED",
  message: string,
  expiryTimeMs: number,
): AuthorizationView {
  const { scopes } = prepareMessageOf(message);
  return {
    authorizationId,
    status,
    merchant: merchantOf(message),
    scopes: scopes.map(scopeOf),
    acceptanceMark: "ALIPAY_PLUS",
    ...endView(status, expiryTimeMs),
  };
}

/** The view of one that a customer has agreed to. */
export function authorizationViewOf(report: AuthorizationReport): AuthorizationView {
  const { authorizationId, status, terms, message, userLoginId, createdTimeMs, expiryTimeMs } = report;
  const { referenceMerchantId, scopes } = terms;
  return {
    authorizationId,
    status: status.name,
    ...endedByOf(status),
    merchant: message === undefined ? { ...(referenceMerchantId && { referenceMerchantId }) } : merchantOf(message),
    scopes: scopes.map(scopeOf),
    ...(userLoginId === undefined ? {} : { userLoginId }),
    acceptanceMark: "ALIPAY_PLUS",
    consentTime: formatTime(createdTimeMs),
    ...endView(status.name, expiryTimeMs),
  };
}

function endView(
  status: AuthorizationStatus["name"],
  stateTimeMs: number,
): Pick<AuthorizationView, "expiryTime" | "endedTime"> {
  const { expiryTimeMs, endedTimeMs } = endOf(status, stateTimeMs);
  if (expiryTimeMs !== undefined) return { expiryTime: formatTime(expiryTimeMs) };
  return endedTimeMs === undefined ? {} : { endedTime: formatTime(endedTimeMs) };
}

function endedByOf(status: AuthorizationStatus): Pick<AuthorizationView, "endedBy"> {
  return "endedBy" in status ? { endedBy: status.endedBy } : {};
}

function merchantOf(message: string): AuthorizationView["merchant"] {
  const { authClientName, authClientDisplayName, authClientLogo, referenceMerchantId } = prepareMessageOf(message);
  const members = { authClientName, authClientDisplayName, authClientLogo, referenceMerchantId };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

function scopeOf(scope: string): AuthorizationView["scopes"][number] {
  return { scope, description: Object.hasOwn(SCOPES, scope) ? (SCOPES[scope] ?? OTHER_SCOPE) : OTHER_SCOPE };
}
