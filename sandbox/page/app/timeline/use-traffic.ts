import { useCallback, useRef } from "preact/hooks";
import { type Failure, isFailure } from "../calls/call.ts";
import { type ExchangeReply, fetchTraffic } from "../calls/sandbox.ts";
import { useLook } from "../use-look.ts";

const LOOK_INTERVAL_MS = 1_000;
const SHOWN_LIMIT = 100;

/** An exchange with a key of its own, which the page's URL names it by. */
type ListedExchange = ExchangeReply & { readonly key: string };

/** The timeline's contents. */
export type Traffic = {
  /** Newest first. */
  readonly exchanges: readonly ListedExchange[];
  /** Changes with every exchange, and so triggers polls of everything that an exchange may have changed. */
  readonly newestKey: string;
  /** `false` while the sandbox gives no answer. */
  readonly isConnected: boolean;
  /** Whether the first answer is still to come. */
  readonly isLoading: boolean;
  /** Polls at once. */
  readonly refresh: () => Promise<void>;
};

type Listed = { readonly head: string; readonly exchanges: readonly ListedExchange[] };

/** Polls the exchanges: fetches the newest alone, and all that are shown when the newest has changed. */
export function useTraffic(): Traffic {
  const last = useRef<Listed | undefined>(undefined);
  const look = useCallback(async (): Promise<Listed | Failure> => {
    const newest = await fetchTraffic(1);
    if (isFailure(newest)) return newest;
    if (last.current?.head === JSON.stringify(newest.traffic)) return last.current;
    const listed = await fetchTraffic(SHOWN_LIMIT);
    if (isFailure(listed)) return listed;
    last.current = { head: JSON.stringify(listed.traffic.slice(0, 1)), exchanges: withKeys(listed.traffic) };
    return last.current;
  }, []);
  const { answer, lookFailure, refresh } = useLook({ look, occasion: "", intervalMs: LOOK_INTERVAL_MS });
  return {
    exchanges: answer?.exchanges ?? [],
    newestKey: answer?.exchanges[0]?.key ?? "",
    isConnected: lookFailure === undefined,
    isLoading: answer === undefined && lookFailure === undefined,
    refresh,
  };
}

/** How many characters at the end of a signature distinguish it from all others. */
const SIGNATURE_CHARACTERS = 12;

/**
 * Keys that stay the same: time and signatures. Two exchanges of one second can be equal to the last byte, so the key
 * counts the older ones.
 */
function withKeys(traffic: readonly ExchangeReply[]): ListedExchange[] {
  const counts = new Map<string, number>();
  return traffic
    .toReversed()
    .map((reply) => {
      const { time, request, response } = reply.exchange;
      const digits = time.replace(/\D/g, "").slice(0, "20260115120000".length);
      const content = [digits, signatureOf(request.headers), signatureOf(response.headers)].filter(Boolean).join("-");
      const count = (counts.get(content) ?? 0) + 1;
      counts.set(content, count);
      return { ...reply, key: count === 1 ? content : `${content}-${count}` };
    })
    .reverse();
}

function signatureOf(headers: Readonly<Record<string, string>>): string {
  const signature = new Headers(headers).get("Signature") ?? "";
  return signature.replace(/[^A-Za-z0-9]/g, "").slice(-SIGNATURE_CHARACTERS);
}
