/** What wallets call. Source: docs/spec/messages.md#interfaces. */
import { ALIPAYPLUS_BASE_PATH, QUOTES_BASE_PATH } from "../../../protocol/endpoints.ts";
import { type Api, interfacesBelow } from "../interface.ts";
import { authNotify } from "./auth-notify.ts";
import { consultUnbinding } from "./consult-unbinding.ts";
import { getPaymentCode } from "./get-payment-code.ts";
import { inquiryCodeRules } from "./inquiry-code-rules.ts";
import { notifyPayment } from "./notify-payment.ts";
import { initiateEscalation, initiateRetrieval } from "./services/initiate-dispute.ts";
import { inquiryForeignExchangeQuote } from "./services/inquiry-foreign-exchange-quote.ts";
import { notifyRegistrationStatus } from "./services/notify-registration-status.ts";
import { userInitiatedPay } from "./user-initiated-pay.ts";

/** All that the wallet's client may call; the exchange rate has a base path of its own. */
export const WALLET_API: Api = {
  caller: "MPP",
  clientIdOf: ({ mppClientId }) => mppClientId,
  interfaces: new Map([
    ...interfacesBelow(ALIPAYPLUS_BASE_PATH, [
      getPaymentCode,
      inquiryCodeRules,
      userInitiatedPay,
      notifyPayment,
      authNotify,
      consultUnbinding,
      notifyRegistrationStatus,
      initiateRetrieval,
      initiateEscalation,
    ]),
    ...interfacesBelow(QUOTES_BASE_PATH, [inquiryForeignExchangeQuote]),
  ]),
};
