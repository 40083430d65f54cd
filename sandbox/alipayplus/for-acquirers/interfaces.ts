/** What acquirers call, below /sandbox. Source: docs/spec/acquirer/interfaces.md. */
import { type Api, interfacesBelow } from "../interface.ts";
import { applyToken } from "./authorizations/apply-token.ts";
import { cancelToken } from "./authorizations/cancel-token.ts";
import { prepare } from "./authorizations/prepare.ts";
import { cancelPayment } from "./cancel-payment.ts";
import { consultPayment } from "./consult-payment.ts";
import { inquiryPayment } from "./inquiry-payment.ts";
import { pay } from "./pay.ts";
import { refund } from "./refund.ts";

const BASE_PATH = "/sandbox/aps/api/v1";

/** The interfaces of today. */
export const ACQUIRER_API: Api = {
  caller: "ACQP",
  clientIdOf: ({ acquirerClientId }) => acquirerClientId,
  interfaces: new Map([
    ...interfacesBelow(`${BASE_PATH}/payments`, [pay, inquiryPayment, cancelPayment, refund, consultPayment]),
    ...interfacesBelow(`${BASE_PATH}/authorizations`, [prepare, applyToken, cancelToken]),
  ]),
};
