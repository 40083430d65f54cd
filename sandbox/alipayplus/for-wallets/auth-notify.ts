/** authNotify: the wallet notifies an authCode, a pair of tokens, or an end. Source: docs/spec/wallet/auto-debit.md. */
import * as z from "zod";
import { parametersOf } from "../../../protocol/check-parameters.ts";
import { authorizationIdOf } from "../../../protocol/idempotency.ts";
import { identifier, text, time } from "../../../protocol/parameters.ts";
import { answerOf, type ReportedAnswer } from "../../../protocol/results.ts";
import type { AuthNotifyCommand } from "../authorizations/messages.ts";
import type { Call, Interface } from "../interface.ts";

const token = text(128);

const parameters = z.discriminatedUnion("authorizationNotifyType", [
  z.object({
    authorizationNotifyType: z.literal("AUTHCODE_CREATED"),
    authClientId: identifier,
    referenceAgreementId: identifier,
    authCode: token,
    authState: text(256),
    customerId: identifier.optional(),
  }),
  z.object({
    authorizationNotifyType: z.literal("TOKEN_CREATED"),
    authClientId: identifier,
    accessToken: token,
    accessTokenExpiryTime: time,
    refreshToken: token,
    refreshTokenExpiryTime: time,
    customerId: identifier.optional(),
    userLoginId: text(64).optional(),
  }),
  z.object({
    authorizationNotifyType: z.literal("TOKEN_CANCELED"),
    authClientId: identifier,
    accessToken: token,
    reason: text(256).optional(),
  }),
]);

/** What it takes is handed on to the acquirer; a pair also replaces an answer to applyToken that was lost. */
export const authNotify: Interface = { path: "/authorizations/authNotify", name: "authNotify", answer };

/** S says that it was received. A token or an agreement that Alipay+ never saw is refused. */
async function answer({ alipayPlus, body }: Call): Promise<ReportedAnswer> {
  const checked = parametersOf(parameters, body);
  if ("refusal" in checked) return checked.refusal;
  const command = await commandOf(checked.parameters, alipayPlus.acquirerClientId);
  const { outcome } = await alipayPlus.network().takeAuthNotification(command);
  switch (outcome) {
    case "ACCEPTED":
      return answerOf("SUCCESS");
    case "INCONSISTENT":
      return answerOf("REPEAT_REQ_INCONSISTENT");
    case "UNKNOWN":
      return answerOf(command.type === "AUTHCODE_CREATED" ? "INVALID_CODE" : "INVALID_TOKEN");
  }
}

async function commandOf(notified: z.infer<typeof parameters>, clientId: string): Promise<AuthNotifyCommand> {
  switch (notified.authorizationNotifyType) {
    case "AUTHCODE_CREATED": {
      const { authClientId, referenceAgreementId, authState, authCode, customerId } = notified;
      const authorizationId = await authorizationIdOf(clientId, authClientId, referenceAgreementId);
      return { type: notified.authorizationNotifyType, authorizationId, authState, authCode, customerId };
    }
    case "TOKEN_CREATED": {
      const { authClientId, customerId, userLoginId, accessToken, refreshToken } = notified;
      const { accessTokenExpiryTime: accessExpiryTimeMs, refreshTokenExpiryTime: refreshExpiryTimeMs } = notified;
      const tokens = { accessToken, accessExpiryTimeMs, refreshToken, refreshExpiryTimeMs };
      return { type: notified.authorizationNotifyType, authClientId, tokens, customerId, userLoginId };
    }
    case "TOKEN_CANCELED": {
      const { authClientId, accessToken, reason } = notified;
      return { type: notified.authorizationNotifyType, authClientId, accessToken, reason };
    }
  }
}
