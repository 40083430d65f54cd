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

/** What a party does. Sales and customers are named by their ids. */
export type Action =
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
  | { readonly act: "KILL" }
  /**
   * Alipay+ sends pay to the wallet, for the first time or again. It is played outside the gateway's process, so that
   * it remembers over a kill what it was answered.
   */
  | { readonly act: "PAY"; readonly payment: PaymentPlan };

/** The interfaces of the wallet that Alipay+ calls and that change something. */
export type WalletInterface = "pay" | "cancelPayment" | "refund";

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
