/**
 * What a random day is made of, as data: a plan is worked out from its seed alone, before anything is done, so that a
 * seed plays the same day again.
 */

/** An amount as it stands in a message: digits of the smallest unit. */
export type Amount = { readonly currency: string; readonly value: string };

/** What a customer is opened with (docs/sandbox/endpoints.md#customers). */
export type CustomerSettings = {
  readonly currency: string;
  readonly balance: string;
  readonly status?: string;
  readonly kyc?: string;
  readonly limits?: { readonly single?: string; readonly daily?: string; readonly dailyCount?: string };
  readonly risk?: "PASS" | "REJECT";
  readonly paymentMethod?: "AVAILABLE" | "UNAVAILABLE";
  readonly verification?: "PASSED" | "FAILED";
  readonly blockedMerchants?: readonly string[];
};

/** What a wallet changes about a customer in the course of a day. */
export type CustomerChange = Omit<Partial<CustomerSettings>, "currency" | "balance">;

export type CustomerPlan = { readonly customerId: string; readonly settings: CustomerSettings };

/** How a sale reaches its customer. */
export type SaleScenario = "PaymentCode" | "OrderCode" | "EntryCode" | "Cashier";

/** A sale of the acquirer's merchant. */
export type SalePlan = {
  /** The acquirer's own id. */
  readonly paymentRequestId: string;
  readonly scenario: SaleScenario;
  readonly interface: "TODAY" | "OLDER";
  readonly paymentAmount: Amount;
  readonly settlementCurrency?: string;
  /** The merchant at the Cashier leads its customer into the wallet, by a page on a phone or from an app. */
  readonly terminalType?: "WAP" | "APP";
  /** Who shows the payment code; who scans is said by the action. */
  readonly customerId: string;
  /** How long it may take; the sandbox's own limits when missing. */
  readonly timeLimitMs?: number;
};

/** A subscription of the acquirer's merchant. */
export type SubscriptionPlan = {
  /** The merchant's own id. */
  readonly subscriptionId: string;
  /** Who opens the wallet's page. */
  readonly customerId: string;
  /** What a debit takes, unless it says otherwise. */
  readonly paymentAmount: Amount;
  readonly terminalType: "WEB" | "WAP" | "APP";
  /** The merchant debits by itself, at once and each month. */
  readonly isMonthly: boolean;
  /** What the merchant answers when the wallet asks whether its customer may end it there. */
  readonly allowUnbinding: boolean;
};

/** A payment that Alipay+ asks of the wallet, and that the sandbox knows nothing of. */
export type PaymentPlan = {
  /** Alipay+'s own id. */
  readonly paymentRequestId: string;
  readonly paymentCode: string;
  readonly customerId: string;
  /** What the wallet is to debit, in KRW and a multiple of ten. */
  readonly payToAmount: Amount;
};

/** A fault of one message, by its name (docs/sandbox/faults.md). */
export type FaultOfCall = { readonly fault: string; readonly delayMs?: number };

/** An active rule, as `POST /sandbox/faults` takes it. */
export type FaultRule = FaultOfCall & {
  readonly link: string;
  readonly interface?: string;
  readonly times?: number;
  readonly probability?: number;
  readonly seed?: string;
};

/** What `PUT /sandbox/market` takes. */
export type MarketPlan = {
  readonly quotes?: readonly { readonly quoteCurrencyPair: string; readonly quotePrice: string }[];
  readonly quoteValidityMs?: string;
  readonly surchargeQuotes?: readonly { readonly quoteCurrencyPair: string; readonly quotePrice: string }[];
  readonly promotions?: readonly {
    readonly promoId?: string;
    readonly savingsAmount: Amount;
    readonly minimumAmount?: Amount;
  }[];
};

/** How a customer answers an order. */
export type CustomerWord = "confirm" | "decline";

/** What a customer wants in a shop: an amount in major units, as a person writes it. */
export type VisitPlan = { readonly currency: string; readonly amount: string; readonly word: CustomerWord };

/** What concerns a subscription, which is named by its id. */
export type SubscriptionAction =
  | { readonly act: "SUBSCRIBE"; readonly subscription: SubscriptionPlan; readonly fault?: FaultOfCall }
  /** On the wallet's page. Who does not come back leaves it to the notification that the merchant learns of it. */
  | {
      readonly act: "DECIDE";
      readonly subscription: string;
      readonly customerId: string;
      readonly word: "consent" | "decline";
      readonly comesBack: boolean;
    }
  | {
      readonly act: "DEBIT";
      readonly subscription: string;
      readonly paymentRequestId: string;
      readonly paymentAmount: Amount;
      readonly fault?: FaultOfCall;
    }
  | { readonly act: "REFRESH"; readonly subscription: string; readonly fault?: FaultOfCall }
  /** What Alipay+ has sent to the wallet about it arrives there so often once more, at the same moment. */
  | {
      readonly act: "SEND_AGAIN";
      readonly subscription: string;
      readonly interface: AuthorizationInterface;
      readonly times: number;
    }
  /** Once it has ended for its merchant, a pay with its last token reaches the wallet under a new id. */
  | { readonly act: "PAY_AFTER_END"; readonly subscription: string; readonly paymentRequestId: string }
  /** The merchant ends it. */
  | { readonly act: "UNSUBSCRIBE"; readonly subscription: string; readonly fault?: FaultOfCall }
  /** The customer ends it in the wallet. */
  | { readonly act: "UNBIND"; readonly subscription: string; readonly customerId: string };

