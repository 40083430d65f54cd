/** What scanned orders were debited: their messages say so, but no balance stands beside them. Pure. */
import type { ExchangeReply, JournalEntry } from "../calls/sandbox.ts";
import type { Amount } from "../money.ts";
import { membersOf } from "./message-body.ts";
import { isAboutPayment } from "./payment-filter.ts";

type Keyed = ExchangeReply & { readonly key: string };

/**
 * The debits that belong to the wallet's first report of a payment that it was not asked to pay: the customer has
 * confirmed an order. Of a pay, the exchange itself has the balance before and after.
 *
 * @param exchanges newest first
 * @param entries the customer's account
 * @returns the change of the balance by the key of the exchange
 */
export function debitsOf(exchanges: readonly Keyed[], entries: readonly JournalEntry[]): ReadonlyMap<string, Amount> {
  const pays = exchanges.filter(({ exchange: { to, interface: name } }) => to === "MPP" && name === "pay");
  const debits = new Map<string, Amount>();
  const reported = new Set<string>();
  for (const { key, exchange } of exchanges.toReversed()) {
    if (exchange.from !== "MPP" || exchange.interface !== "notifyPayment") continue;
    const { paymentRequestId, paymentId } = membersOf(exchange.request.body);
    if (typeof paymentRequestId !== "string" || reported.has(paymentRequestId)) continue;
    reported.add(paymentRequestId);
    const debit = entries.find((entry) => entry.kind === "DEBIT" && entry.paymentId === paymentId);
    const value = debit?.legs.find(({ account }) => account === "customer")?.amount;
    const isAsked = pays.some((reply) => isAboutPayment(reply, { paymentRequestId }));
    if (debit && value !== undefined && !isAsked) debits.set(key, { currency: debit.currency, value });
  }
  return debits;
}
