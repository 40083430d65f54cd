/**
 * prepare: a merchant asks for the wallet's page on which its customer may agree. Source:
 * docs/spec/wallet/auto-debit.md#prepare. `authNotifyUrl`, where the acquirer takes authNotify, is ours.
 */
import * as z from "zod";
import { definedMembers } from "../../../../protocol/absent-parameters.ts";
import { parametersOf } from "../../../../protocol/check-parameters.ts";
import { authorizationIdOf, fingerprintOf } from "../../../../protocol/idempotency.ts";
import { identifier, text, url } from "../../../../protocol/parameters.ts";
import { answerOf, type ReportedAnswer } from "../../../../protocol/results.ts";
import type { Call, Interface } from "../../interface.ts";

const SCOPES_LIMIT = 16;

/** The parameters that a repeat must not change (docs/spec/idempotency.md). */
const COMPARED = ["authClientName", "referenceMerchantId", "authRedirectUrl", "scopes"];

const parameters = z.object({
  authClientId: identifier,
  authClientName: text(256),
  authClientDisplayName: text(64).optional(),
  authClientLogo: url.optional(),
  referenceAgreementId: identifier,
  referenceMerchantId: text(32).optional(),
  authRedirectUrl: text(1_024),
  authState: text(256),
  scopes: z.array(text(64), "must be a list").min(1, "must not be empty").max(SCOPES_LIMIT),
  terminalType: z.enum(["WEB", "APP", "WAP"], "must be WEB, APP or WAP"),
  osType: z.enum(["IOS", "ANDROID"], "must be IOS or ANDROID").optional(),
  authNotifyUrl: url.optional(),
});

/** Answers with the wallet's own result, and on S with the addresses of its page. */
export const prepare: Interface = { path: "/prepare", name: "prepare", answer };

async function answer({ alipayPlus, clientId, body }: Call): Promise<ReportedAnswer> {
  const checked = parametersOf(parameters, body);
  if ("refusal" in checked) return checked.refusal;
  const { authClientId, referenceAgreementId, referenceMerchantId, authState, authNotifyUrl } = checked.parameters;
  const [authorizationId, fingerprint] = await Promise.all([
    authorizationIdOf(clientId, authClientId, referenceAgreementId),
    fingerprintOf(body, COMPARED),
  ]);
  const { authNotifyUrl: _, ...message } = body;
  const ids = { authorizationId, clientId, authClientId, referenceAgreementId, referenceMerchantId };
  const command = { ...ids, authState, authNotifyUrl, fingerprint, message: JSON.stringify(message) };
  const reply = await alipayPlus.network().prepare(command);
  if (reply.outcome === "INCONSISTENT") return answerOf("REPEAT_REQ_INCONSISTENT");
  return { result: reply.result, ...definedMembers(reply.urls) };
}
