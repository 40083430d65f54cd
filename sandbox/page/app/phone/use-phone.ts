import { useEffect, useRef, useState } from "preact/hooks";
import { type Failure, isFailure } from "../calls/call.ts";
import { sell } from "../calls/sales.ts";
import type { Result } from "../calls/sandbox.ts";
import {
  answerOrder,
  openCashierOrder,
  type Payment,
  readPayment,
  type ScanAction,
  scanCode,
} from "../calls/wallet.ts";
import type { Amount } from "../money.ts";
import { useAction } from "../use-action.ts";
import { followStream } from "./live-stream.ts";
import { type ShownCode, usePaymentCode } from "./use-payment-code.ts";

/** The screen of the phone. */
export type Screen =
  | { readonly name: "CODE" }
  | { readonly name: "SCAN" }
  | { readonly name: "HISTORY" }
  /** The customer has come by the wallet's cashier URL. */
  | { readonly name: "CASHIER" }
  /** An order waits for the customer to confirm or decline. */
  | { readonly name: "CONFIRM"; readonly payment: Payment }
  | { readonly name: "RESULT"; readonly payment: Payment }
  /** A page of the merchant: an entry code leads there, and the way back after a payment. */
  | { readonly name: "OPEN_URL"; readonly url: string }
  /**
   * A merchant asks for an authorisation; `opening` counts how often a page was opened: what it shows may have changed.
   */
  | { readonly name: "AUTHORIZE"; readonly preparedId: string; readonly opening: number }
  /** The merchants whom the customer has authorised. */
  | { readonly name: "MERCHANTS" }
  /** Alipay+ only asks whether the customer could pay. */
  | { readonly name: "EVALUATION"; readonly result: Result };

/** The phone of one customer. */
export type Phone = {
  readonly screen: Screen;
  readonly shownCode: ShownCode;
  /** Whether results come by the live stream. */
  readonly isLive: boolean;
  readonly isBusy: boolean;
  /** Why the last scan or answer failed. */
  readonly failure: Failure | undefined;
  readonly show: (name: "CODE" | "SCAN" | "HISTORY" | "MERCHANTS") => void;
  readonly scan: (codeValue: string) => Promise<void>;
  /** Opens the wallet's authorisation page. */
  readonly authorize: (preparedId: string) => void;
  /** Opens a cashier URL, as the merchant's page or app does. */
  readonly openCashier: (url: string) => Promise<void>;
  /** Leads on to a page of the merchant. */
  readonly openUrl: (url: string) => void;
  /** Orders on the page of a shop, and scans the address that the shop answers. */
  readonly payAtShop: (amount: Amount) => Promise<void>;
  readonly answer: (payment: Payment, word: "confirm" | "decline") => Promise<void>;
};

const NOT_ALIPAYPLUS: Failure = { code: "NOT_ALIPAYPLUS", failure: "This is not an Alipay+ code." };
const SHOP_CLOSED: Failure = {
  code: "SHOP_CLOSED",
  failure: "The shop cannot take a payment at the moment. Try again.",
};

/**
 * Plays the wallet's app.
 *
 * @param customerId missing while there is no such customer
 * @param clockJumps a new code is fetched whenever the clock was set
 * @param occasion a payment that is shown is read again whenever it changes
 * @param onExchange is called when the wallet and Alipay+ may have exchanged messages
 */
