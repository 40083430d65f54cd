/** What every party knows at the end of a day, read once and then only compared. */

import { type DayPlan, disputedSalesOf, type PaymentPlan, paymentsOf } from "../plan/plan.ts";
import { mapAtOnce } from "./at-once.ts";
import type { Parties } from "./parties.ts";
import { PARTICIPANTS, type Reports, readReports } from "./reports.ts";
import { preparedIdOf } from "./subscription-calls.ts";
import type {
  Books,
  CustomerView,
  InquiredPayment,
  InspectedAuthorization,
  InspectionView,
  LedgerEntry,
  NetworkAuthorization,
  NetworkDispute,
  NetworkView,
  SaleView,
  SubscriptionView,
  WalletAbsence,
  WalletDispute,
  WalletView,
} from "./views.ts";
import type { World } from "./world.ts";

/** One sale as each of the three knows it. */
export type SaleEvidence = {
  readonly sale: SaleView;
  readonly network: NetworkView | "UNKNOWN";
  readonly wallet: WalletView | WalletAbsence;
};

/** A payment that Alipay+ has asked of the wallet itself, and what the wallet answers about it. */
export type PaymentEvidence = { readonly payment: PaymentPlan; readonly inquired: InquiredPayment | "UNKNOWN" };

/** One subscription as each of the three knows it. */
export type SubscriptionEvidence = {
  readonly subscription: SubscriptionView;
  readonly network: NetworkAuthorization | "UNKNOWN";
  /** UNKNOWN, too, when the merchant never learnt where the wallet's page is. */
  readonly wallet: InspectedAuthorization | "UNKNOWN";
};

/** The disputes of a sale as Alipay+ and the wallet know them. */
export type DisputeEvidence = {
  readonly sale: SaleView;
  readonly network: readonly NetworkDispute[];
  readonly wallet: readonly WalletDispute[];
};

/** All evidence except the reports. */
export type Evidence = {
  readonly sales: readonly SaleEvidence[];
  readonly subscriptions: readonly SubscriptionEvidence[];
  readonly disputes: readonly DisputeEvidence[];
  readonly payments: readonly PaymentEvidence[];
  readonly customers: readonly CustomerView[];
  readonly books: Books;
};

/** The reports of both participants about some clearing days. */
export type ClearingEvidence = { readonly wallet: Reports; readonly acquirer: Reports };

/** Downloads the reports. Rejects when one is not there. */
export async function gatherReports(parties: Parties, clearingDays: readonly string[]): Promise<ClearingEvidence> {
  const [wallet, acquirer] = await Promise.all([
    readReports(parties, PARTICIPANTS.wallet, clearingDays),
    readReports(parties, PARTICIPANTS.acquirer, clearingDays),
  ]);
  return { wallet, acquirer };
}

/** A sale with what the wallet's operators see of it; `undefined` when the wallet does not know it. */
export type InspectedSale = SaleEvidence & { readonly inspection: InspectionView | undefined };

/** Asks the wallet's operators about every sale. Rejects without an answer. */
export function inspectSales(parties: Parties, { sales }: Evidence): Promise<readonly InspectedSale[]> {
  return mapAtOnce(sales, async (evidence) => {
    const { network } = evidence;
    return { ...evidence, inspection: network === "UNKNOWN" ? undefined : await parties.inspect(network.paymentId) };
  });
}

/** Asks every party. Rejects without an answer. */
export async function gatherEvidence({ parties, timeMs }: World, plan: DayPlan): Promise<Evidence> {
  const [sales, customers, books] = await Promise.all([
    parties.sales(),
    Promise.all(plan.customers.map(({ customerId }) => parties.customer(customerId))),
    parties.books(),
  ]);
  const payments = await mapAtOnce(paymentsOf(plan), async (payment) => ({
    payment,
    inquired: await parties.inquirePayment(payment.paymentRequestId, timeMs),
  }));
  const known = await mapAtOnce(sales, (sale) => evidenceOf(sale, parties));
  const subscriptions = await mapAtOnce(await parties.subscriptions.all(), (one) =>
    subscriptionEvidenceOf(one, parties),
  );
  const timed = parties.core ? timedByWallet(customers, known) : customers;
  const disputes = await disputeEvidenceOf(plan, known, parties);
  return { sales: known, subscriptions, disputes, payments, customers: timed, books };
}

/**
 * A core of its own has a clock of its own, and the wallet bounds its times by its own clock (docs/core.md): a debit
 * was made when the wallet says.
 */
function timedByWallet(customers: readonly CustomerView[], sales: readonly SaleEvidence[]): readonly CustomerView[] {
  const times = new Map(
    sales.flatMap(({ wallet }) => (typeof wallet === "string" ? [] : [[wallet.paymentId, wallet.paymentTime]])),
  );
  const timed = (entry: LedgerEntry): LedgerEntry =>
    entry.kind === "DEBIT" ? { ...entry, time: times.get(entry.paymentId ?? "") ?? entry.time } : entry;
  return customers.map((customer) => ({ ...customer, entries: customer.entries.map(timed) }));
}

async function evidenceOf(sale: SaleView, parties: Parties): Promise<SaleEvidence> {
  const network = await parties.networkPayment(sale.paymentRequestId);
  if (!network) return { sale, network: "UNKNOWN", wallet: "UNKNOWN" };
  return { sale, network, wallet: await parties.walletPayment(network.paymentId) };
}

async function subscriptionEvidenceOf(
  subscription: SubscriptionView,
  { subscriptions }: Parties,
): Promise<SubscriptionEvidence> {
  const preparedId = preparedIdOf(subscription);
  const [network, wallet] = await Promise.all([
    subscriptions.network(subscription.subscriptionId),
    preparedId === undefined ? undefined : subscriptions.inspect(preparedId),
  ]);
  return { subscription, network: network ?? "UNKNOWN", wallet: wallet ?? "UNKNOWN" };
}

async function disputeEvidenceOf(
  plan: DayPlan,
  sales: readonly SaleEvidence[],
  { disputes }: Parties,
): Promise<readonly DisputeEvidence[]> {
  const disputed = new Set(disputedSalesOf(plan));
  const atNetwork = await disputes.atNetwork();
  return mapAtOnce(
    sales.filter(({ sale }) => disputed.has(sale.paymentRequestId)),
    async ({ sale, network }) => {
      const paymentId = network === "UNKNOWN" ? undefined : network.paymentId;
      return {
        sale,
        network: atNetwork.filter(({ paymentRequestId }) => paymentRequestId === paymentId),
        wallet: paymentId === undefined ? [] : await disputes.atWallet(paymentId),
      };
    },
  );
}
