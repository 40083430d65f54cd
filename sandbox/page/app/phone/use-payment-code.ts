import { useCallback, useEffect, useState } from "preact/hooks";
import { type Failure, isFailure, onReturn } from "../calls/call.ts";
import { fetchPaymentCode, type PaymentCode } from "../calls/wallet.ts";
import { learnServerTime, secondsUntil, serverNowMs } from "../server-clock.ts";

const RETRY_AFTER_MS = 3_000;
/** A device clock that is a little ahead must not fetch in a loop. */
const SHORTEST_PAUSE_MS = 500;

/** The code, or why there is none. */
type FetchedCode = {
  /** Missing while one is fetched that replaces all before it. It must not be shown from `codeExpiryTime` on. */
  readonly code?: PaymentCode | undefined;
  /** Why the last call failed. */
  readonly failure?: Failure | undefined;
};

/** The code that the phone shows. */
export type ShownCode = FetchedCode & {
  /** Fetches another: a code pays once, and the one that has paid is not shown any more. */
  readonly renew: () => void;
};

/**
 * Keeps a customer's payment code fresh; fetches nothing without a customer.
 *
 * @param clockJumps fetches a new code whenever it changes: the old one belongs to another time
 */
export function usePaymentCode(customerId: string | undefined, clockJumps: number): ShownCode {
  const [fetched, setFetched] = useState<FetchedCode & { readonly purpose: string }>();
  const [renewals, setRenewals] = useState(0);
  const [round, setRound] = useState(0);
  const renew = useCallback(() => setRenewals((number) => number + 1), []);
  const purpose = `${customerId} ${clockJumps} ${renewals}`;

  // Each round asks again.
  useEffect(() => {
    if (customerId === undefined) return setFetched(undefined);
    let isOver = false;
    let timer: ReturnType<typeof setTimeout>;
    const ask = async () => {
      const answer = await fetchPaymentCode(customerId);
      if (isOver) return;
      let pauseMs = RETRY_AFTER_MS;
      if (isFailure(answer)) {
        setFetched((last) => ({ purpose, failure: answer, code: last?.purpose === purpose ? last.code : undefined }));
      } else {
        learnServerTime(answer.serverTime);
        setFetched({ purpose, code: answer });
        pauseMs = Date.parse(answer.nextChangeTime) - serverNowMs();
      }
      timer = setTimeout(() => setRound((number) => number + 1), Math.max(SHORTEST_PAUSE_MS, pauseMs));
    };
    void ask();
    return () => {
      isOver = true;
      clearTimeout(timer);
    };
  }, [customerId, purpose, round]);

  // Plusgate may have been started again, with another time.
  useEffect(() => onReturn(renew), [renew]);

  // The point of sale could scan the code before an effect has removed it.
  const { code, failure } = fetched?.purpose === purpose ? fetched : {};
  return { code: code && secondsUntil(code.codeExpiryTime) > 0 ? code : undefined, failure, renew };
}
