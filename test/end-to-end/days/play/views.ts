/** What the parties say of their payments, as far as a day looks at it (docs/sandbox/README.md; docs/wallet.md). */
import type { Amount } from "../plan/plan.ts";

/** A result as it stands in a message. */
export type Result = { readonly resultCode: string; readonly resultStatus: "S" | "F" | "U" };

/** A refund as the acquirer knows it. */
export type SaleRefund = {
  readonly refundRequestId: string;
  readonly refundId?: string;
  readonly refundAmount: Amount;
  readonly result: Result;
  readonly settlementAmount?: Amount;
};

/** A sale as the acquirer knows it: `GET /sandbox/sales/{paymentRequestId}`. */
export type SaleView = {
  readonly paymentRequestId: string;
  readonly paymentId?: string;
  readonly interface: "TODAY" | "OLDER";
  readonly scenario: string;
  readonly paymentAmount: Amount;
  readonly status: SaleStatus;
  readonly result: Result;
  readonly codeValue?: string;
  readonly paymentUrl?: string;
  readonly settlementAmount?: Amount;
  readonly paymentTime?: string;
  readonly dueTime?: string;
  readonly refunds: readonly SaleRefund[];
};

export type SaleStatus =
  | "PAYING"
  | "SHOWN"
  | "SUCCEEDED"
  | "FAILED"
  | "CANCELLING"
  | "CANCELLED"
  | "REFUNDING"
  | "REFUNDED";

/** A refund as Alipay+ keeps it. */
export type NetworkRefund = {
  readonly refundRequestId: string;
  readonly refundId: string;
  readonly status: "ASKED" | "SUCCEEDED" | "FAILED";
  readonly result: Result;
  readonly dueTime?: string;
  readonly refundAmount: Amount;
  /** What the wallet refunds; missing when no wallet was asked. */
  readonly refundFromAmount?: Amount;
  /** With a surcharge: what the customer gets back. */
  readonly surchargeAmount?: Amount;
  readonly settlementAmount: Amount;
};

/** A payment as Alipay+ keeps it: `GET /sandbox/acquirer/payments/{paymentRequestId}`. */
export type NetworkView = {
  readonly paymentRequestId: string;
  readonly paymentId: string;
  readonly status: "OFFERED" | "ASKED" | "SUCCEEDED" | "FAILED" | "CLOSING" | "CLOSED";
  readonly result: Result;
  readonly dueTime?: string;
  /** Missing with the tombstone of a cancel. */
  readonly paymentAmount?: Amount;
  readonly settlementAmount?: Amount;
  /** What the wallet was asked for; missing when none was. */
  readonly wallet?: {
    readonly customerId: string;
    readonly paymentId?: string;
    readonly paymentAmount: Amount;
    readonly payToAmount: Amount;
    readonly surchargeInfo?: { readonly surchargeAmount: Amount };
  };
  readonly refunds: readonly NetworkRefund[];
  /** Alipay+'s own lines about the payment and its refunds: plus owes Alipay+, minus is owed. */
  readonly settlementEntries: readonly SettlementEntry[];
  readonly notification?: { readonly acknowledgedTime?: string; readonly dueTime?: string };
  /** The results that the wallet has notified, and how Alipay+ has answered. */
  readonly received: readonly {
    readonly resultCode: string;
    /** The wallet's id. */
    readonly paymentId?: string;
    readonly answer: string;
  }[];
};

/** A line of Alipay+'s settlement ledger; the amount may have a minus. */
export type SettlementEntry = {
  readonly account: "mpp" | "acquirer" | "alipayplus";
  readonly currency: string;
  readonly amount: string;
};

/** A payment as the wallet shows it: `GET /wallet/v1/payments/{paymentRequestId}`. */
export type WalletView = {
  /** The gateway's own id, the one of the ledger. */
  readonly paymentId: string;
  readonly status: "AWAITING_CONFIRMATION" | "PROCESSING" | "SUCCEEDED" | "FAILED" | "CLOSED";
  readonly result: Result;
  readonly debitAmount: Amount;
  readonly paymentAmount: Amount;
  readonly includedSurcharge?: Amount;
  readonly refundedAmount?: Amount;
  readonly paymentTime?: string;
};

/** What the wallet says of a payment that it knows nothing about, or only the cancel of. */
export type WalletAbsence = "UNKNOWN" | "TOMBSTONE";

/** A payment as operators see it: `GET /ops/payments/{paymentRequestId}`. */
export type InspectionView = {
  readonly status: string;
  /** Who has closed it, where it is closed: `CANCEL` is Alipay+. */
  readonly closedBy?: string;
  readonly resolverDueTime?: string;
  /** Missing when Alipay+ needs no notification. */
  readonly notification?: NotificationView;
};

