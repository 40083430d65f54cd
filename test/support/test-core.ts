/**
 * A wallet's core that the gateway under test reaches by the port: customers with the settings and limits of the
 * embedded core, in the memory of this isolate. It keeps what the port asks of a core: every operation once per id.
 */
import type { Customer } from "../../durable/ledger/accounts.ts";
import type { EntryKind, JournalEntry } from "../../durable/ledger/journal.ts";
import type { CustomerView } from "../../durable/ledger/ledger.ts";
import { fundingLegs, type Leg, paymentLegs, refundLegs } from "../../durable/ledger/legs.ts";
import { countPayment, refusalOf, uncountPayment } from "../../durable/ledger/limits.ts";
import { type CustomerSettings, completeSettings } from "../../durable/ledger/settings.ts";
import type {
  DebitAnswer,
  DebitRefusal,
  DebitRequest,
  EvaluateAnswer,
  InquireAnswer,
  PaymentKey,
  RefundAnswer,
  RefundRequest,
  ReverseAnswer,
  WalletCore,
} from "../../durable/wallet-core/port.ts";

type Account = { customer: Customer; readonly entries: JournalEntry[] };

type Payment = {
  readonly answer: { outcome: "DONE"; timeMs: number } | { outcome: "REFUSED"; reason: DebitRefusal };
  readonly debitMinor: bigint;
  readonly countedDay: number;
  creditLeftMinor: bigint;
  payToLeftMinor: bigint;
  isReversed: boolean;
};

const accounts = new Map<string, Account>();
const payments = new Map<string, Payment>();
const refunds = new Map<string, RefundAnswer>();

/** Opens a customer of the test's core, or changes one. */
export function openTestCustomer(customerId: string, settings: CustomerSettings): void {
  const known = accounts.get(customerId);
  const before = known?.customer;
  const customer: Customer = {
    customerId,
    balanceMinor: 0n,
    fundedMinor: 0n,
    payableMinor: 0n,
    surchargeMinor: 0n,
    today: { day: 0, amountMinor: 0n, count: 0 },
    entryCount: 0,
    latestEntryId: undefined,
    ...before,
    settings: completeSettings(settings, before?.settings),
  };
  const account = known ?? { customer, entries: [] };
  account.customer = customer;
  accounts.set(customerId, account);
  const legs = fundingLegs((settings.balance ?? customer.balanceMinor) - customer.balanceMinor);
  if (legs.length > 0) post(account, "FUNDING", `${customerId}:${account.entries.length + 1}`, undefined, legs);
}

/** The customer as the test's core has it; undefined when there is none. */
export function testCustomer(customerId: string): CustomerView | undefined {
  const account = accounts.get(customerId);
  if (!account) return undefined;
  const { customer, entries } = account;
  return {
    customerId,
    settings: customer.settings,
    balance: customer.balanceMinor,
    entryCount: entries.length,
    entries: entries.toReversed(),
  };
}

function post(
  account: Account,
  kind: EntryKind,
  id: string,
  paymentId: string | undefined,
  legs: readonly Leg[],
  timeMs = Date.now(),
): void {
  const { customer, entries } = account;
  const customerMinor = legs.find((leg) => leg.account === "customer")?.amountMinor ?? 0n;
  account.customer = { ...customer, balanceMinor: customer.balanceMinor + customerMinor };
  const { currency } = customer.settings;
  entries.push({ entryNumber: entries.length + 1, kind, id, paymentId, timeMs, currency, legs });
}

/** The core behind the port. */
export const testCore: WalletCore = {
  async debit(request: DebitRequest): Promise<DebitAnswer> {
    const { customerId, paymentId } = request;
    const known = payments.get(paymentId);
    if (known) return known.answer;
    const timeMs = Date.now();
    const account = accounts.get(customerId);
    const reason = refusalOf(account?.customer, request, timeMs);
    const debitMinor = request.debit.amountMinor;
    const payToMinor = request.payTo.amountMinor;
    if (!account || reason) {
      const answer = { outcome: "REFUSED", reason: reason ?? "CUSTOMER_UNKNOWN" } as const;
      payments.set(paymentId, { ...NO_PAYMENT, answer });
      return answer;
    }
    const today = countPayment(account.customer.today, debitMinor, timeMs);
    account.customer = { ...account.customer, today };
    post(account, "DEBIT", paymentId, paymentId, paymentLegs(debitMinor, payToMinor), timeMs);
    const left = { creditLeftMinor: debitMinor, payToLeftMinor: payToMinor, isReversed: false };
    const answer = { outcome: "DONE", timeMs } as const;
    payments.set(paymentId, { answer, debitMinor, countedDay: today.day, ...left });
    return answer;
  },

  async inquire({ paymentId }: PaymentKey): Promise<InquireAnswer> {
    const known = payments.get(paymentId);
    if (!known) return { outcome: "UNKNOWN" };
    if (known.answer.outcome === "REFUSED" && known.answer.reason !== "PAYMENT_REVERSED") return known.answer;
    return known.isReversed ? { outcome: "REVERSED" } : known.answer;
  },

  async reverse({ paymentId, customerId }: PaymentKey): Promise<ReverseAnswer> {
    const timeMs = Date.now();
    const known = payments.get(paymentId);
    if (!known) {
      payments.set(paymentId, { ...NO_PAYMENT, isReversed: true });
    } else if (known.answer.outcome === "DONE" && !known.isReversed) {
      const account = accounts.get(customerId);
      if (!account) throw new Error("A debit without its customer");
      const today = uncountPayment(account.customer.today, known.debitMinor, known.countedDay);
      account.customer = { ...account.customer, today };
      const legs = refundLegs(known.creditLeftMinor, known.payToLeftMinor);
      if (legs.length > 0) post(account, "REVERSAL", paymentId, paymentId, legs, timeMs);
      known.isReversed = true;
    }
    return { outcome: "DONE", timeMs };
  },

  async refund({ refundId, paymentId, customerId, credit, payTo }: RefundRequest): Promise<RefundAnswer> {
    const known = refunds.get(refundId);
    if (known) return known;
    const timeMs = Date.now();
    const payment = payments.get(paymentId);
    const account = accounts.get(customerId);
    const answer = ((): RefundAnswer => {
      if (!account || payment?.answer.outcome !== "DONE") return { outcome: "REFUSED", reason: "PAYMENT_UNKNOWN" };
      if (payment.isReversed) return { outcome: "REFUSED", reason: "PAYMENT_REVERSED" };
      payment.creditLeftMinor -= credit.amountMinor;
      payment.payToLeftMinor -= payTo.amountMinor;
      post(account, "REFUND", refundId, paymentId, refundLegs(credit.amountMinor, payTo.amountMinor), timeMs);
      return { outcome: "DONE", timeMs };
    })();
    refunds.set(refundId, answer);
    return answer;
  },

  async evaluate(request: DebitRequest): Promise<EvaluateAnswer> {
    const reason = refusalOf(accounts.get(request.customerId)?.customer, request, Date.now());
    return reason === undefined ? { outcome: "POSSIBLE" } : { outcome: "REFUSED", reason };
  },
};

/** A debit that came after its reversal is refused. */
const NO_PAYMENT: Payment = {
  answer: { outcome: "REFUSED", reason: "PAYMENT_REVERSED" },
  debitMinor: 0n,
  countedDay: 0,
  creditLeftMinor: 0n,
  payToLeftMinor: 0n,
  isReversed: false,
};
