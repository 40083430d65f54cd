/**
 * What Alipay+ and customers do with a payment: a pay, a scanned order, a cancel, a refund, each to be played anywhere.
 */
import { formatTime } from "../../protocol/time.ts";
import {
  cancel,
  HAS_HTTP_CORE,
  type Json,
  newId,
  openCustomer,
  pay,
  payByOurCode,
  payMessage,
  type Reply,
  refund,
} from "./alipayplus.ts";
import { type Asked, pathOf, playAlipayPlus, SUCCESS } from "./alipayplus-answers.ts";
import { advance, MINUTE_MS } from "./clock.ts";
import { type CoreOperation, setCoreFault } from "./core-faults.ts";
import {
  applyToken,
  payByTokenMessage,
  prepare,
  preparedIdOf,
  prepareMessage,
  takeAuthNotifications,
} from "./wallet/authorizations.ts";
import { walletCall } from "./wallet/calls.ts";
import { decodedOrder, NOTIFY_PATH } from "./wallet/order.ts";

/** A flow that has begun. */
export type Begun = {
  readonly customerId: string;
  readonly paymentRequestId: string;
  /** Sends the message, for the first time or again; a final answer, undefined where nothing is known yet. */
  readonly send: () => Promise<string | undefined>;
  /** Alipay+ has been notified of these results. */
  readonly notified?: () => readonly unknown[];
};

/** Something that Alipay+ or a customer wants of the gateway, from its message to its end. */
export type Flow = {
  readonly name: string;
  readonly begin: () => Promise<Begun>;
  /** What happens between the first message and its repeat. */
  readonly meanwhile?: (begun: Begun) => void;
  /** Whether its first call ends without a result, so that the resolver finishes it. */
  readonly isForResolver?: boolean;
  /** The result of the payment in the end, and what is left of 100,000. */
  readonly result: string;
  readonly balance: bigint;
};

const EXPIRY_MS = 10 * MINUTE_MS;

const FINAL = ["SUCCEEDED", "FAILED", "CLOSED"];

/** The bytes of a final answer. */
function finalText({ resultStatus, text }: Reply): string | undefined {
  return resultStatus === "U" ? undefined : text;
}

/** Alipay+ sends a pay. */
async function beginPay(isOurCode = false): Promise<Begun> {
  const customerId = await openCustomer();
  const paymentExpiryTime = formatTime(Date.now() + EXPIRY_MS);
  const message: Json = { ...(isOurCode ? await payByOurCode(customerId) : payMessage(customerId)), paymentExpiryTime };
  const paymentRequestId = String(message.paymentRequestId);
  return { customerId, paymentRequestId, send: async () => finalText(await pay(message)) };
}

/** A payment that was made, and what Alipay+ sends about it. */
async function beginAfterPay(sendAbout: (paymentRequestId: string) => Promise<Reply>): Promise<Begun> {
  const begun = await beginPay();
  await begun.send();
  return { ...begun, send: async () => finalText(await sendAbout(begun.paymentRequestId)) };
}

/** A customer scans an order code and confirms the order. */
async function beginOrder(): Promise<Begun> {
  const customerId = await openCustomer();
  const order = decodedOrder();
  const asked = playOrder(order);
  const paymentRequestId = String(order.paymentRequestId);
  const codeValue = `https://qr.test/281/${newId("code")}`;
  const send = async () => {
    await walletCall("POST", "/scans", { customerId, codeValue });
    const { body } = await walletCall("POST", `/payments/${paymentRequestId}/confirm`, { customerId });
    return FINAL.includes(String(body.status)) ? JSON.stringify(body) : undefined;
  };
  const notified = () => asked.filter(({ path }) => path === NOTIFY_PATH).map(({ body }) => body.paymentResult);
  return { customerId, paymentRequestId, send, notified };
}

