/**
 * A day in which all parties agree, small enough to be written down: a payment with a surcharge, of which a part was
 * refunded; one that was cancelled after its debit; one that failed; one that the wallet could only refund. An
 * authorisation that has ended, one in force and one that was left; and two disputes.
 */
import type {
  ClearingEvidence,
  DisputeEvidence,
  Evidence,
  SaleEvidence,
  SubscriptionEvidence,
} from "../play/evidence.ts";
import type { ReportedItem, Reports } from "../play/reports.ts";
import type {
  LedgerAccount,
  LedgerEntry,
  NetworkView,
  Result,
  SaleView,
  SettlementEntry,
  WalletView,
} from "../play/views.ts";

const SUCCESS: Result = { resultCode: "SUCCESS", resultStatus: "S" };
const CLOSED: Result = { resultCode: "ORDER_IS_CLOSED", resultStatus: "F" };
const REFUSED: Result = { resultCode: "USER_BALANCE_NOT_ENOUGH", resultStatus: "F" };

const TODAY = "20260310";
const NOON = "2026-03-10T12:00:00+08:00";

const jpy = (value: number) => ({ currency: "JPY", value: String(value) });
const hkd = (value: number) => ({ currency: "HKD", value: String(value) });
const usd = (value: number) => ({ currency: "USD", value: String(value) });

/** What is the same of all four sales; each is of 1000 JPY, for which the wallet owes 5200 HKD. */
const SALE = { interface: "TODAY", scenario: "PaymentCode", paymentAmount: jpy(1_000), refunds: [] } as const;
const ASKED = { customerId: "alice", paymentAmount: jpy(1_000), payToAmount: hkd(5_200) };
const PAID = { debitAmount: hkd(5_200), paymentAmount: jpy(1_000) };

function saleOf(id: string, status: SaleView["status"], result: Result): SaleView {
  return { ...SALE, paymentRequestId: id, paymentId: `network-${id}`, status, result };
}

function networkOf(id: string, status: NetworkView["status"], result: Result): NetworkView {
  const head = { paymentRequestId: id, paymentId: `network-${id}`, status, result };
  return {
    ...head,
    paymentAmount: jpy(1_000),
    settlementAmount: usd(667),
    wallet: ASKED,
    refunds: [],
    settlementEntries: [],
    received: [],
  };
}

/** Alipay+'s lines of a movement between wallet and acquirer. */
function linesOf(hkdMinor: number, usdMinor: number): readonly SettlementEntry[] {
  const line = (account: SettlementEntry["account"], currency: string, amount: number): SettlementEntry => ({
    account,
    currency,
    amount: String(amount),
  });
  return [
    line("mpp", "HKD", hkdMinor),
    line("acquirer", "USD", -usdMinor),
    line("alipayplus", "HKD", -hkdMinor),
    line("alipayplus", "USD", usdMinor),
  ];
}

function walletOf(id: string, status: WalletView["status"], result: Result): WalletView {
  return { ...PAID, paymentId: `wallet-${id}`, status, result };
}

const refund = { refundRequestId: "paid-R0", refundId: "network-R0", refundAmount: jpy(500), result: SUCCESS } as const;

const paid: SaleEvidence = {
  sale: {
    ...saleOf("paid", "SUCCEEDED", SUCCESS),
    settlementAmount: usd(667),
    paymentTime: NOON,
    refunds: [{ ...refund, settlementAmount: usd(334) }],
  },
  network: {
    ...networkOf("paid", "SUCCEEDED", SUCCESS),
    wallet: { ...ASKED, surchargeInfo: { surchargeAmount: hkd(5_700) } },
    settlementEntries: [...linesOf(5_200, 667), ...linesOf(-2_600, -334)],
    refunds: [
      {
        ...refund,
        status: "SUCCEEDED",
        refundFromAmount: hkd(2_600),
        surchargeAmount: hkd(2_850),
        settlementAmount: usd(334),
      },
    ],
  },
  wallet: {
    ...walletOf("paid", "SUCCEEDED", SUCCESS),
    debitAmount: hkd(5_700),
    includedSurcharge: hkd(500),
    refundedAmount: hkd(2_850),
    paymentTime: NOON,
  },
};