export function usePhone(
  customerId: string | undefined,
  clockJumps: number,
  occasion: string,
  onExchange: () => void,
): Phone {
  const [screen, setScreen] = useState<Screen>({ name: "CODE" });
  const [isLive, setLive] = useState(false);
  const { isBusy, failure, fail, act: actAlone } = useAction();
  const openings = useRef(0);
  const shownCode = usePaymentCode(customerId, clockJumps);

  const enter = (next: Screen) => {
    fail(undefined);
    setScreen(next);
  };
  const showResult = async (paymentRequestId: string) => {
    const payment = await readPayment(paymentRequestId);
    if (isFailure(payment)) return;
    setScreen((present) => (mayReplace(payment, present) ? { name: "RESULT", payment } : present));
    shownCode.renew();
    onExchange();
  };
  const onPayment = useRef(showResult);
  onPayment.current = showResult;

  useEffect(() => {
    enter({ name: "CODE" });
    if (customerId === undefined) return;
    return followStream(customerId, { onConnection: setLive, onPayment: (id) => void onPayment.current(id) });
  }, [customerId]);

  // A refund or a cancel changes a payment whose result is on the screen.
  const shownId = screen.name === "RESULT" ? screen.payment.paymentRequestId : undefined;
  // `occasion` triggers a new read of the payment.
  useEffect(() => {
    if (shownId === undefined) return;
    void readPayment(shownId).then((payment) => {
      if (!isFailure(payment)) setScreen((present) => (isOf(payment, present) ? { name: "RESULT", payment } : present));
    });
  }, [shownId, occasion]);

  const act = async <Answer extends object>(request: Promise<Answer | Failure>, take: (answer: Answer) => void) => {
    await actAlone(request, take);
    onExchange();
  };
  const openUrl = (url: string) => enter({ name: "OPEN_URL", url });
  const take = (action: ScanAction) => {
    switch (action.action) {
      case "SHOW_PAYMENT":
        return enter(screenOf(action.payment));
      case "OPEN_URL":
        return openUrl(action.url);
      case "EVALUATION":
        return enter({ name: "EVALUATION", result: action.result });
      case "NOT_ALIPAYPLUS":
        return fail(NOT_ALIPAYPLUS);
    }
  };
  const authorize = (preparedId: string) => {
    openings.current += 1;
    enter({ name: "AUTHORIZE", preparedId, opening: openings.current });
  };
  const scan = (codeValue: string) => {
    const preparedId = preparedIdIn(codeValue);
    // The wallet draws its own page itself.
    if (preparedId !== undefined) return Promise.resolve(authorize(preparedId));
    enter({ name: "SCAN" });
    return act(scanCode(customerId ?? "", codeValue), take);
  };
  const openCashier = (url: string) => {
    enter({ name: "CASHIER" });
    return act(openCashierOrder(customerId ?? "", new URL(url).searchParams.get("codeValue") ?? ""), take);
  };
  const payAtShop = (paymentAmount: Amount) =>
    act(sell({ paymentAmount, scenario: "EntryCode" }), ({ paymentUrl }) =>
      paymentUrl === undefined ? fail(SHOP_CLOSED) : void scan(paymentUrl),
    );
  const answer = (payment: Payment, word: "confirm" | "decline") =>
    act(answerOrder(customerId ?? "", payment.paymentRequestId, word), (answered) => enter(screenOf(answered)));

  const show = (name: "CODE" | "SCAN" | "HISTORY" | "MERCHANTS") => enter({ name });
  return { screen, shownCode, isLive, isBusy, failure, show, scan, authorize, openCashier, openUrl, payAtShop, answer };
}

/** The authorisation that an address of the wallet's page is about (docs/sandbox/endpoints.md#subscriptions). */
function preparedIdIn(text: string): string | undefined {
  return URL.canParse(text) ? (new URL(text).searchParams.get("preparedId") ?? undefined) : undefined;
}

function screenOf(payment: Payment): Screen {
  return { name: payment.status === "AWAITING_CONFIRMATION" ? "CONFIRM" : "RESULT", payment };
}

function isOf(payment: Payment, screen: Screen): boolean {
  return "payment" in screen && screen.payment.paymentRequestId === payment.paymentRequestId;
}

/** A result replaces the code that was paid with, but not what the customer is doing now. */
function mayReplace(payment: Payment, screen: Screen): boolean {
  return screen.name === "CODE" || isOf(payment, screen);
}
