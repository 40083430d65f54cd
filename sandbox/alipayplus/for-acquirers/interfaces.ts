/** What acquirers call, below /sandbox. Source: docs/spec/acquirer/interfaces.md. */
import { type Api, interfacesBelow } from "../interface.ts";
import { cancelPayment } from "./cancel-payment.ts";
import { consultPayment } from "./consult-payment.ts";
import { inquiryPayment } from "./inquiry-payment.ts";
import { pay } from "./pay.ts";
import { refund } from "./refund.ts";

/** The interfaces of today. */
export const ACQUIRER_API: Api = {
  caller: "ACQP",
  clientIdOf: ({ acquirerClientId }) => acquirerClientId,
  interfaces: interfacesBelow("/sandbox/aps/api/v1/payments", [
    pay,
    inquiryPayment,
    cancelPayment,
    refund,
    consultPayment,
  ]),
};
