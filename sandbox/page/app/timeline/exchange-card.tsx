import { AmountView } from "../amount.tsx";
import { Badge } from "../badge.tsx";
import type { Exchange, ExchangeReply } from "../sandbox-client.ts";
import { MessageView } from "./message-view.tsx";

/** One exchange: a line that says it all, and both messages whole below it. */
export function ExchangeCard({ reply: { exchange, result } }: { reply: ExchangeReply }) {
  const { from, to, time, request, response, ledger, tookMs } = exchange;
  const isToWallet = to === "MPP";
  const fault = faultOf(exchange);
  return (
    <li>
      <details class="exchange">
        <summary>
          <span class={isToWallet ? "way to-wallet" : "way to-alipayplus"}>
            <span class="party">Wallet</span>
            <span class="arrow" aria-hidden="true" />
            <span class="party">Alipay+</span>
            <span class="visually-hidden">{isToWallet ? "Alipay+ to wallet:" : "Wallet to Alipay+:"}</span>
          </span>
          <span class="interface">{exchange.interface}</span>
          <span class="outcome">
            <Badge kind={result.resultStatus}>{result.resultCode}</Badge>
            {fault && <Badge kind="F">not verified</Badge>}
          </span>
          <span class="facts">
            <time dateTime={time}>{time.slice(11, 19)}</time>
            <span>{tookMs} ms</span>
            {ledger && ledger.before !== ledger.after && <LedgerDelta ledger={ledger} />}
          </span>
        </summary>
        <div class="exchange-body">
          <p>
            {result.resultMessage || result.resultCode}
            {fault && (
              <>
                {" · "}
                <code>{fault}</code>
              </>
            )}
          </p>
          {ledger && (
            <p>
              Ledger: <AmountView amount={{ currency: ledger.currency, value: ledger.before }} /> {"→ "}
              <AmountView amount={{ currency: ledger.currency, value: ledger.after }} />
            </p>
          )}
          <MessageView
            title={`Request of ${nameOf(from)}`}
            line={`${request.method} ${request.path}`}
            message={request}
          />
          <MessageView title={`Answer of ${nameOf(to)}`} line={statusLine(response)} message={response} />
        </div>
      </details>
    </li>
  );
}

function LedgerDelta({ ledger: { currency, before, after } }: { ledger: NonNullable<Exchange["ledger"]> }) {
  const value = String(BigInt(after) - BigInt(before));
  return <AmountView amount={{ currency, value }} isChange />;
}

/** Why a signature that the sandbox has judged does not count. */
function faultOf({ request, response }: Exchange): string | undefined {
  return request.verificationFault ?? response.verificationFault;
}

function nameOf(party: Exchange["from"]): string {
  return party === "MPP" ? "the wallet" : party;
}

function statusLine({ httpStatus }: Exchange["response"]): string {
  return httpStatus === undefined ? "No answer came" : `HTTP ${httpStatus}`;
}
