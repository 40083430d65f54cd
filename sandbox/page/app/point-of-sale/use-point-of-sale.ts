import { useEffect, useState } from "preact/hooks";
import { type Failure, isFailure } from "../call.ts";
import type { Amount } from "../money.ts";
import { cancelPayment, closeOrder, fetchOrder, inquirePayment, pay, placeOrder, refund } from "../sandbox-client.ts";
import {
  afterCancel,
  afterInquiry,
  afterOrder,
  afterPay,
  afterRefund,
  isOpen,
  newOrderSale,
  newSale,
  type Sale,
} from "./sale.ts";

const SALES_LIMIT = 30;
const STORED_UNDER = "plusgate-sales";

/** The merchant's side. */
export type PointOfSale = {
  /** Newest first. */
  readonly sales: readonly Sale[];
  readonly isBusy: boolean;
  /** Why the last wish led nowhere. */
  readonly failure: Failure | undefined;
  readonly charge: (paymentCode: string, amount: Amount) => Promise<void>;
  readonly showOrderCode: (amount: Amount, walletCurrency: string) => Promise<void>;
  readonly closeOrder: (sale: Sale) => Promise<void>;
  readonly cancel: (sale: Sale) => Promise<void>;
  readonly inquire: (sale: Sale) => Promise<void>;
  readonly refund: (sale: Sale, amount: Amount) => Promise<void>;
};

/**
 * Plays the point of sale.
 *
 * @param occasion open orders are looked at again whenever it changes
 * @param onExchange is told when something may have happened between Alipay+ and the wallet
 */
export function usePointOfSale(occasion: string, onExchange: () => void): PointOfSale {
  const [sales, setSales] = useState<readonly Sale[]>(storedSales);
  const [isBusy, setBusy] = useState(false);
  const [failure, setFailure] = useState<Failure | undefined>();

  // Over a reload, not longer: the sandbox may be another one by then.
  useEffect(() => sessionStorage.setItem(STORED_UNDER, JSON.stringify(sales)), [sales]);

  const add = (sale: Sale) => setSales((present) => [sale, ...present].slice(0, SALES_LIMIT));
  const remove = ({ paymentRequestId }: Sale) =>
    setSales((present) => present.filter((sale) => sale.paymentRequestId !== paymentRequestId));
  const update = ({ paymentRequestId }: Sale, change: (sale: Sale) => Sale) =>
    setSales((present) => present.map((sale) => (sale.paymentRequestId === paymentRequestId ? change(sale) : sale)));

  // The occasion is why it looks again, not the sales.
  useEffect(() => {
    for (const sale of sales) {
      if (sale.order === undefined || !isOpen(sale)) continue;
      void fetchOrder(sale.paymentRequestId).then((order) => {
        if (!isFailure(order)) update(sale, (present) => afterOrder(present, order));
      });
    }
  }, [occasion]);

  const act = async <Answer extends object>(request: Promise<Answer | Failure>, take: (answer: Answer) => void) => {
    setBusy(true);
    setFailure(undefined);
    const answer = await request;
    setBusy(false);
    if (isFailure(answer)) setFailure(answer);
    else take(answer);
    onExchange();
  };

  return {
    sales,
    isBusy,
    failure,
    charge: async (paymentCode, amount) => {
      const sale = newSale(crypto.randomUUID(), amount);
      add(sale);
      const request = pay(sale.paymentRequestId, paymentCode, amount);
      await act(request, ({ result }) => update(sale, (present) => afterPay(present, result)));
      // What the sandbox itself refuses never was a sale; silence leaves one whose result is not known.
      const answer = await request;
      if (isFailure(answer) && answer.code !== "NO_ANSWER") remove(sale);
    },
    showOrderCode: (amount, walletCurrency) =>
      act(placeOrder(amount, walletCurrency), (order) => add(newOrderSale(order, amount))),
    closeOrder: (sale) =>
      act(closeOrder(sale.paymentRequestId), ({ order }) => update(sale, (present) => afterOrder(present, order))),
    cancel: (sale) =>
      act(cancelPayment(sale.paymentRequestId), (reply) => update(sale, (present) => afterCancel(present, reply))),
    inquire: (sale) =>
      act(inquirePayment(sale.paymentRequestId), (reply) => update(sale, (present) => afterInquiry(present, reply))),
    refund: (sale, amount) =>
      act(refund(sale.paymentRequestId, amount), (reply) =>
        update(sale, (present) => afterRefund(present, amount, reply)),
      ),
  };
}

function storedSales(): readonly Sale[] {
  return JSON.parse(sessionStorage.getItem(STORED_UNDER) ?? "[]") as readonly Sale[];
}
