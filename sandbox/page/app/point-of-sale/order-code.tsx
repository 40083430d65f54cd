import { useState } from "preact/hooks";
import { encodeQR } from "qr";
import type { OrderCode } from "../sandbox-client.ts";
import { countdownText, secondsUntil } from "../server-clock.ts";
import { useTick } from "../use-tick.ts";

const TICK_INTERVAL_MS = 1_000;
const QUIET_MODULES = 4;

/** The order code on the merchant's screen: to be scanned with a click, or copied. */
export function OrderCodeView({ order, onScan }: { order: OrderCode; onScan: (codeValue: string) => void }) {
  useTick(TICK_INTERVAL_MS);
  const [isCopied, setCopied] = useState(false);
  const { codeValue, paymentExpiryTime } = order;
  if (secondsUntil(paymentExpiryTime) === 0) return <p class="notice failed">The code has expired.</p>;
  const copy = async () => {
    await navigator.clipboard.writeText(codeValue);
    setCopied(true);
  };
  return (
    <div class="order-code">
      <QrCode text={codeValue} />
      <p class="code-value">{codeValue}</p>
      <p class="dim number">valid for {countdownText(paymentExpiryTime)}</p>
      <div class="buttons">
        <button type="button" class="primary" onClick={() => onScan(codeValue)}>
          Scan it with the phone
        </button>
        <button type="button" onClick={copy}>
          {isCopied ? "Copied" : "Copy"}
        </button>
      </div>
    </div>
  );
}

function QrCode({ text }: { text: string }) {
  const rows = encodeQR(text, "raw", { ecc: "medium", border: QUIET_MODULES });
  const modules = rows.flatMap((row, y) => row.map((isDark, x) => (isDark ? `M${x} ${y}h1v1h-1z` : "")));
  const viewBox = `0 0 ${rows.length} ${rows.length}`;
  return (
    <svg class="order-qr-code" role="img" aria-label="QR code of the order code" viewBox={viewBox}>
      <path fill="#fff" d={`M0 0h${rows.length}v${rows.length}H0z`} />
      <path fill="#000" shape-rendering="crispEdges" d={modules.join("")} />
    </svg>
  );
}
