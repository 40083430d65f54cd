import type { Customer, JournalEntry } from "../calls/sandbox.ts";
import { AmountView } from "../elements/amount.tsx";

const KINDS: Readonly<Record<JournalEntry["kind"], string>> = {
  FUNDING: "Balance set",
  DEBIT: "Payment",
  REVERSAL: "Payment reversed",
  REFUND: "Refund",
};

/** The entries of the customer's account in the wallet's ledger. */
export function HistoryScreen({ customer: { entries, currency } }: { customer: Customer }) {
  return (
    <section class="screen" aria-labelledby="history-heading">
      <h3 id="history-heading" tabIndex={-1}>
        History
      </h3>
      {entries.length === 0 && <p class="dim">No payment yet.</p>}
      <ol class="history">
        {entries.map(({ entryNumber, kind, time, legs }) => {
          const value = legs.find(({ account }) => account === "customer")?.amount ?? "0";
          return (
            <li key={entryNumber}>
              <span>
                {KINDS[kind]}
                <time dateTime={time}>{time.slice(0, 19).replace("T", " ")}</time>
              </span>
              <AmountView amount={{ currency, value }} isChange />
            </li>
          );
        })}
      </ol>
    </section>
  );
}
