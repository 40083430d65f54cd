/**
 * applyToken: a merchant turns an authCode, or a refresh token, into a pair of tokens. Source:
 * docs/spec/wallet/auto-debit.md#applytoken. `referenceAgreementId` is ours: with it a code is known before the
 * wallet's notification about it has come.
 */
import * as z from "zod";
import { parametersOf } from "../../../../protocol/check-parameters.ts";
import { authorizationIdOf } from "../../../../protocol/idempotency.ts";
import { identifier, text } from "../../../../protocol/parameters.ts";
import { answerOf, illegalParameter, type ReportedAnswer, type ResultCode } from "../../../../protocol/results.ts";
import type { GrantType } from "../../authorizations/machine/authorization.ts";
import { grantParametersOf } from "../../authorizations/views.ts";
import type { Call, Interface } from "../../interface.ts";

const GRANT_TYPES = ["AUTHORIZATION_CODE", "REFRESH_TOKEN"] as const satisfies readonly GrantType[];

const parameters = z.object({
  grantType: z.enum(GRANT_TYPES, "must be AUTHORIZATION_CODE or REFRESH_TOKEN"),
  authCode: text(128).optional(),
  refreshToken: text(128).optional(),
  authClientId: identifier.optional(),
  referenceAgreementId: identifier.optional(),
});

const UNKNOWN: Record<GrantType, ResultCode> = {
  AUTHORIZATION_CODE: "INVALID_CODE",
  REFRESH_TOKEN: "INVALID_REFRESH_TOKEN",
};

/** Answers with the wallet's own result, and on S with its pair of tokens; a repeat joins the call that runs. */
export const applyToken: Interface = { path: "/applyToken", name: "applyToken", answer };

async function answer({ alipayPlus, clientId, body }: Call): Promise<ReportedAnswer> {
  const checked = parametersOf(parameters, body);
  if ("refusal" in checked) return checked.refusal;
  const { grantType, authCode, refreshToken, authClientId, referenceAgreementId } = checked.parameters;
  const isRefresh = grantType === "REFRESH_TOKEN";
  const token = isRefresh ? refreshToken : authCode;
  if (token === undefined) {
    return illegalParameter(isRefresh ? "refreshToken" : "authCode", `is required when grantType is ${grantType}`);
  }
  const isNamed = authClientId !== undefined && referenceAgreementId !== undefined;
  const authorizationId = isNamed ? await authorizationIdOf(clientId, authClientId, referenceAgreementId) : undefined;
  const reply = await alipayPlus.network().applyToken({ clientId, grantType, token, authClientId, authorizationId });
  switch (reply.outcome) {
    case "UNKNOWN":
      return answerOf(UNKNOWN[grantType]);
    case "NOT_NOTIFIED":
      return answerOf("UNKNOWN_EXCEPTION", "The wallet has not notified this authCode: repeat, or name the agreement.");
    case "ASKED":
      return { result: reply.result, ...(reply.tokens && grantParametersOf(reply)) };
  }
}