/** From now on Alipay+ decodes every order code to this order, and acknowledges its result. */
function playOrder(order: Json): Asked[] {
  const codeMatchPattern = { matchMethod: "PREFIX", prefix: "https://qr.test/281" };
  const postCodeMatchAction = { postCodeMatchActionType: "DECODE" };
  return playAlipayPlus({
    [pathOf("codes/inquiryCodeRules")]: () => ({
      result: SUCCESS,
      codeRules: [{ codeMatchPattern, postCodeMatchAction }],
    }),
    [pathOf("payments/userInitiatedPay")]: () => order,
    [NOTIFY_PATH]: () => ({ result: SUCCESS }),
  });
}

/** A customer agrees, the merchant's side gets its tokens and pays with them; what it has got it keeps. */
async function beginAutoDebit(): Promise<Begun> {
  takeAuthNotifications();
  const customerId = await openCustomer();
  const message = prepareMessage();
  const paymentExpiryTime = formatTime(Date.now() + EXPIRY_MS);
  const paid = payByTokenMessage("", { paymentExpiryTime });
  const paymentRequestId = String(paid.paymentRequestId);
  let token: unknown;
  const send = async () => {
    if (token === undefined) {
      const prepared = await prepare(message);
      if (prepared.resultStatus !== "S") return undefined;
      const path = `/authorizations/${preparedIdOf(prepared)}/consent`;
      const { redirectUrl } = (await walletCall("POST", path, { customerId })).body;
      if (redirectUrl === undefined) return undefined;
      const authCode = new URL(String(redirectUrl)).searchParams.get("authCode");
      token = (await applyToken({ authCode })).body.accessToken;
    }
    const paymentMethod = { paymentMethodType: "CONNECT_WALLET", paymentMethodId: token };
    return token === undefined ? undefined : finalText(await pay({ ...paid, paymentMethod }));
  };
  return { customerId, paymentRequestId, send };
}

const beginCancel = () => beginAfterPay(cancel);

function beginRefund(): Promise<Begun> {
  const refundRequestId = newId("refund");
  return beginAfterPay((paymentRequestId) => refund(paymentRequestId, "400", { refundRequestId }));
}

const COMMON_FLOWS: readonly Flow[] = [
  { name: "a pay", begin: beginPay, result: "SUCCESS", balance: 99_000n },
  { name: "a pay by a code of ours", begin: () => beginPay(true), result: "SUCCESS", balance: 99_000n },
  { name: "a scanned and confirmed order", begin: beginOrder, result: "SUCCESS", balance: 99_000n },
  { name: "a consent, its tokens and a pay by them", begin: beginAutoDebit, result: "SUCCESS", balance: 99_000n },
  { name: "a cancel", begin: beginCancel, result: "ORDER_IS_CLOSED", balance: 100_000n },
  { name: "a refund", begin: beginRefund, result: "SUCCESS", balance: 99_400n },
];

/** The same flow, but the core's first answers are lost, so that the resolver has to finish it. */
function unanswered(name: string, operation: CoreOperation): Flow {
  const flow = COMMON_FLOWS.find((known) => known.name === name);
  if (!flow) throw new Error(`No flow is named ${name}`);
  return {
    ...flow,
    name: `${name} that the core does not answer`,
    isForResolver: true,
    begin: async () => {
      const begun = await flow.begin();
      setCoreFault(begun.customerId, operation, "MUTE");
      return begun;
    },
    meanwhile: ({ customerId }) => setCoreFault(customerId, operation),
  };
}

const debitUnanswered = unanswered("a pay", "debit");

/** What only a core by HTTP has: the resolver's own ways. */
const HTTP_FLOWS: readonly Flow[] = [
  debitUnanswered,
  unanswered("a scanned and confirmed order", "debit"),
  unanswered("a cancel", "reverse"),
  unanswered("a refund", "refund"),
  {
    ...debitUnanswered,
    name: "a pay that expires before the core answers",
    meanwhile: (begun) => {
      debitUnanswered.meanwhile?.(begun);
      advance(EXPIRY_MS);
    },
    result: "ORDER_IS_CLOSED",
    balance: 100_000n,
  },
];

/** The flows that the gateway under test has. */
export const FLOWS: readonly Flow[] = HAS_HTTP_CORE ? [...COMMON_FLOWS, ...HTTP_FLOWS] : COMMON_FLOWS;
