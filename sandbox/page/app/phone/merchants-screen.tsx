/** The merchants whom the customer has authorised, each with an end. */
import { useCallback, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { Authorization } from "../calls/authorization.ts";
import { endAuthorization, fetchAuthorizations } from "../calls/authorizations.ts";
import { Badge } from "../elements/badge.tsx";
import { useAction } from "../use-action.ts";
import { useLook } from "../use-look.ts";
import { endText, inOrder, isRunning, shopNameOf } from "./shops.ts";

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
  const heading = useRef<HTMLHeadingElement>(null);
  const end = async (authorization: Authorization) => {
    await act(endAuthorization(authorization, customerId));
    await refresh();
    // The button that had the focus is gone, unless the end was refused.
    if (document.activeElement === document.body) heading.current?.focus({ preventScroll: true });
  };
  const authorizations = answer && inOrder(answer.authorizations);
  return (
    <section class="screen" aria-labelledby="merchants-heading">
      <h3 ref={heading} id="merchants-heading" tabIndex={-1}>
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
  const { status, scopes, consentTime } = authorization;
  const [label, kind] = LABELS[status];
  const name = shopNameOf(authorization);
  const ended = endText(authorization);
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
      {ended !== undefined && <span class="dim">{ended}</span>}
      {isRunning(authorization) && <EndButton name={name} isBusy={isBusy} onEnd={onEnd} />}
    </>
  );
}

/** Ends it after a question. */
function EndButton({ name, isBusy, onEnd }: { name: string; isBusy: boolean; onEnd: () => void }) {
  const [isAsking, setAsking] = useState(false);
  const confirmation = useRef<HTMLButtonElement>(null);
  const beginning = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    if (isAsking) confirmation.current?.focus();
  }, [isAsking]);
  const leave = () => {
    setAsking(false);
    requestAnimationFrame(() => beginning.current?.focus());
  };
  if (!isAsking) {
    return (
      <button
        ref={beginning}
        type="button"
        aria-label={`End the authorisation of ${name}`}
        aria-disabled={isBusy}
        onClick={() => isBusy || setAsking(true)}
      >
        End
      </button>
    );
  }
  return (
    <fieldset class="confirmation">
      <legend>End this for good?</legend>
      <div class="buttons">
        <button
          ref={confirmation}
          type="button"
          class="danger"
          aria-label={`Yes, end the authorisation of ${name}`}
          aria-disabled={isBusy}
          onClick={() => isBusy || onEnd()}
        >
          {isBusy ? "Ending …" : "Yes, end"}
        </button>
        <button type="button" aria-disabled={isBusy} onClick={leave}>
          No
        </button>
      </div>
    </fieldset>
  );
}
