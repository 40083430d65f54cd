import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { isFailure } from "./call.ts";
import { type ExchangeReply, fetchTraffic } from "./sandbox-client.ts";

const POLL_INTERVAL_MS = 1_000;
const SHOWN_LIMIT = 100;

/** An exchange with a key of its own. */
export type ListedExchange = ExchangeReply & { readonly key: string };

/** The timeline's contents. */
export type Traffic = {
  /** Newest first. */
  readonly exchanges: readonly ListedExchange[];
  /** Changes with every exchange: whoever shows money looks again. */
  readonly newestKey: string;
  /** `false` while the sandbox gives no answer. */
  readonly isConnected: boolean;
  /** Whether nothing has been asked yet. */
  readonly isLoading: boolean;
  /** Looks at once. */
  readonly refresh: () => void;
};

/** Follows the exchanges: asks for the newest alone, and for the others when it is another one. */
export function useTraffic(): Traffic {
  const [exchanges, setExchanges] = useState<readonly ListedExchange[] | undefined>();
  const [isConnected, setConnected] = useState(true);
  const newest = useRef("");

  const refresh = useCallback(async () => {
    const head = await fetchTraffic(1);
    setConnected(!isFailure(head));
    if (isFailure(head)) return;
    const text = JSON.stringify(head.traffic);
    if (text === newest.current) return;
    const listed = await fetchTraffic(SHOWN_LIMIT);
    if (isFailure(listed)) return;
    newest.current = JSON.stringify(listed.traffic.slice(0, 1));
    setExchanges(withKeys(listed.traffic));
  }, []);

  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>;
    const poll = async () => {
      if (!document.hidden) await refresh();
      timer = setTimeout(poll, POLL_INTERVAL_MS);
    };
    void poll();
    return () => clearTimeout(timer);
  }, [refresh]);

  return {
    exchanges: exchanges ?? [],
    newestKey: exchanges?.[0]?.key ?? "",
    isConnected,
    isLoading: exchanges === undefined,
    refresh,
  };
}

/** Two exchanges of one second can be equal to the last byte, so the older of them count, too. */
function withKeys(traffic: readonly ExchangeReply[]): ListedExchange[] {
  const counts = new Map<string, number>();
  return traffic
    .toReversed()
    .map((reply) => {
      const { time, request, response } = reply.exchange;
      const content = [time, request.path, signatureOf(request.headers), signatureOf(response.headers)].join(" ");
      const count = (counts.get(content) ?? 0) + 1;
      counts.set(content, count);
      return { ...reply, key: `${content} ${count}` };
    })
    .reverse();
}

function signatureOf(headers: Readonly<Record<string, string>>): string {
  return new Headers(headers).get("Signature") ?? "";
}
