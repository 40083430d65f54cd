/** The customer's phone: the wallet's app on it. */
import { useLayoutEffect, useRef } from "preact/hooks";
import type { PhoneOwner } from "../customer/use-customer.ts";
import { AmountView } from "../elements/amount.tsx";
import { AuthorizeScreen } from "./authorize-screen.tsx";
import { CashierScreen } from "./cashier-screen.tsx";
import { CodeScreen } from "./code-screen.tsx";
import { ConfirmScreen } from "./confirm-screen.tsx";
import { HistoryScreen } from "./history-screen.tsx";
import { MerchantsScreen } from "./merchants-screen.tsx";
import { ResultScreen, resultText } from "./result-screen.tsx";
import { EvaluationScreen, ScanScreen } from "./scan-screen.tsx";
import { UrlScreen } from "./shop-screen.tsx";
import type { Phone, Screen } from "./use-phone.ts";

const TABS = [
  ["CODE", "Pay"],
  ["SCAN", "Scan"],
  ["HISTORY", "History"],
  ["MERCHANTS", "Shops"],
] as const;

/** Which tab a screen belongs to. */
const TAB_OF: Readonly<Record<Screen["name"], (typeof TABS)[number][0]>> = {
  CODE: "CODE",
  SCAN: "SCAN",
  HISTORY: "HISTORY",
  CASHIER: "SCAN",
  CONFIRM: "SCAN",
  RESULT: "CODE",
  OPEN_URL: "SCAN",
  EVALUATION: "SCAN",
  AUTHORIZE: "MERCHANTS",
  MERCHANTS: "MERCHANTS",
};

/** The phone. */
export function PhoneView({ phone, owner }: { phone: Phone; owner: PhoneOwner }) {
  const { screen, isLive, show } = phone;
  const { customerId, account, note } = owner;
  const body = useFocusOnChange(screen.name);
  const result = screen.name === "RESULT" ? resultText(screen.payment) : "";
  return (
    <div class="phone">
      <div class="phone-status">
        <span>{customerId}</span>
        <span class={isLive ? "live" : "live offline"}>{isLive ? "live" : "connecting"}</span>
      </div>
      <div class="phone-balance">
        <span aria-hidden="true">Balance</span>
        <output class="balance" aria-label="Balance">
          {account ? <AmountView amount={{ currency: account.currency, value: account.balance }} /> : "not shown"}
        </output>
      </div>
      {note && <p class="phone-note dim">{note}</p>}
      <p class="visually-hidden" role="status">
        {result}
      </p>
      <div class="phone-screen" ref={body}>
        <ScreenView phone={phone} owner={owner} />
      </div>
      <nav class="phone-tabs" aria-label="Wallet">
        {TABS.map(([name, label]) => (
          <button
            type="button"
            key={name}
            aria-current={TAB_OF[screen.name] === name ? "page" : undefined}
            onClick={() => show(name)}
          >
            {label}
          </button>
        ))}
      </nav>
    </div>
  );
}

function ScreenView({ phone, owner }: { phone: Phone; owner: PhoneOwner }) {
  const { screen } = phone;
  switch (screen.name) {
    case "CODE":
      return <CodeScreen shownCode={phone.shownCode} />;
    case "SCAN":
      return <ScanScreen phone={phone} />;
    case "HISTORY":
      return <HistoryScreen account={owner.account} note={owner.note} />;
    case "CASHIER":
      return <CashierScreen phone={phone} />;
    case "CONFIRM":
      return <ConfirmScreen phone={phone} payment={screen.payment} />;
    case "RESULT":
      return (
        <ResultScreen
          key={screen.payment.paymentRequestId}
          payment={screen.payment}
          onDone={() => phone.show("CODE")}
          onLeave={phone.openUrl}
        />
      );
    case "OPEN_URL":
      return <UrlScreen phone={phone} url={screen.url} />;
    case "AUTHORIZE":
      return (
        <AuthorizeScreen
          key={screen.opening}
          preparedId={screen.preparedId}
          customerId={owner.customerId}
          onDone={() => phone.show("MERCHANTS")}
        />
      );
    case "MERCHANTS":
      return <MerchantsScreen customerId={owner.customerId} />;
    case "EVALUATION":
      return <EvaluationScreen result={screen.result} onDone={() => phone.show("SCAN")} />;
  }
}

/**
 * When a screen replaces the one that had the focus, its heading gets the focus. A confirmation always gets it: it is
 * the customer's next step, wherever the code was scanned.
 */
function useFocusOnChange(name: string) {
  const body = useRef<HTMLDivElement>(null);
  const shown = useRef(name);
  useLayoutEffect(() => {
    const isChanged = shown.current !== name;
    shown.current = name;
    const focusWasLost = document.activeElement === document.body;
    if (isChanged && (focusWasLost || name === "CONFIRM"))
      body.current?.querySelector<HTMLElement>("h3")?.focus({ preventScroll: true });
  }, [name]);
  return body;
}
