/**
 * The answer of userInitiatedPay without `result`: every parameter under its condition. Source:
 * docs/spec/wallet/user-initiated-pay.md.
 */

import { definedMembers } from "../../../protocol/absent-parameters.ts";
import { ALIPAYPLUS_ORIGINS, endpointOf } from "../../../protocol/endpoints.ts";
import type { JsonObject, JsonValue } from "../../../protocol/json.ts";
import { formatTime } from "../../../protocol/time.ts";
import { PARTIES } from "../message.ts";

const NOTIFY_URL = endpointOf(ALIPAYPLUS_ORIGINS.GLOBAL, "notifyPayment").url;

/** The parts of an order that a wallet may see. */
type WalletOrder = {
  readonly paymentRequestId: string;
  /** An Order. */
  readonly order: JsonValue;
  readonly isCashier: boolean;
  readonly isPaymentEvaluation: boolean;
  /** `paymentAmount`, `payToAmount`, and what they follow from. */
  readonly amounts: JsonObject;
  /** The parameters that Alipay+ passes on unchanged. */
  readonly passedOn: {
    readonly paymentNotifyUrl?: JsonValue | undefined;
    readonly paymentRedirectUrl?: JsonValue | undefined;
    readonly authorizationInfo?: JsonValue | undefined;
    readonly passThroughInfo?: JsonValue | undefined;
  };
  /** Epoch milliseconds. */
  readonly expiryTimeMs: number;
};

/** The terms of an order as a wallet reads them. */
export function orderViewOf(walletOrder: WalletOrder): JsonObject {
  const { paymentRequestId, order, amounts, passedOn, isPaymentEvaluation, expiryTimeMs } = walletOrder;
  const { paymentNotifyUrl = NOTIFY_URL, paymentRedirectUrl, authorizationInfo, passThroughInfo } = passedOn;
  return definedMembers({
    ...PARTIES,
    codeType: "ORDER_CODE",
    paymentRequestId,
    order,
    paymentFactor: paymentFactorOf(walletOrder),
    ...amounts,
    paymentNotifyUrl,
    paymentRedirectUrl,
    paymentExpiryTime: isPaymentEvaluation ? undefined : formatTime(expiryTimeMs),
    authorizationInfo,
    passThroughInfo,
  });
}

/** The scenario (docs/spec/wallet/user-initiated-pay.md#response-parameters; docs/spec/wallet/pay.md#scenarios). */
function paymentFactorOf({ isCashier, isPaymentEvaluation, amounts, passedOn }: WalletOrder): JsonObject {
  return definedMembers({
    isInStorePayment: String(!isCashier),
    inStorePaymentScenario: isCashier ? undefined : "OrderCode",
    isCashierPayment: "true",
    presentmentMode: isCashier ? "UNIFIED" : undefined,
    isPaymentEvaluation: String(isPaymentEvaluation),
    needSurcharge: String(amounts.surchargeInfo !== undefined),
    isAuthorizationAndPay: passedOn.authorizationInfo === undefined ? undefined : "true",
  });
}
