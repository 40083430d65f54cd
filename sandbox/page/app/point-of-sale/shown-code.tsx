import { useState } from "preact/hooks";
import { encodeQR } from "qr";
import type { Sale } from "../sales-client.ts";

const QUIET_MODULES = 4;

/** What the customer is to open: an order code on the merchant's screen, or where a page of the merchant's leads. */
export function ShownCode({ sale, onScan }: { sale: Sale; onScan: (codeValue: string) => void }) {
  const [isCopied, setCopied] = useState(false);
  const { codeValue, paymentUrl } = sale;
  const text = codeValue ?? paymentUrl;
  if (text === undefined) return null;
  const copy = async () => {
    await navigator.clipboard.writeText(text);
    setCopied(true);
  };
  return (
    <div class="shown-code">
      {codeValue === undefined ? (
        <p class="dim">The customer is led to</p>
      ) : (
        <QrCode text={codeValue} label="QR code of the order code" />
      )}
      <p class="code-value">{text}</p>
      <div class="buttons scan">
        <button type="button" class="primary" onClick={() => onScan(text)}>
          {codeValue === undefined ? "Open it on the phone" : "Scan it with the phone"}
        </button>
        <button type="button" onClick={copy}>
          {isCopied ? "Copied" : "Copy"}
        </button>
      </div>
    </div>
  );
}

function QrCode({ text, label }: { text: string; label: string }) {
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