/** How a merchant answers the disputes of a sale: all of a kind alike. */
export type DisputeAnswer =
  | { readonly kind: "RETRIEVAL"; readonly responseCode: "0001" | "0002" | "0003" }
  /** A partial refund is half of what is asked for. */
  | {
      readonly kind: "ESCALATION";
      readonly refundType: "ACCEPT_REFUND" | "ACCEPT_PARTIAL_REFUND" | "REFUSE_REFUND";
    };

/** What concerns the disputes of a sale. */
export type DisputeAction =
  /** An operator of the wallet asks for documents; or for a refund of an amount. */
  | { readonly act: "RETRIEVE"; readonly sale: string }
  | { readonly act: "ESCALATE"; readonly sale: string; readonly escalationAmount: Amount }
  /** The merchant answers all disputes of this kind by way of Alipay+; what it accepts, the acquirer refunds. */
  | { readonly act: "ANSWER_DISPUTES"; readonly sale: string; readonly answer: DisputeAnswer };

/** What a party does. Sales and customers are named by their ids. */
export type Action =
  | SubscriptionAction
  | DisputeAction
  | { readonly act: "SELL"; readonly sale: SalePlan; readonly fault?: FaultOfCall }
  | { readonly act: "SCAN"; readonly sale: string; readonly customerId: string }
  | { readonly act: "SAY"; readonly sale: string; readonly customerId: string; readonly word: CustomerWord }
  /**
   * A customer scans the entry code of a shop, whose page takes the amount; then scans what that leads to, and says yes
   * or no. What is sold there has an id of the acquirer's own.
   */
  | { readonly act: "VISIT"; readonly storeId: string; readonly customerId: string; readonly visit: VisitPlan }
  | { readonly act: "INQUIRE"; readonly sale: string; readonly fault?: FaultOfCall }
  | { readonly act: "CANCEL"; readonly sale: string; readonly fault?: FaultOfCall }
  | {
      readonly act: "REFUND";
      readonly sale: string;
      readonly refundRequestId: string;
      readonly refundAmount: Amount;
      readonly fault?: FaultOfCall;
    }
  /** The acquirer sends the pay that it sent before once more, with a new signature; or with another amount. */
  | { readonly act: "PAY_AGAIN"; readonly sale: string; readonly isChanged: boolean }
  /** What Alipay+ has sent to the wallet about a sale arrives there once more, much later; or changed. */
  | {
      readonly act: "ARRIVE_AGAIN";
      readonly sale: string;
      readonly interface: WalletInterface;
      readonly change: RepeatChange | undefined;
    }
  | { readonly act: "CHANGE_CUSTOMER"; readonly customerId: string; readonly settings: CustomerChange }
  /** No market: back to the sandbox's own table. */
  | { readonly act: "CHANGE_MARKET"; readonly market: MarketPlan | undefined }
  | { readonly act: "ADD_FAULT"; readonly rule: FaultRule }
  | { readonly act: "END_FAULTS" }
  | { readonly act: "WAIT"; readonly durationMs: number }
  /** Until the next time of day `minuteOfDay`, in minutes after midnight UTC+8. */
  | { readonly act: "WAIT_UNTIL"; readonly minuteOfDay: number }
  /** The faults end, and days pass one after another. */
  | { readonly act: "WAIT_DAYS"; readonly days: number }
  | { readonly act: "KILL" }
  /**
   * Alipay+ sends pay to the wallet, for the first time or again. It is played outside the gateway's process, so that
   * it remembers over a kill what it was answered.
   */
  | { readonly act: "PAY"; readonly payment: PaymentPlan };

/** The interfaces of the wallet that Alipay+ calls and that change something. */
export type WalletInterface = "pay" | "cancelPayment" | "refund";

/** The interfaces of the wallet by which a merchant gets, renews and ends an authorisation. */
export type AuthorizationInterface = "prepare" | "applyToken" | "cancelToken";

/** What a repeat has that the first message had not: another amount; or, with a pay, this customer. */
export type RepeatChange = "AMOUNT" | { readonly customerId: string };

/** Actions that are begun at the same moment; mostly one. */
export type Step = {
  readonly actions: readonly Action[];
  /** The gateway is killed so long after the step has begun. */
  readonly killAfterMs?: number;
};

export type DayPlan = {
  readonly seed: number;
  /** When the day begins, minutes after midnight UTC+8. */
  readonly startMinuteOfDay: number;
  readonly customers: readonly CustomerPlan[];
  readonly steps: readonly Step[];
};

/** Every payment of a plan that Alipay+ asks of the wallet, each once. */
export function paymentsOf({ steps }: Pick<DayPlan, "steps">): readonly PaymentPlan[] {
  const payments = steps.flatMap(({ actions }) =>
    actions.flatMap((action) => (action.act === "PAY" ? [action.payment] : [])),
  );
  return [...new Map(payments.map((payment) => [payment.paymentRequestId, payment])).values()];
}

/** Every sale of a plan, in the order in which they are made. */
export function salesOf({ steps }: Pick<DayPlan, "steps">): readonly SalePlan[] {
  return steps.flatMap(({ actions }) => actions.flatMap((action) => (action.act === "SELL" ? [action.sale] : [])));
}

/** The ids of the sales of a plan that an operator disputes, each once. */
export function disputedSalesOf({ steps }: Pick<DayPlan, "steps">): readonly string[] {
  const disputed = steps.flatMap(({ actions }) =>
    actions.flatMap((action) => (action.act === "RETRIEVE" || action.act === "ESCALATE" ? [action.sale] : [])),
  );
  return [...new Set(disputed)];
}
