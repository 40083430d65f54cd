/** What everybody knows at the end of a day, read once and then only compared. */
import type { Books } from "../../kill/client.ts";
import type { Parties } from "./parties.ts";
import type { CustomerPlan } from "../plan/plan.ts";
import { PARTICIPANTS, type Reports, readReports } from "./reports.ts";
import type { CustomerView, NetworkView, SaleView, WalletAbsence, WalletView } from "./views.ts";

/** One sale as each of the three knows it. */
export type SaleEvidence = {
  readonly sale: SaleView;
  readonly network: NetworkView | "UNKNOWN";
  readonly wallet: WalletView | WalletAbsence;
};

/** All that is known, but for the reports. */
export type Evidence = {
  readonly sales: readonly SaleEvidence[];
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

/** Asks everybody. Rejects without an answer. */
export async function gatherEvidence(parties: Parties, customers: readonly CustomerPlan[]): Promise<Evidence> {
  const [sales, views, books] = await Promise.all([
    parties.sales(),
    Promise.all(customers.map(({ customerId }) => parties.customer(customerId))),
    parties.books(),
  ]);
  const evidence = await Promise.all(sales.map((sale) => evidenceOf(sale, parties)));
  return { sales: evidence, customers: views, books };
}

async function evidenceOf(sale: SaleView, parties: Parties): Promise<SaleEvidence> {
  const network = await parties.networkPayment(sale.paymentRequestId);
  if (!network) return { sale, network: "UNKNOWN", wallet: "UNKNOWN" };
  return { sale, network, wallet: await parties.walletPayment(network.paymentId) };
}
