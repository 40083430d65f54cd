import type { Exchange, ExchangeReply } from "../calls/sandbox.ts";
import { AmountView } from "../elements/amount.tsx";
import { Badge } from "../elements/badge.tsx";
import type { Amount } from "../money.ts";
import { MessageView } from "./message-view.tsx";
import { outcomeOf } from "./outcome.ts";
import { PartiesView, partyText } from "./parties.tsx";

/** The properties of a card. */
type ExchangeCardProps = {
  readonly reply: ExchangeReply;
  /** What the exchange has debited, where no balance stands beside it. */
  readonly debit: Amount | undefined;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
};

/** One exchange: its outcome in a line, and both messages below. */
export function ExchangeCard({ reply, debit, isOpen, onToggle }: ExchangeCardProps) {
  const { exchange } = reply;
  const { from, to, time, tookMs, fault } = exchange;
  const { marks, sentences } = outcomeOf(reply);
  const change = debit ?? ledgerChangeOf(exchange);
  return (
    <li>
      <details class="exchange" open={isOpen}>
        {/* biome-ignore lint/a11y/noStaticElementInteractions: a summary is a button */}
        <summary
          onClick={(event) => {
            // Whether it is open is a matter of the URL.
            event.preventDefault();
            onToggle();
          }}
        >
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
            {marks.map(({ kind, text }) => (
              <Badge key={text} kind={kind}>
                {text}
              </Badge>
            ))}
          </span>
          <span class="facts">
            <time dateTime={time}>{time.slice(11, 19)}</time>
            <span>{tookMs} ms</span>
            {change && <AmountView amount={change} isChange />}
          </span>
        </summary>
        {isOpen && (
          <div class="exchange-body">
            <ExchangeBody exchange={exchange} sentences={sentences} debit={debit} />
          </div>
        )}
      </details>
    </li>
  );
}

type ExchangeBodyProps = {
  readonly exchange: Exchange;
  readonly sentences: readonly string[];
  readonly debit: Amount | undefined;
};

function ExchangeBody({ exchange, sentences, debit }: ExchangeBodyProps) {
  const { from, to, request, response, ledger, fault } = exchange;
  return (
    <>
      {sentences.map((sentence) => (
        <p key={sentence}>{sentence}</p>
      ))}
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
      {debit && (
        <p>
          Ledger: <AmountView amount={debit} isChange />, when the customer confirmed the order
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

/** What an exchange has done to the balance; undefined where it has changed nothing. */
function ledgerChangeOf({ ledger }: Exchange): Amount | undefined {
  if (!ledger || ledger.before === ledger.after) return undefined;
  return { currency: ledger.currency, value: String(BigInt(ledger.after) - BigInt(ledger.before)) };
}

function statusLine({ httpStatus }: Exchange["response"]): string {
  return httpStatus === undefined ? "No answer" : `HTTP ${httpStatus}`;
}
