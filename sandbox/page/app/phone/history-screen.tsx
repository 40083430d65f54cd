import type { CustomerAccount, JournalEntry } from "../calls/sandbox.ts";
import { AmountView } from "../elements/amount.tsx";

const KINDS: Readonly<Record<JournalEntry["kind"], string>> = {
  FUNDING: "Balance set",
  DEBIT: "Payment",
  REVERSAL: "Payment reversed",
  REFUND: "Refund",
  OTHER: "Other",
};

/** The entries of the customer's account at the wallet's core; without an account, why there is none to show. */
export function HistoryScreen({ account, note }: { account: CustomerAccount | undefined; note: string | undefined }) {
  const { entries = [], currency = "" } = account ?? {};
  return (
    <section class="screen" aria-labelledby="history-heading">
      <h3 id="history-heading" tabIndex={-1}>
        History
      </h3>
      {entries.length === 0 && <p class="dim">{note === undefined ? "No payment yet." : "Not shown."}</p>}
      <ol class="history">
        {entries.map(({ kind, time, legs }, index) => {
          const value = legs.find(({ account }) => account === "customer")?.amount ?? "0";
          return (
            <li key={entries.length - index}>
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
