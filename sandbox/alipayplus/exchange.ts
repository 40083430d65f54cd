/** One exchange with the wallet, from the message to the record of it. */
import type { Reply } from "../../protocol/exchange/ask.ts";
import { budgetMsOf } from "../../protocol/exchange/time-budget.ts";
import type { JsonObject } from "../../protocol/json.ts";
import type { ReportedResult } from "../../protocol/results.ts";
import { formatTime } from "../../protocol/time.ts";
import type { FaultName } from "../faults/catalogue.ts";
import type { Fault } from "../faults/fault.ts";
import type { MessageKind } from "../faults/links.ts";
import { recordOf } from "../traffic/record.ts";
import { resultOfReply, type ShownRequest, type ShownResponse, shownResponse } from "../traffic/shown-message.ts";
import { type InterfaceName, PARTIES, pathOf } from "./message.ts";
import type { AlipayPlus } from "./party.ts";
import { sendMessage } from "./send-message.ts";

/** The customer's balance around an exchange, in digit strings. */
type LedgerChange = {
  readonly customerId: string;
  readonly currency: string;
  readonly before: string;
  readonly after: string;
};

/** An exchange as it is shown. */
type Exchange = {
  readonly from: "Alipay+";
  readonly to: "MPP";
  readonly interface: InterfaceName;
  readonly time: string;
  readonly request: ShownRequest;
  readonly response: ShownResponse;
  /** Missing when the message names no customer whose balance the core shows. */
  readonly ledger?: LedgerChange;
  /** The fault that was applied to the message (faults/). */
  readonly fault?: FaultName;
  /** From the request to the last byte of the answer. */
  readonly tookMs: number;
};

/** The exchange, and the result as Alipay+ takes it: U for an answer that does not count. */
export type ExchangeReply = { readonly exchange: Exchange; readonly result: ReportedResult };

/** A service binding ignores the host. */
const WALLET_ORIGIN = "https://wallet.test";

/** The link of the messages from the console, for faults. */
export function walletMessageKind(interfaceName: InterfaceName): MessageKind {
  return { link: "ALIPAYPLUS_TO_MPP", interface: interfaceName };
}

/** The context of an exchange. */
type ExchangeOptions = {
  /** The customer whose balance is shown; missing when the message names none. */
  readonly customerId?: string | undefined;
  /** The fault that is asked for; without one an active rule decides. */
  readonly asked?: Fault | undefined;
  /**
   * Whether it repeats what Alipay+ has sent itself: then no cancel overtakes it, which Alipay+ would know nothing of.
   */
  readonly isRepeat?: boolean;
};

/**
 * Signs a body, sends it to the wallet, judges the answer, and records both. An answer that the wallet has not signed
 * correctly is shown, and its result is U (docs/spec/results.md#how-a-result-is-reported).
 *
 * @param body what goes out, byte for byte
 * @param message the body's JSON; undefined when the body is not JSON
 */
export async function exchangeMessage(
  alipayPlus: AlipayPlus,
  interfaceName: InterfaceName,
  body: string | Uint8Array,
  message: JsonObject | undefined,
  { customerId, asked, isRepeat = false }: ExchangeOptions,
): Promise<ExchangeReply> {
  const { ring, mppClientId: clientId, sendToWallet: send } = alipayPlus;
  const pathAndQuery = pathOf(interfaceName);
  const before = await balanceOf(alipayPlus, customerId);
  const { request, replies, fault, startedTimeMs, tookMs } = await sendMessage({
    ...{ kind: walletMessageKind(interfaceName), ring, clientId, body, send, asked },
    endpoint: { url: `${WALLET_ORIGIN}${pathAndQuery}`, pathAndQuery },
    timeLimitMs: budgetMsOf(interfaceName),
    ...(!isRepeat && { sendCancel: () => sendCancelOf(alipayPlus, message, customerId) }),
  });
  const after = await balanceOf(alipayPlus, customerId);

  const shown = (reply: Reply<unknown>): ExchangeReply => ({
    exchange: {
      from: "Alipay+",
      to: "MPP",
      interface: interfaceName,
      time: formatTime(startedTimeMs),
      request,
      response: shownResponse(pathAndQuery, clientId, reply),
      ...(before && after && { ledger: ledgerChange(before, after) }),
      ...(fault && { fault: fault.name }),
      tookMs,
    },
    result: resultOfReply(reply, "The wallet"),
  });
  const [first, ...further] = replies;
  const reply = shown(first);
  for (const exchange of [...further.map(shown), reply]) await alipayPlus.trafficLog().add(recordOf(exchange));
  return reply;
}

/** Cancels the payment that a message is about, where it names one. */
async function sendCancelOf(alipayPlus: AlipayPlus, message: JsonObject | undefined, customerId: string | undefined) {
  const paymentRequestId = message?.paymentRequestId;
  if (typeof paymentRequestId !== "string") return;
  const cancel = { ...PARTIES, paymentRequestId };
  await exchangeMessage(alipayPlus, "cancelPayment", JSON.stringify(cancel), cancel, { customerId });
}

type Balance = { readonly customerId: string; readonly currency: string; readonly balance: string };

async function balanceOf(alipayPlus: AlipayPlus, customerId: string | undefined): Promise<Balance | undefined> {
  if (customerId === undefined) return undefined;
  const shown = await alipayPlus.walletBalance(customerId);
  return shown && { customerId, currency: shown.currency, balance: String(shown.balanceMinor) };
}

function ledgerChange(before: Balance, after: Balance): LedgerChange {
  const { customerId, currency } = after;
  return { customerId, currency, before: before.balance, after: after.balance };
}
