import { useState } from "preact/hooks";
import type { PaymentCode } from "../calls/wallet.ts";
import { secondsUntil } from "../server-clock.ts";
import { useTick } from "../use-tick.ts";
import type { ShownCode } from "./use-payment-code.ts";

const TICK_INTERVAL_MS = 250;
const GROUP_OF_DIGITS = /\d{4}/g;

/** The payment code, until it changes. */
export function CodeScreen({ shownCode: { code, failure } }: { shownCode: ShownCode }) {
  useTick(TICK_INTERVAL_MS);
  const secondsLeft = code ? secondsUntil(code.codeExpiryTime) : 0;
  return (
    <section class="screen code-screen" aria-labelledby="code-heading">
      <h3 id="code-heading" tabIndex={-1}>
        Show this code
      </h3>
      {code && secondsLeft > 0 ? (
        <Code code={code} secondsLeft={secondsLeft} />
      ) : (
        <p class={failure ? "code-area notice failed" : "code-area notice"} role="status">
          {failure ? failure.failure : "Fetching a code …"}
        </p>
      )}
    </section>
  );
}

function Code({ code, secondsLeft }: { code: PaymentCode; secondsLeft: number }) {
  const [isWhole, setWhole] = useState(false);
  const { paymentCode, codeValidityStartTime, codeExpiryTime, barcode, qrCode } = code;
  const lifetimeSeconds = (Date.parse(codeExpiryTime) - Date.parse(codeValidityStartTime)) / 1_000;
  return (
    <>
      <div class="code-area">
        <img class="barcode" src={imageOf(barcode.svg)} alt="Barcode of the payment code" />
        <img class="qr-code" src={imageOf(qrCode.svg)} alt="QR code of the payment code" />
      </div>
      <button type="button" class="digits" aria-pressed={isWhole} onClick={() => setWhole(!isWhole)}>
        {isWhole ? grouped(paymentCode) : masked(paymentCode)}
        <span class="visually-hidden">{isWhole ? "Hide the digits" : "Show all digits"}</span>
      </button>
      <meter class="countdown" min={0} max={lifetimeSeconds} value={secondsLeft} aria-label="Seconds left" />
      <p class="countdown-text">
        changes in <b class="number">{secondsLeft}</b> s
      </p>
    </>
  );
}

/** The SVG as an image: drawn unchanged, and unable to run scripts. */
function imageOf(svg: string): string {
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

function grouped(paymentCode: string): string {
  return paymentCode.replace(GROUP_OF_DIGITS, "$& ").trim();
}

/** Partly masked until it is tapped (docs/spec/payment-codes.md#display). */
function masked(paymentCode: string): string {
  return grouped(paymentCode.slice(0, 4) + "•".repeat(paymentCode.length - 8) + paymentCode.slice(-4)).replace(
    /•{4}/g,
    "•••• ",
  );
}