const cancelled: SaleEvidence = {
  sale: saleOf("cancelled", "CANCELLED", CLOSED),
  network: {
    ...networkOf("cancelled", "CLOSED", CLOSED),
    settlementEntries: [...linesOf(5_200, 667), ...linesOf(-5_200, -667)],
  },
  wallet: walletOf("cancelled", "CLOSED", CLOSED),
};

const failed: SaleEvidence = {
  sale: saleOf("failed", "FAILED", REFUSED),
  network: networkOf("failed", "FAILED", REFUSED),
  wallet: walletOf("failed", "FAILED", REFUSED),
};

const refundedInstead: SaleEvidence = {
  sale: saleOf("refunded-instead", "CANCELLED", CLOSED),
  network: networkOf("refunded-instead", "CLOSED", CLOSED),
  wallet: { ...walletOf("refunded-instead", "SUCCEEDED", SUCCESS), refundedAmount: hkd(5_200) },
};

function entryOf(
  entryNumber: number,
  kind: LedgerEntry["kind"],
  id: string,
  amounts: Partial<Record<LedgerAccount, number>>,
): LedgerEntry {
  const legs = Object.entries(amounts).map(([account, amount]) => ({
    account: account as LedgerAccount,
    amount: String(amount),
  }));
  return { entryNumber, kind, id: `${kind}-${id}`, paymentId: `wallet-${id}`, time: NOON, currency: "HKD", legs };
}

const entries: readonly LedgerEntry[] = [
  entryOf(1, "FUNDING", "", { customer: 100_000, funding: -100_000 }),
  entryOf(2, "DEBIT", "paid", { customer: -5_700, "alipayplus-payable": 5_200, "surcharge-income": 500 }),
  entryOf(3, "REFUND", "paid", { customer: 2_850, "alipayplus-payable": -2_600, "surcharge-income": -250 }),
  entryOf(4, "DEBIT", "cancelled", { customer: -5_200, "alipayplus-payable": 5_200 }),
  entryOf(5, "REVERSAL", "cancelled", { customer: 5_200, "alipayplus-payable": -5_200 }),
  entryOf(6, "DEBIT", "refunded-instead", { customer: -5_200, "alipayplus-payable": 5_200 }),
  entryOf(7, "REFUND", "refunded-instead", { customer: 5_200, "alipayplus-payable": -5_200 }),
];

const HALF_PAST = "2026-03-10T12:30:00+08:00";
const ACKNOWLEDGED = { acknowledgedTime: HALF_PAST, attempts: [{ time: HALF_PAST, outcome: "SUCCESS" }] };

/** The payment of this one is `paid`; the customer ended it in the wallet. */
const ended: SubscriptionEvidence = {
  subscription: {
    subscriptionId: "ended",
    status: "ENDED",
    endedBy: "WALLET",
    customerId: "alice",
    debits: [{ paymentRequestId: "paid" }],
  },
  network: {
    status: "ENDED",
    endedBy: "WALLET",
    customerId: "alice",
    notifications: { TOKEN_CREATED: ACKNOWLEDGED, TOKEN_CANCELED: ACKNOWLEDGED },
  },
  wallet: {
    status: "CANCELLED",
    endedBy: "CUSTOMER",
    endedTime: HALF_PAST,
    pairs: 1,
    notifications: { TOKEN_CREATED: ACKNOWLEDGED, TOKEN_CANCELED: ACKNOWLEDGED },
  },
};

const inForce: SubscriptionEvidence = {
  subscription: { subscriptionId: "in-force", status: "ACTIVE", customerId: "alice", debits: [] },
  network: { status: "ACTIVE", customerId: "alice", notifications: { TOKEN_CREATED: ACKNOWLEDGED } },
  wallet: {
    status: "ACTIVE",
    pairs: 1,
    notifications: { TOKEN_CREATED: ACKNOWLEDGED },
  },
};

