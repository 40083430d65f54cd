/** The links between the parties, and the interfaces of each. */

/** Caller, then callee. */
export const LINKS = [
  "ALIPAYPLUS_TO_MPP",
  "MPP_TO_ALIPAYPLUS",
  "ACQP_TO_ALIPAYPLUS",
  "ALIPAYPLUS_TO_ACQP",
  "MPP_TO_CORE",
] as const;

/** The link that only a wallet with a core of its own has: the embedded core is called by no message. */
export const CORE_LINK = "MPP_TO_CORE" as const;

/** Caller and called. */
export type Link = (typeof LINKS)[number];

/** The interfaces of each link. A test compares them with the calls that exist. */
export const LINK_INTERFACES: Readonly<Record<Link, readonly string[]>> = {
  ALIPAYPLUS_TO_MPP: [
    ...["pay", "inquiryPayment", "cancelPayment", "refund"],
    ...["prepare", "applyToken", "cancelToken", "sendOTP", "verifyOTP"],
    ...["registration", "responseRetrieval", "responseEscalation"],
  ],
  MPP_TO_ALIPAYPLUS: [
    ...["getPaymentCode", "inquiryCodeRules", "userInitiatedPay", "notifyPayment"],
    ...["authNotify", "consultUnbinding"],
    ...["notifyRegistrationStatus", "initiateRetrieval", "initiateEscalation", "inquiryForeignExchangeQuote"],
  ],
  ACQP_TO_ALIPAYPLUS: [
    ...["pay", "inquiryPayment", "cancelPayment", "refund", "consultPayment"],
    ...["prepare", "applyToken", "cancelToken"],
  ],
  ALIPAYPLUS_TO_ACQP: ["notifyPayment", "authNotify", "consultUnbinding"],
  MPP_TO_CORE: ["debit", "inquire", "reverse", "refund", "evaluate"],
};

/** Why a fault on the link to the core is refused where there is none, to follow the link's name. */
export const NO_CORE_LINK =
  "does not exist, because the core is embedded in this gateway: start it with CORE=HTTP and the core's own settings";

/** What kind of message passes. */
export type MessageKind = {
  readonly link: Link;
  readonly interface: string;
  /** Of the older merchant interface. */
  readonly isOlder?: boolean;
};
