/** The wallet's authorisation page: what the customer agrees to, the decision, and its result. */
import { useEffect, useState } from "preact/hooks";
import type { Authorization } from "../calls/authorization.ts";
import { consentTo, declineAuthorization, followWayBack, readAuthorization } from "../calls/authorizations.ts";
import { useAction } from "../use-action.ts";
import { ASK_AGAIN, AuthorizedScreen, type Decision } from "./authorized-screen.tsx";
import { isRunning, shopNameOf } from "./shops.ts";

/** What always helps. */
const SUBSCRIBE_AGAIN = "If trying again does not help, subscribe again at the point of sale.";

/** What the page asks for: the decision, once more before it agrees, and before it leaves. */
type Question = "DECIDE" | "AGREE" | "LEAVE";

type AuthorizeScreenProps = {
  readonly preparedId: string;
  readonly customerId: string;
  readonly onDone: () => void;
};

/** The page behind the address that a merchant leads to. */
export function AuthorizeScreen({ preparedId, customerId, onDone }: AuthorizeScreenProps) {
  const [authorization, setAuthorization] = useState<Authorization | undefined>();
  const [decision, setDecision] = useState<Decision | undefined>();
  const [redirectUrl, setRedirectUrl] = useState<string | undefined>();
  const { isBusy, failure, act } = useAction();
  const account = `${customerId.slice(0, 1)}***@wallet.example`;
  /** The customer has agreed before: the same consent again answers the way back. */
  const comeAgain = () =>
    act(consentTo(preparedId, customerId, account), (wayBack) => {
      setDecision("AGREED");
      setRedirectUrl(wayBack.redirectUrl);
    });
  useEffect(() => {
    void act(readAuthorization(preparedId), (read) => {
      setAuthorization(read);
      if (isRunning(read)) void comeAgain();
    });
  }, [preparedId]);
  const decide = (chosen: Decision) =>
    act(
      chosen === "AGREED" ? consentTo(preparedId, customerId, account) : declineAuthorization(preparedId),
      (wayBack) => {
        setDecision(chosen);
        setRedirectUrl(wayBack.redirectUrl);
        void followWayBack(wayBack);
      },
    );
  if (authorization && decision) {
    return <AuthorizedScreen decision={decision} merchant={shopNameOf(authorization)} {...{ redirectUrl, onDone }} />;
  }
  return (
    <section class="screen authorize-screen" aria-labelledby="authorize-heading">
      <h3 id="authorize-heading" tabIndex={-1}>
        {authorization ? `Authorise ${shopNameOf(authorization)}` : "Authorise a merchant"}
      </h3>
      {authorization && <Parties account={account} />}
      {authorization && <Scopes authorization={authorization} />}
      {authorization && isOpen(authorization) && <DecisionForm isBusy={isBusy} onDecide={decide} />}
      {authorization && !isOpen(authorization) && !isRunning(authorization) && (
        <p class="notice" role="status">
          {authorization.status === "ABANDONED"
            ? `This was declined, or its time is over. ${ASK_AGAIN}`
            : "This has ended. Subscribe again at the point of sale."}
        </p>
      )}
      <p class="notice failed" role="alert">
        {failure && `${failure.failure} ${SUBSCRIBE_AGAIN}`}
      </p>
    </section>
  );
}

function isOpen({ status }: Authorization): boolean {
  return status === "PREPARED";
}

/**
 * The logos: a shop's own comes from another origin, which the page's policy lets in nowhere, so it is the default one.
 */
function Parties({ account }: { account: string }) {
  return (
    <div class="authorize-parties">
      <span class="logo">
        <svg viewBox="0 0 24 24" role="img" aria-label="A shop">
          <path d="M3 9l2-5h14l2 5v2H3zM5 13h14v7h-5v-5h-4v5H5z" />
        </svg>
      </span>
      <span class="logo wallet" aria-hidden="true">
        P
      </span>
      <span class="dim">
        Plusgate Wallet <br />
        {account}
      </span>
      <span class="acceptance-mark">Alipay+</span>
    </div>
  );
}

function Scopes({ authorization: { scopes } }: { authorization: Authorization }) {
  return (
    <>
      <p>The merchant may from now on:</p>
      <ul class="scopes">
        {scopes.map(({ scope, description }) => (
          <li key={scope}>{description}</li>
        ))}
      </ul>
    </>
  );
}

function DecisionForm({ isBusy, onDecide }: { isBusy: boolean; onDecide: (decision: Decision) => void }) {
  const [isRead, setRead] = useState(false);
  const [isReminded, setReminded] = useState(false);
  const [question, setQuestion] = useState<Question>("DECIDE");
  if (question !== "DECIDE") {
    const isAgreeing = question === "AGREE";
    return (
      <section class="authorize-question" aria-labelledby="authorize-question">
        <p id="authorize-question">
          {isAgreeing ? "Let the merchant take payments without asking you?" : "Leave without authorising?"}
        </p>
        <div class="buttons">
          <button
            type="button"
            class="primary"
            aria-disabled={isBusy}
            onClick={() => isBusy || onDecide(isAgreeing ? "AGREED" : "DECLINED")}
          >
            {isBusy ? "One moment …" : isAgreeing ? "Yes, authorise" : "Yes, leave"}
          </button>
          <button type="button" aria-disabled={isBusy} onClick={() => setQuestion("DECIDE")}>
            Back
          </button>
        </div>
      </section>
    );
  }
  return (
    <>
      <details>
        <summary>The agreement</summary>
        <p class="dim">
          You may end this at any time, here or in the shop. Each payment is in your history, and a refund is made as
          for any other.
        </p>
      </details>
      <label class="agreement">
        <input
          type="checkbox"
          checked={isRead}
          aria-describedby="agreement-reminder"
          onChange={({ currentTarget }) => setRead(currentTarget.checked)}
        />
        I have read the agreement
      </label>
      <p class="problem" id="agreement-reminder" role="alert">
        {isReminded && !isRead && "Read the agreement, and tick the box first."}
      </p>
      <div class="buttons">
        <button type="button" class="primary" onClick={() => (isRead ? setQuestion("AGREE") : setReminded(true))}>
          Authorise
        </button>
        <button type="button" onClick={() => setQuestion("LEAVE")}>
          Cancel
        </button>
      </div>
    </>
  );
}
