import type { Exchange, ExchangeReply } from "../calls/sandbox.ts";
import { AmountView } from "../elements/amount.tsx";
import { Badge } from "../elements/badge.tsx";
import { MessageView } from "./message-view.tsx";
import { PartiesView, partyText } from "./parties.tsx";

/** One exchange: its outcome in a line, and both messages below. */
export function ExchangeCard({ reply: { exchange, result } }: { reply: ExchangeReply }) {
  const { from, to, time, ledger, tookMs, fault } = exchange;
  const isVerified = verificationFaultOf(exchange) === undefined;
  return (
    <li>
      <details class="exchange">
        <summary>
          <PartiesView from={from} to={to} />
          <span class="interface">{exchange.interface}</span>
          <span class="outcome">
            {fault && (
              <span class="badge fault">
                <span aria-hidden="true">⚡ </span>
                <span class="visually-hidden">fault </span>
                {fault}
              </span>
            )}
            {!isVerified && <Badge kind="F">not verified</Badge>}
            <Badge kind={result.resultStatus}>{result.resultCode}</Badge>
          </span>
          <span class="facts">
            <time dateTime={time}>{time.slice(11, 19)}</time>
            <span>{tookMs} ms</span>
            {ledger && ledger.before !== ledger.after && <LedgerDelta ledger={ledger} />}
          </span>
        </summary>
        <div class="exchange-body">
          <ExchangeBody exchange={exchange} message={result.resultMessage || result.resultCode} />
        </div>
      </details>
    </li>
  );
}

function ExchangeBody({ exchange, message }: { exchange: Exchange; message: string }) {
  const { from, to, request, response, ledger, fault } = exchange;
  const verificationFault = verificationFaultOf(exchange);
  return (
    <>
      <p>
        {message}
        {verificationFault && (
          <>
            {" · "}
            <code>{verificationFault}</code>
          </>
        )}
      </p>
      {fault && (
        <p>
          Injected fault: <code>{fault}</code>
        </p>
      )}
      {ledger && (
        <p>
          Ledger: <AmountView amount={{ currency: ledger.currency, value: ledger.before }} /> {"→ "}
          <AmountView amount={{ currency: ledger.currency, value: ledger.after }} />
        </p>
      )}
      <MessageView
        title={`Request: ${partyText(from)} to ${partyText(to)}`}
        line={`${request.method} ${request.path}`}
        message={request}
      />
      <MessageView
        title={`Answer: ${partyText(to)} to ${partyText(from)}`}
        line={statusLine(response)}
        message={response}
      />
    </>
  );
}

function LedgerDelta({ ledger: { currency, before, after } }: { ledger: NonNullable<Exchange["ledger"]> }) {
  const value = String(BigInt(after) - BigInt(before));
  return <AmountView amount={{ currency, value }} isChange />;
}

/** Why a signature that the sandbox has checked does not verify. */
function verificationFaultOf({ request, response }: Exchange): string | undefined {
  return request.verificationFault ?? response.verificationFault;
}

function statusLine({ httpStatus }: Exchange["response"]): string {
  return httpStatus === undefined ? "No answer" : `HTTP ${httpStatus}`;
}
