/** Every message between Alipay+ and the wallet, as both sides signed it. */
import type { Traffic } from "../use-traffic.ts";
import { ExchangeCard } from "./exchange-card.tsx";

/** The timeline under its heading, newest first. */
export function Timeline({ title, traffic }: { title: string; traffic: Traffic }) {
  const { exchanges, isConnected, isLoading } = traffic;
  return (
    <>
      <div class="heading">
        <h2>{title}</h2>
        <p class="notice failed" role="alert">
          {!isConnected && "The sandbox gives no answer. Trying again …"}
        </p>
      </div>
      <div class="timeline">
        {exchanges.length === 0 && (
          <p class="dim">{isLoading ? "Looking …" : "No message yet. Let the point of sale scan the phone’s code."}</p>
        )}
        <ol>
          {exchanges.map((reply) => (
            <ExchangeCard key={reply.key} reply={reply} />
          ))}
        </ol>
      </div>
    </>
  );
}
