/** A pair of tokens as the acquirer gets it. Source: docs/spec/wallet/auto-debit.md#applytoken. */
import { definedMembers } from "../../../protocol/absent-parameters.ts";
import type { JsonObject } from "../../../protocol/json.ts";
import { formatTime } from "../../../protocol/time.ts";
import { WALLET_BRAND_NAME } from "../payments/network-wallets.ts";
import type { AuthorizationDetails } from "./records.ts";

/** The wallet's own name for its service, made up. */
const WALLET_NAME = "Plusgate";

/** The parameters of a pair, with the wallet that Alipay+ names. */
export function grantParametersOf({ tokens, customerId, userLoginId }: AuthorizationDetails): JsonObject {
  return definedMembers({
    accessToken: tokens?.accessToken,
    accessTokenExpiryTime: tokens && formatTime(tokens.accessExpiryTimeMs),
    refreshToken: tokens?.refreshToken,
    refreshTokenExpiryTime: tokens && formatTime(tokens.refreshExpiryTimeMs),
    customerId,
    userLoginId,
    walletForAccountBinding: { walletName: WALLET_NAME, walletBrandName: WALLET_BRAND_NAME },
  });
}
