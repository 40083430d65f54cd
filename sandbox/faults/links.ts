/** The links between the parties, and the interfaces of each. */

/** Caller, then callee. */
export const LINKS = ["ALIPAYPLUS_TO_MPP", "MPP_TO_ALIPAYPLUS", "ACQP_TO_ALIPAYPLUS", "ALIPAYPLUS_TO_ACQP"] as const;

/** Caller and called. */
export type Link = (typeof LINKS)[number];

/** The interfaces of each link. A test compares them with the calls that exist. */
export const LINK_INTERFACES: Readonly<Record<Link, readonly string[]>> = {
  ALIPAYPLUS_TO_MPP: ["pay", "inquiryPayment", "cancelPayment", "refund"],
  MPP_TO_ALIPAYPLUS: ["getPaymentCode", "inquiryCodeRules", "userInitiatedPay", "notifyPayment"],
  ACQP_TO_ALIPAYPLUS: ["pay", "inquiryPayment", "cancelPayment", "refund", "consultPayment"],
  ALIPAYPLUS_TO_ACQP: ["notifyPayment"],
};

/** What kind of message passes. */
export type MessageKind = {
  readonly link: Link;
  readonly interface: string;
  /** Of the older merchant interface. */
  readonly isOlder?: boolean;
};
