/** Every message between Alipay+ and the wallet or the acquirer, as its sender has signed it. */

import type { Sale } from "../calls/sales.ts";
import { AmountView } from "../elements/amount.tsx";
import { ExchangeCard } from "./exchange-card.tsx";
import { isAboutPayment } from "./payment-filter.ts";
import type { Traffic } from "./use-traffic.ts";

/** The properties of the timeline. */
type TimelineProps = {
  readonly title: string;
  readonly traffic: Traffic;
  /** The payment whose messages are shown; missing: all messages. */
  readonly followed: Sale | undefined;
  readonly onShowAll: () => void;
};

/** The timeline under its heading, newest first. */
export function Timeline({ title, traffic, followed, onShowAll }: TimelineProps) {
  const { exchanges, isConnected, isLoading } = traffic;
  const shown = followed ? exchanges.filter((reply) => isAboutPayment(reply, followed)) : exchanges;
  return (
    <>
      <div class="heading">
        <h2>{title}</h2>
        {followed && (
          <p class="followed">
            <span>
              of the sale of <AmountView amount={followed.paymentAmount} />
            </span>
            <button type="button" class="small" onClick={onShowAll}>
              Show all
            </button>
          </p>
        )}
        <p class="notice failed" role="alert">
          {!isConnected && "The sandbox gives no answer. Trying again …"}
        </p>
      </div>
      <div class="timeline">
        {shown.length === 0 && (
          <p class="empty dim">
            {isLoading ? "Loading …" : "No message yet. Let the point of sale scan the phone’s code."}
          </p>
        )}
        <ol>
          {shown.map((reply) => (
            <ExchangeCard key={reply.key} reply={reply} />
          ))}
        </ol>
      </div>
    </>
  );
}