/** A subscription as its merchant knows it: `GET /sandbox/subscriptions/{subscriptionId}`. */
export type SubscriptionView = {
  readonly subscriptionId: string;
  readonly status: SubscriptionStatus;
  readonly endedBy?: "MERCHANT" | "WALLET";
  readonly result?: Result;
  readonly authUrl?: string;
  readonly accessToken?: string;
  readonly refreshToken?: string;
  readonly customerId?: string;
  readonly nextDebitTime?: string;
  readonly dueTime?: string;
  readonly debits: readonly Pick<SaleView, "paymentRequestId">[];
};

type SubscriptionStatus =
  | "PREPARING"
  | "OFFERED"
  | "DECLINED"
  | "APPLYING"
  | "ACTIVE"
  | "REFRESHING"
  | "CANCELLING"
  | "ENDED"
  | "FAILED";

/** How a notification has gone: acknowledged, or due. */
type NotificationView = {
  readonly acknowledgedTime?: string;
  readonly dueTime?: string;
  /** Oldest first. */
  readonly attempts: readonly { readonly time: string; readonly outcome: string }[];
};

/** The notifications of an authorisation by their type; those that were never due are missing. */
export type AuthNotifications = Readonly<
  Partial<Record<"AUTHCODE_CREATED" | "TOKEN_CREATED" | "TOKEN_CANCELED", NotificationView>>
>;

/** An authorisation as Alipay+ keeps it: `GET /sandbox/acquirer/authorizations/{subscriptionId}`. */
export type NetworkAuthorization = {
  readonly status: "PREPARED" | "CONSENTED" | "ACTIVE" | "ENDING" | "ENDED";
  readonly endedBy?: "MERCHANT" | "WALLET";
  readonly dueTime?: string;
  readonly customerId?: string;
  readonly accessToken?: string;
  /** To the acquirer. */
  readonly notifications: AuthNotifications;
};

/** An authorisation as operators see it: `GET /ops/authorizations/{authorizationId}`. */
export type InspectedAuthorization = {
  readonly status: "PREPARED" | "ABANDONED" | "CONSENTED" | "ACTIVE" | "ENDING" | "CANCELLED" | "LAPSED";
  readonly endedBy?: "MERCHANT" | "CUSTOMER";
  /** When it ended; missing until then. */
  readonly endedTime?: string;
  /** Missing until a customer has agreed. */
  readonly pairs?: number;
  /** To Alipay+; missing until a customer has agreed. */
  readonly notifications?: AuthNotifications;
};

/** A dispute as Alipay+ keeps it: `GET /sandbox/disputes`. */
export type NetworkDispute = {
  readonly disputeRequestId: string;
  /** Alipay+'s id of the payment. */
  readonly paymentRequestId: string;
  readonly kind: "RETRIEVAL" | "ESCALATION";
  readonly message: { readonly escalationAmount?: Amount };
  /** The answer that the wallet has taken. */
  readonly answer?: { readonly responseCode?: string; readonly refundType?: string; readonly refundAmount?: Amount };
};

/** A dispute as operators see it: `GET /ops/payments/{paymentRequestId}/disputes`. */
export type WalletDispute = Pick<NetworkDispute, "disputeRequestId" | "kind"> & {
  readonly status: "SENDING" | "OPEN" | "ANSWERED" | "REFUSED";
  readonly escalationAmount?: Amount;
  readonly answerCode?: string;
  readonly acceptedAmount?: Amount;
  readonly delivery?: NotificationView;
};

/** A payment as `inquiryPayment` answers: its result, and the wallet's id of it. */
export type InquiredPayment = { readonly result: Result; readonly paymentId: string | undefined };

/** The sums over all shards of the ledger: `GET /sandbox/ledger`. */
export type Books = {
  readonly balanced: boolean;
  readonly currencies: Readonly<Record<string, Readonly<Record<string, string>>>>;
};

/** An entry of a customer's account. */
export type LedgerEntry = {
  readonly entryNumber: number;
  readonly kind: "DEBIT" | "REVERSAL" | "REFUND" | "FUNDING";
  readonly id: string;
  readonly paymentId?: string;
  readonly time: string;
  readonly currency: string;
  readonly legs: readonly { readonly account: LedgerAccount; readonly amount: string }[];
};

export type LedgerAccount = "customer" | "alipayplus-payable" | "surcharge-income" | "funding";

/** A customer: `GET /sandbox/customers/{customerId}`. */
export type CustomerView = {
  readonly customerId: string;
  readonly currency: string;
  readonly balance: string;
  readonly entryCount: number;
  /** Newest first. */
  readonly entries: readonly LedgerEntry[];
};

/** A message and its answer: `GET /sandbox/traffic`. */
export type TrafficRecord = {
  readonly exchange: {
    readonly from: string;
    readonly to: string;
    readonly interface: string;
    readonly request: { readonly body: string };
    readonly response: { readonly verified?: boolean };
  };
};

/** A text as an amount of money, minor units. */
export function minorOf({ value }: Amount): bigint {
  return BigInt(value);
}
