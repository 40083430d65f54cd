/**
 * The older merchant interface, below /sandbox: the same engine under other names. Source:
 * docs/spec/acquirer/older-interface.md; docs/spec/acquirer/interfaces.md.
 */
import { type Api, interfacesBelow } from "../../interface.ts";
import { cancelPayment } from "../cancel-payment.ts";
import { inquiryPayment } from "../inquiry-payment.ts";
import { refund } from "../refund.ts";
import { olderAnswer } from "./names.ts";
import { pay } from "./pay.ts";

/** Four of today's interfaces below /sandbox/v1/payments, of which only pay takes other parameters. */
export const OLDER_API: Api = {
  caller: "ACQP",
  isOlder: true,
  clientIdOf: ({ acquirerClientId }) => acquirerClientId,
  interfaces: interfacesBelow("/sandbox/v1/payments", [
    pay,
    inquiryPayment,
    { ...cancelPayment, path: "/cancel" },
    refund,
  ]),
  translate: olderAnswer,
};
