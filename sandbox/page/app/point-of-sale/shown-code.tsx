import { useState } from "preact/hooks";
import { encodeQR } from "qr";
import type { Sale } from "../calls/sales.ts";

const QUIET_MODULES = 4;

/** An address that stands for the sandbox's own page of the cashier (docs/sandbox/parties.md#the-acquirer). */
const CASHIER_URL = /^https:\/\/sandbox\.plusgate\.example\/281002040001([0-9a-f]+)$/;

/** The text above the code, in each scenario that shows one. */
const TITLES: Readonly<Record<Sale["scenario"], string>> = {
  PaymentCode: "",
  OrderCode: "On the merchant’s screen",
  EntryCode: "The shop’s page leads the customer to",
  Cashier: "On the page of the cashier",
  AutoDebit: "",
};

/** The properties of a code. */
export type ShownCodeProps = {
  readonly sale: Sale;
  /** Scans a code with the phone. */
  readonly onScan: (codeValue: string) => void;
  /** Opens a cashier URL on the phone. */
  readonly onOpenCashier: (url: string) => void;
};

/**
 * The code or link for the customer: an order code, the cashier's code, the wallet's page, or the target of a shop's
 * page.
 */
export function ShownCode({ sale, onScan, onOpenCashier }: ShownCodeProps) {
  const [isCopied, setCopied] = useState(false);
  const { scenario, codeValue, paymentUrl } = sale;
  const text = codeValue ?? paymentUrl;
  if (text === undefined) return null;
  const isLanding = scenario === "Cashier" && !CASHIER_URL.test(text);
  const isScanned = scenario !== "EntryCode" && !isLanding;
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <div class="shown-code">
      <p class="dim">{isLanding ? "The merchant leads the customer to the wallet" : TITLES[scenario]}</p>
      {isScanned && <QrCode text={text} label="QR code of the order" />}
      <p class="code-value">{text}</p>
      {scenario === "Cashier" && (
        <a
          href={
            isLanding ? `/wallet/v1/cashier${new URL(text).search}` : text.replace(CASHIER_URL, "/sandbox/cashier/$1")
          }
          target="_blank"
          rel="noreferrer"
        >
          {isLanding ? "The wallet’s page before the login, in another tab" : "The cashier’s page, in another tab"}
        </a>
      )}
      <div class="buttons scan">
        <button type="button" class="primary" onClick={() => (isLanding ? onOpenCashier(text) : onScan(text))}>
          {isScanned ? "Scan it with the phone" : "Open it on the phone"}
        </button>
        <button type="button" onClick={copy}>
          {isCopied ? "Copied" : "Copy"}
        </button>
      </div>
    </div>
  );
}

/** A QR code of a text. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const rows = encodeQR(text, "raw", { ecc: "medium", border: QUIET_MODULES });
  const modules = rows.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : "")));
  const viewBox = `0 0 ${rows.length} ${rows.length}`;
  return (
    <svg class="order-qr-code" role="img" aria-label={label} viewBox={viewBox}>
      <path fill="#fff" d={`M0 0h${rows.length}v${rows.length}H0z`} />
      <path fill="#000" shape-rendering="crispEdges" d={modules.join("")} />
    </svg>
  );
}