const left: SubscriptionEvidence = {
  subscription: { subscriptionId: "left", status: "OFFERED", debits: [] },
  network: { status: "PREPARED", notifications: {} },
  wallet: { status: "ABANDONED", endedTime: HALF_PAST },
};

/** The documents of `paid` were asked for, then 800 JPY, of which 500 were accepted and refunded. */
const disputed: DisputeEvidence = {
  sale: paid.sale,
  network: [
    {
      disputeRequestId: "paid-R0",
      paymentRequestId: "network-paid",
      kind: "ESCALATION",
      message: { escalationAmount: jpy(800) },
      answer: { refundType: "ACCEPT_PARTIAL_REFUND", refundAmount: jpy(500) },
    },
    {
      disputeRequestId: "documents",
      paymentRequestId: "network-paid",
      kind: "RETRIEVAL",
      message: {},
      answer: { responseCode: "0001" },
    },
  ],
  wallet: [
    { disputeRequestId: "documents", kind: "RETRIEVAL", status: "ANSWERED", answerCode: "0001" },
    {
      disputeRequestId: "paid-R0",
      kind: "ESCALATION",
      status: "ANSWERED",
      answerCode: "ACCEPT_PARTIAL_REFUND",
      escalationAmount: jpy(800),
      acceptedAmount: jpy(500),
    },
  ],
};

/** What every party knows. */
export const SOUND_DAY: Evidence = {
  sales: [paid, cancelled, failed, refundedInstead],
  subscriptions: [ended, inForce, left],
  disputes: [disputed],
  payments: [],
  customers: [
    {
      customerId: "alice",
      currency: "HKD",
      balance: "97150",
      entryCount: entries.length,
      entries: entries.toReversed(),
    },
  ],
  books: {
    balanced: true,
    currencies: {
      HKD: {
        customers: "97150",
        "alipayplus-payable": "2600",
        "surcharge-income": "250",
        funding: "-100000",
        total: "0",
      },
    },
  },
};

function itemOf(transactionType: string, id: string, currency: string, settlementMinor: bigint): ReportedItem {
  const ids = { transactionId: `network-${id}`, transactionRequestId: id, originalTransactionId: "" };
  const settled = { settlementCurrency: currency, settlementMinor };
  return { ...ids, ...settled, clearingDay: TODAY, transactionTime: NOON, transactionType };
}

const NO_FEES = { INTERCHANGE_FEE: 0n, SERVICE_FEE: 0n };

const walletReports: Reports = {
  items: [
    itemOf("PAYMENT", "paid", "HKD", 5_200n),
    { ...itemOf("REFUND", "R0", "HKD", 2_600n), originalTransactionId: "network-paid" },
    itemOf("PAYMENT", "refunded-instead", "HKD", 5_200n),
    { ...itemOf("REFUND", "refunded-instead", "HKD", 5_200n), originalTransactionId: "network-refunded-instead" },
  ],
  summaries: [
    { clearingDay: TODAY, currency: "HKD", paymentCount: 2, refundCount: 2, netMinor: 2_600n, settlementMinor: 2_579n },
  ],
  fees: [{ clearingDay: TODAY, currency: "HKD", sums: { INTERCHANGE_FEE: 31n, SERVICE_FEE: 10n } }],
  settled: [{ clearingDay: TODAY, currency: "HKD", settlementMinor: 2_579n }],
};

const acquirerReports: Reports = {
  items: [itemOf("PAYMENT", "paid", "USD", 667n), itemOf("REFUND", "paid-R0", "USD", 334n)],
  summaries: [
    { clearingDay: TODAY, currency: "USD", paymentCount: 1, refundCount: 1, netMinor: 333n, settlementMinor: 329n },
  ],
  fees: [{ clearingDay: TODAY, currency: "USD", sums: { ...NO_FEES, INTERCHANGE_FEE: 4n } }],
  settled: [{ clearingDay: TODAY, currency: "USD", settlementMinor: 329n }],
};

/** What was reported of it to both. */
export const SOUND_REPORTS: ClearingEvidence = { wallet: walletReports, acquirer: acquirerReports };
