import { useEffect, useState } from "preact/hooks";
import { callJson, isFailure } from "../calls/call.ts";
import type { Payment } from "../calls/wallet.ts";
import { settings } from "../settings.ts";

/** Why the core did not answer, as operators see it. */
type Trouble = {
  readonly operation: string;
  readonly message: string;
  readonly tries: number;
  readonly triesLimit: number;
};

/** Why the wallet's own core did not answer last about a payment; nothing where it always has. */
export function CoreTroubleNote({ payment }: { payment: Payment }) {
  const { paymentRequestId, status } = payment;
  const [trouble, setTrouble] = useState<Trouble | undefined>();
  // A change of the status triggers a new look.
  useEffect(() => {
    const { operatorToken: token, ownCore } = settings;
    if (token === undefined || ownCore === undefined) return;
    const path = `/ops/payments/${encodeURIComponent(paymentRequestId)}`;
    void callJson<{ coreTrouble?: Trouble }>({ path, token }).then((answer) =>
      setTrouble(isFailure(answer) ? undefined : answer.coreTrouble),
    );
  }, [paymentRequestId, status]);
  if (trouble === undefined) return null;
  const { operation, message, tries, triesLimit } = trouble;
  return (
    <p class="notice" role="status">
      {message} ({operation}, try {tries} of {triesLimit})
    </p>
  );
}
