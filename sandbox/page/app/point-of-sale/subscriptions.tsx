/** The merchant's subscriptions: the customer agrees once, and the merchant debits. */
import { useState } from "preact/hooks";
import type { Failure } from "../calls/call.ts";
import {
  askAgain,
  changeSubscription,
  fetchSubscriptions,
  type Subscription,
  subscribe,
  type TerminalType,
} from "../calls/subscriptions.ts";
import { AmountView } from "../elements/amount.tsx";
import { AmountField } from "../elements/amount-field.tsx";
import { Badge } from "../elements/badge.tsx";
import { counted } from "../elements/counted.ts";
import { exponentOf } from "../settings.ts";
import { readAmount } from "../typed-amount.ts";
import { useAction } from "../use-action.ts";
import { useLook } from "../use-look.ts";
import { QrCode } from "./shown-code.tsx";

const LOOK_INTERVAL_MS = 1_000;

const LABELS: Readonly<Record<Subscription["status"], readonly [label: string, kind: "S" | "F" | "U"]>> = {
  PREPARING: ["no page yet", "U"],
  OFFERED: ["to be agreed to", "U"],
  DECLINED: ["declined", "F"],
  APPLYING: ["no tokens yet", "U"],
  ACTIVE: ["subscribed", "S"],
  REFRESHING: ["new tokens", "U"],
  CANCELLING: ["ending", "U"],
  ENDED: ["ended", "F"],
  FAILED: ["failed", "F"],
};

const TERMINALS: Readonly<Record<TerminalType, string>> = {
  WEB: "Desktop page",
  WAP: "Phone’s browser",
  APP: "Shop’s app",
};

type SubscriptionsProps = {
  readonly walletCurrency: string;
  readonly occasion: string;
  /** The customer's phone opens the wallet's page. */
  readonly onOpen: (authUrl: string) => void;
};

/** Subscriptions, newest first, and a form for the next. */
export function Subscriptions({ walletCurrency, occasion, onOpen }: SubscriptionsProps) {
  const { answer, refresh } = useLook({ look: fetchSubscriptions, occasion, intervalMs: LOOK_INTERVAL_MS });
  const { isBusy, failure, act } = useAction();
  const doAct = async (request: Promise<Subscription | Failure>) => {
    await act(request);
    await refresh();
  };
  return (
    <details class="subscriptions" id="subscriptions">
      <summary>Subscriptions</summary>
      <SubscribeForm currency={walletCurrency} isBusy={isBusy} onSubscribe={doAct} />
      <p class="notice failed" role="alert">
        {failure?.failure}
      </p>
      <ul class="subscription-list">
        {answer?.subscriptions.map((subscription) => (
          <li key={subscription.subscriptionId}>
            <SubscriptionView {...{ subscription, isBusy, onOpen }} onAct={doAct} />
          </li>
        ))}
      </ul>
    </details>
  );
}

type SubscribeFormProps = {
  readonly currency: string;
  readonly isBusy: boolean;
  readonly onSubscribe: (request: Promise<Subscription | Failure>) => void;
};

function SubscribeForm({ currency, isBusy, onSubscribe }: SubscribeFormProps) {
  const [text, setText] = useState("9.90");
  const [terminal, setTerminal] = useState<TerminalType>("WEB");
  const [problem, setProblem] = useState<string | undefined>();
  const exponent = exponentOf(currency) ?? 2;
  const onSubmit = (event: SubmitEvent) => {
    event.preventDefault();
    const { value, problem: found } = readAmount(text, { currency, exponent });
    setProblem(found);
    if (value !== undefined && !isBusy) onSubscribe(subscribe({ currency, value }, terminal));
  };
  return (
    <form class="subscribe-form" onSubmit={onSubmit}>
      <div class="subscribe-terms">
        <AmountField label="Each month" {...{ currency, exponent, text, problem }} onText={setText} />
        <label>
          Customer’s device
          <select value={terminal} onChange={({ currentTarget }) => setTerminal(currentTarget.value as TerminalType)}>
            {Object.entries(TERMINALS).map(([type, label]) => (
              <option key={type} value={type}>
                {label}
              </option>
            ))}
          </select>
        </label>
      </div>
      <button type="submit" class="primary" aria-disabled={isBusy}>
        {isBusy ? "Asking Alipay+ …" : "Subscribe"}
      </button>
    </form>
  );
}

type SubscriptionViewProps = {
  readonly subscription: Subscription;
  readonly isBusy: boolean;
  readonly onOpen: (authUrl: string) => void;
  readonly onAct: (request: Promise<Subscription | Failure>) => void;
};

function SubscriptionView({ subscription, isBusy, onOpen, onAct }: SubscriptionViewProps) {
  const { status, paymentAmount, authUrl, terminalType, customerId, nextDebitTime, debits, result } = subscription;
  const [label, kind] = LABELS[status];
  const button = (text: string, action: "debit" | "refresh" | "cancel") => (
    <button
      type="button"
      aria-disabled={isBusy}
      onClick={() => isBusy || onAct(changeSubscription(action, subscription))}
    >
      {text}
    </button>
  );
  return (
    <>
      <span class="merchant-head">
        <AmountView amount={paymentAmount} />
        <Badge kind={kind}>{label}</Badge>
      </span>
      <span class="facts">
        <span>{TERMINALS[terminalType]}</span>
        {customerId !== undefined && <span>{customerId}</span>}
        <span>{counted(debits.filter((debit) => debit.status === "SUCCEEDED").length, "debit", "debits")}</span>
        {nextDebitTime !== undefined && <span>next {nextDebitTime.slice(0, 10)}</span>}
      </span>
      {status === "FAILED" && <p>{result?.resultMessage}</p>}
      {debits[0]?.status === "FAILED" && (
        <p class="notice failed">
          The last debit was refused: <code>{debits[0].result.resultCode}</code> {debits[0].result.resultMessage}
        </p>
      )}
      {status === "OFFERED" && authUrl !== undefined && (
        <>
          {terminalType === "WEB" && <QrCode text={authUrl} label="QR code of the wallet’s page" />}
          <button type="button" class="primary" onClick={() => onOpen(authUrl)}>
            {terminalType === "WEB" ? "Scan it with the phone" : "Open it on the phone"}
          </button>
        </>
      )}
      {(status === "OFFERED" || status === "DECLINED" || status === "FAILED") && (
        <button type="button" aria-disabled={isBusy} onClick={() => isBusy || onAct(askAgain(subscription))}>
          Ask again
        </button>
      )}
      {status === "ACTIVE" && (
        <div class="buttons actions">
          {button("Debit", "debit")}
          {button("New tokens", "refresh")}
          {button("End", "cancel")}
        </div>
      )}
    </>
  );
}
