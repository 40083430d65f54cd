/** Every message between Alipay+ and the wallet or the acquirer, as its sender has signed it. */
import { useEffect, useRef } from "preact/hooks";
import type { Sale } from "../calls/sales.ts";
import type { JournalEntry } from "../calls/sandbox.ts";
import { AmountView } from "../elements/amount.tsx";
import { debitsOf } from "./debits.ts";
import { ExchangeCard } from "./exchange-card.tsx";
import { exchangesOf } from "./payment-filter.ts";
import type { Traffic } from "./use-traffic.ts";

/** The properties of the timeline. */
type TimelineProps = {
  readonly title: string;
  readonly traffic: Traffic;
  /** The entries of the customer's account. */
  readonly entries: readonly JournalEntry[];
  /** The `paymentRequestId` of the payment whose messages are shown; missing: all messages. */
  readonly followedId: string | undefined;
  /** Its sale; missing while it is not known, and where it is not among the last. */
  readonly followed: Sale | undefined;
  readonly onShowAll: () => void;
  /** The keys of the messages that are open. */
  readonly open: readonly string[];
  readonly onOpen: (open: readonly string[]) => void;
};

/** The timeline under its heading, newest first. */
export function Timeline(props: TimelineProps) {
  const { title, traffic, entries, followedId, followed, onShowAll, open, onOpen } = props;
  const { exchanges, isConnected, isLoading } = traffic;
  const shown =
    followedId === undefined
      ? exchanges
      : // Without its sale, Alipay+'s own id of a payment is not known.
        exchangesOf(exchanges, followed ?? { paymentRequestId: followedId });
  const debits = debitsOf(exchanges, entries);
  const kept = open.filter((key) => exchanges.some((reply) => reply.key === key));
  const list = useRef<HTMLDivElement>(null);
  const firstOpen = useRef(open[0]);
  const isListed = shown.length > 0;

  // A link to a message leads to it.
  useEffect(() => {
    if (!isListed || firstOpen.current === undefined) return;
    firstOpen.current = undefined;
    list.current?.querySelector("details[open]")?.scrollIntoView({ block: "nearest" });
  }, [isListed]);

  return (
    <>
      <div class="heading">
        <h2>{title}</h2>
        {followedId !== undefined && (
          <p class="followed">
            <span>of {followed ? <SaleOf sale={followed} /> : `the payment ${followedId}`}</span>
            <button type="button" class="small" onClick={onShowAll}>
              Show all
            </button>
          </p>
        )}
        <p class="notice failed" role="alert">
          {!isConnected && "The sandbox gives no answer. Trying again …"}
        </p>
        <p class="notice" role="status">
          {isListed && kept.length < open.length && (
            <>
              A message of this link is not among the last {exchanges.length}.{" "}
              <button type="button" class="small" onClick={() => onOpen(kept)}>
                Go on without it
              </button>
            </>
          )}
        </p>
      </div>
      <div class="timeline" ref={list}>
        {shown.length === 0 && <p class="empty dim">{isLoading ? "Loading …" : emptyText(followedId !== undefined)}</p>}
        <ol>
          {shown.map((reply) => {
            const { key } = reply;
            const isOpen = open.includes(key);
            return (
              <ExchangeCard
                key={key}
                reply={reply}
                debit={debits.get(key)}
                isOpen={isOpen}
                onToggle={() => onOpen(isOpen ? open.filter((each) => each !== key) : [...open, key])}
              />
            );
          })}
        </ol>
      </div>
    </>
  );
}

function SaleOf({ sale }: { sale: Sale }) {
  return (
    <>
      the sale of <AmountView amount={sale.paymentAmount} />
    </>
  );
}

function emptyText(isOfPayment: boolean): string {
  return isOfPayment
    ? "None of the last messages is about this payment."
    : "No message yet. Let the point of sale scan the phone’s code.";
}
