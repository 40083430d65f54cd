import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { ask, type Sale } from "../calls/sales.ts";
import type { ExchangeReply, Result } from "../calls/sandbox.ts";
import { AmountView, amountText } from "../elements/amount.tsx";
import { Badge } from "../elements/badge.tsx";
import { counted } from "../elements/counted.ts";
import { useTick } from "../use-tick.ts";
import { RefundForm } from "./refund-form.tsx";
import {
  canCancel,
  isUnderWay,
  labelOf,
  progressText,
  refundableOf,
  refundedValue,
  refusalOf,
  refusalText,
  refusedRefundsOf,
  SCENARIO_LABELS,
} from "./sale-messages.ts";
import { ShownCode, type ShownCodeProps } from "./shown-code.tsx";
import { type PointOfSale, useMerchantAction } from "./use-point-of-sale.ts";

const TICK_INTERVAL_MS = 1_000;

/** A sale in a sentence. */
export function saleText(sale: Sale): string {
  const refunded = refundedValue(sale);
  const refundText = refunded === "0" ? "" : `, refunded ${amountText({ ...sale.paymentAmount, value: refunded })}`;
  return `Sale of ${amountText(sale.paymentAmount)}: ${labelOf(sale)[0]}${refundText}`;
}

/** The properties of a card. */
export type SaleCardProps = ShownCodeProps & {
  readonly isNewest: boolean;
  readonly pointOfSale: PointOfSale;
  /** Every exchange that was kept, newest first. */
  readonly exchanges: readonly ExchangeReply[];
  /** Whether the timeline shows its messages alone. */
  readonly isFollowed: boolean;
  readonly onFollow: (sale: Sale | undefined) => void;
};

/**
 * A sale and its state; opened, it offers what the merchant can do. The newest sale and every unfinished one are open.
 */
export function SaleCard(props: SaleCardProps) {
  const { sale, isNewest } = props;
  const headingId = useId();
  const [label, kind] = labelOf(sale);
  return (
    <li class="sale-card" aria-labelledby={headingId}>
      <details open={isNewest || isUnderWay(sale)}>
        <summary>
          <span class="sale-head">
            <span class="sale-amount" id={headingId}>
              <AmountView amount={sale.paymentAmount} />
            </span>
            <Badge kind={kind}>{label}</Badge>
          </span>
          <SaleFacts sale={sale} />
        </summary>
        <div class="sale-body">
          <SaleBody {...props} />
        </div>
      </details>
    </li>
  );
}

function SaleFacts({ sale }: { sale: Sale }) {
  const { scenario, status, result, settlementAmount, paymentAmount } = sale;
  const refunded = refundedValue(sale);
  return (
    <span class="facts">
      <span>{SCENARIO_LABELS[scenario][0]}</span>
      {sale.interface === "OLDER" && <span>older interface</span>}
      {result.resultStatus !== "S" && status !== "SHOWN" && <code>{result.resultCode}</code>}
      {settlementAmount && settlementAmount.currency !== paymentAmount.currency && (
        <span>
          settled in <AmountView amount={settlementAmount} />
        </span>
      )}
      {refunded !== "0" && (
        <span>
          refunded <AmountView amount={{ ...paymentAmount, value: refunded }} />
        </span>
      )}
    </span>
  );
}

function SaleBody({ sale, pointOfSale, exchanges, onScan, onOpenCashier, isFollowed, onFollow }: SaleCardProps) {
  const { status, result, notifications, inquiries, createdTime } = sale;
  const action = useMerchantAction(pointOfSale);
  const isShown = status === "SHOWN";
  const refusal = refusalOf(sale, exchanges);
  return (
    <>
      {isUnderWay(sale) && <Progress sale={sale} />}
      {status === "FAILED" && <p>{refusalText(result)}</p>}
      {isShown && <ShownCode sale={sale} onScan={onScan} onOpenCashier={onOpenCashier} />}
      {status === "SUCCEEDED" && refundableOf(sale).value !== "0" && (
        <RefundForm key={refundedValue(sale)} sale={sale} action={action} />
      )}
      {refusedRefundsOf(sale).map(({ refundRequestId, refundAmount, result: refused }) => (
        <Refused key={refundRequestId} result={refused}>
          The refund of <AmountView amount={refundAmount} />
        </Refused>
      ))}
      <div class="buttons actions">
        <button type="button" aria-disabled={action.isBusy} onClick={() => action.act(ask("inquire", sale))}>
          Inquire
        </button>
        {canCancel(sale) && (
          <button type="button" aria-disabled={action.isBusy} onClick={() => action.act(ask("cancel", sale))}>
            {isShown ? "Close order" : "Cancel"}
          </button>
        )}
        <button
          type="button"
          aria-label="Messages of this sale alone"
          aria-pressed={isFollowed}
          onClick={() => onFollow(isFollowed ? undefined : sale)}
        >
          Messages
        </button>
      </div>
      <p class="notice failed" role="alert">
        {action.failure?.failure}
      </p>
      {refusal && <Refused result={refusal.result}>{refusal.what}</Refused>}
      <p class="facts">
        <time dateTime={createdTime}>{createdTime.slice(11, 19)}</time>
        <span>{counted(inquiries, "inquiry", "inquiries")}</span>
        <span>{counted(notifications, "notification", "notifications")}</span>
      </p>
    </>
  );
}

function Progress({ sale }: { sale: Sale }) {
  useTick(TICK_INTERVAL_MS);
  return <p class="progress">{progressText(sale)}</p>;
}

function Refused({ result, children }: { result: Result; children: ComponentChildren }) {
  return (
    <p class="notice failed" role="status">
      {children} was refused: <code>{result.resultCode}</code> {refusalText(result)}
    </p>
  );
}
