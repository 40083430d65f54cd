/** What wallets call. Source: docs/spec/messages.md#interfaces. */
import { ALIPAYPLUS_BASE_PATH } from "../../../protocol/endpoints.ts";
import { type Api, interfacesBelow } from "../interface.ts";
import { authNotify } from "./auth-notify.ts";
import { consultUnbinding } from "./consult-unbinding.ts";
import { getPaymentCode } from "./get-payment-code.ts";
import { inquiryCodeRules } from "./inquiry-code-rules.ts";
import { notifyPayment } from "./notify-payment.ts";
import { userInitiatedPay } from "./user-initiated-pay.ts";

export const WALLET_API: Api = {
  caller: "MPP",
  clientIdOf: ({ mppClientId }) => mppClientId,
  interfaces: interfacesBelow(ALIPAYPLUS_BASE_PATH, [
    getPaymentCode,
    inquiryCodeRules,
    userInitiatedPay,
    notifyPayment,
    authNotify,
    consultUnbinding,
  ]),
};
