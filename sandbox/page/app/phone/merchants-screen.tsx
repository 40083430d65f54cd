/** The merchants whom the customer has authorised, each with an end. */
import { useCallback } from "preact/hooks";
import { type Authorization, endAuthorization, fetchAuthorizations } from "../calls/authorizations.ts";
import { Badge } from "../elements/badge.tsx";
import { useAction } from "../use-action.ts";
import { useLook } from "../use-look.ts";

const LOOK_INTERVAL_MS = 2_000;

const LABELS: Readonly<Record<Authorization["status"], readonly [label: string, kind: "S" | "F" | "U"]>> = {
  PREPARED: ["to be decided", "U"],
  ABANDONED: ["not decided", "F"],
  CONSENTED: ["agreed", "U"],
  ACTIVE: ["in force", "S"],
  ENDING: ["ending", "U"],
  CANCELLED: ["ended", "F"],
  LAPSED: ["lapsed", "F"],
};

/** The list. */
export function MerchantsScreen({ customerId }: { customerId: string }) {
  const look = useCallback(() => fetchAuthorizations(customerId), [customerId]);
  const { answer, lookFailure, refresh } = useLook({ look, occasion: "", intervalMs: LOOK_INTERVAL_MS });
  const { isBusy, failure, act } = useAction();
  const end = async (authorization: Authorization) => {
    await act(endAuthorization(authorization, customerId));
    await refresh();
  };
  const authorizations = answer?.authorizations;
  return (
    <section class="screen" aria-labelledby="merchants-heading">
      <h3 id="merchants-heading" tabIndex={-1}>
        Shops
      </h3>
      {authorizations?.length === 0 && <p class="dim">No shop may take payments without asking you.</p>}
      <ul class="merchants">
        {authorizations?.map((authorization) => (
          <li key={authorization.authorizationId}>
            <AuthorizationRow authorization={authorization} isBusy={isBusy} onEnd={() => end(authorization)} />
          </li>
        ))}
      </ul>
      <p class="notice failed" role="alert">
        {(failure ?? lookFailure)?.failure}
      </p>
    </section>
  );
}

type AuthorizationRowProps = {
  readonly authorization: Authorization;
  readonly isBusy: boolean;
  readonly onEnd: () => void;
};

function AuthorizationRow({ authorization, isBusy, onEnd }: AuthorizationRowProps) {
  const { status, merchant, scopes, consentTime } = authorization;
  const [label, kind] = LABELS[status];
  const name = merchant.authClientDisplayName ?? merchant.authClientName ?? "A shop";
  return (
    <>
      <span class="merchant-head">
        <strong>{name}</strong>
        <Badge kind={kind}>{label}</Badge>
      </span>
      <span class="dim">
        {consentTime && `since ${consentTime.slice(0, 10)}: `}
        {scopes.map(({ description }) => description).join(" ")}
      </span>
      {(status === "ACTIVE" || status === "CONSENTED") && (
        <button type="button" aria-disabled={isBusy} onClick={() => isBusy || onEnd()}>
          End
        </button>
      )}
    </>
  );
}
