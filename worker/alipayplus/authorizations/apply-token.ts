/**
 * applyToken: an authCode, or a refresh token, becomes a pair of tokens. Source:
 * docs/spec/wallet/auto-debit.md#applytoken.
 */
import * as z from "zod";
import type { GrantReply } from "../../../durable/authorizations/messages.ts";
import { newToken, shardOfToken, tokenDigest, tokenText } from "../../../durable/authorizations/tokens.ts";
import { atHomeOfToken } from "../../../durable/customers/call-home.ts";
import type { AutoDebit } from "../../../durable/settings/auto-debit.ts";
import { parametersOf } from "../../../protocol/check-parameters.ts";
import { identifier, text } from "../../../protocol/parameters.ts";
import { type Answer, answerOf, illegalParameter, type ResultCode, resultOf } from "../../../protocol/results.ts";
import { formatTime } from "../../../protocol/time.ts";
import type { Interface } from "../interface.ts";

/** An authCode or a token as it comes back. */
export const tokenParameter = text(128);

const GRANT_TYPES = ["AUTHORIZATION_CODE", "REFRESH_TOKEN"] as const;

type GrantType = (typeof GRANT_TYPES)[number];

const applyTokenParameters = z.object({
  acquirerId: identifier,
  pspId: identifier,
  grantType: z.enum(GRANT_TYPES, "must be AUTHORIZATION_CODE or REFRESH_TOKEN"),
  authCode: tokenParameter.optional(),
  refreshToken: tokenParameter.optional(),
  authClientId: identifier.optional(),
});

const REFUSALS: Record<GrantType, Record<"INVALID" | "EXPIRED", ResultCode>> = {
  AUTHORIZATION_CODE: { INVALID: "INVALID_CODE", EXPIRED: "EXPIRED_CODE" },
  REFRESH_TOKEN: { INVALID: "INVALID_REFRESH_TOKEN", EXPIRED: "EXPIRED_REFRESH_TOKEN" },
};

/** The applyToken interface. */
export const applyToken: Interface = {
  path: "/authorizations/applyToken",
  name: "applyToken",
  lateCode: "UNKNOWN_EXCEPTION",
  async answer(call) {
    const { autoDebit, shardCount } = call.configuration;
    if (!autoDebit) return answerOf("BUSINESS_NOT_SUPPORT");
    const checked = parametersOf(applyTokenParameters, call.body);
    if ("refusal" in checked) return checked.refusal;
    const { grantType, authCode, refreshToken, authClientId } = checked.parameters;
    const token = grantType === "AUTHORIZATION_CODE" ? authCode : refreshToken;
    if (token === undefined) {
      const name = grantType === "AUTHORIZATION_CODE" ? "authCode" : "refreshToken";
      return illegalParameter(name, `is required when grantType is ${grantType}`);
    }
    const shard = shardOfToken(token, shardCount);
    // Made before the home is asked, so that the home decides and stores in one turn; a repeat leaves them unused.
    const [digest, access, refresh] = await Promise.all([
      tokenDigest(token),
      newToken(autoDebit, "ACCESS", shard),
      newToken(autoDebit, "REFRESH", shard),
    ]);
    const command = { grantType, digest, authClientId, access, refresh };
    const reply = await atHomeOfToken<GrantReply>(call, token, async (customers) => customers.grant(command));
    return reply.outcome === "GRANTED"
      ? answerOfPair(autoDebit, shard, reply)
      : answerOf(REFUSALS[grantType][reply.outcome]);
  },
};

async function answerOfPair(
  autoDebit: AutoDebit,
  shard: number,
  granted: Extract<GrantReply, { outcome: "GRANTED" }>,
): Promise<Answer> {
  const { access, refresh, accessExpiryTimeMs, refreshExpiryTimeMs, customerId, userLoginId } = granted;
  const [accessToken, refreshToken] = await Promise.all([
    tokenText(autoDebit, "ACCESS", shard, access),
    tokenText(autoDebit, "REFRESH", shard, refresh),
  ]);
  if (accessToken === undefined || refreshToken === undefined) return answerOf("UNKNOWN_EXCEPTION");
  return {
    result: resultOf("SUCCESS"),
    accessToken,
    accessTokenExpiryTime: formatTime(accessExpiryTimeMs),
    refreshToken,
    refreshTokenExpiryTime: formatTime(refreshExpiryTimeMs),
    customerId,
    userLoginId,
  };
}
