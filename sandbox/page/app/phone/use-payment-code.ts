import { useCallback, useEffect, useState } from "preact/hooks";
import { type Failure, isFailure } from "../calls/call.ts";
import { fetchPaymentCode, type PaymentCode } from "../calls/wallet.ts";
import { learnServerTime, serverNowMs } from "../server-clock.ts";

const RETRY_AFTER_MS = 3_000;
/** A device clock that is a little ahead must not fetch in a loop. */
const SHORTEST_PAUSE_MS = 500;

/** The code that the phone shows. */
export type ShownCode = {
  /** Missing until the first arrives. It must not be shown from `codeExpiryTime` on. */
  readonly code: PaymentCode | undefined;
  readonly failure: Failure | undefined;
  /** Asks for another: a code pays once. */
  readonly renew: () => void;
};

/**
 * Keeps a customer's payment code fresh; fetches nothing without a customer.
 *
 * @param clockJumps fetches a new code whenever it changes: the old one may have expired
 */
export function usePaymentCode(customerId: string | undefined, clockJumps: number): ShownCode {
  const [code, setCode] = useState<PaymentCode | undefined>();
  const [failure, setFailure] = useState<Failure | undefined>();
  const [round, setRound] = useState(0);
  const renew = useCallback(() => setRound((number) => number + 1), []);

  useEffect(() => setCode(undefined), [customerId]);

  // Each round asks again.
  useEffect(() => {
    if (customerId === undefined) return;
    let isOver = false;
    let timer: ReturnType<typeof setTimeout>;
    const ask = async () => {
      const answer = await fetchPaymentCode(customerId);
      if (isOver) return;
      const failed = isFailure(answer);
      setFailure(failed ? answer : undefined);
      if (!failed) {
        learnServerTime(answer.serverTime);
        setCode(answer);
      }
      const pauseMs = failed ? RETRY_AFTER_MS : Date.parse(answer.nextChangeTime) - serverNowMs();
      timer = setTimeout(renew, Math.max(SHORTEST_PAUSE_MS, pauseMs));
    };
    void ask();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [customerId, clockJumps, round, renew]);

  return { code, failure, renew };
}
