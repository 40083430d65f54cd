/** One exchange with the wallet, from the message to the record of it. */
import { nowMs } from "../../protocol/clock.ts";
import type { JsonObject } from "../../protocol/json.ts";
import { formatTime } from "../../protocol/time.ts";
import { faultFor } from "../faults/active.ts";
import type { FaultName } from "../faults/catalogue.ts";
import type { Fault } from "../faults/fault.ts";
import type { MessageKind } from "../faults/links.ts";
import { type Heard, transmit } from "../faults/outgoing.ts";
import { recordOf } from "../traffic/record.ts";
import { type InterfaceName, PARTIES, type SignedRequest, signRequest } from "./message.ts";
import type { AlipayPlus } from "./party.ts";
import {
  ANSWER_TIMEOUT_MS,
  askWallet,
  http500Answer,
  noAnswer,
  type ReportedResult,
  standInAnswer,
  type WalletAnswer,
  type WalletResponse,
} from "./wallet-answer.ts";

/** The customer's balance around an exchange, in digit strings. */
export type LedgerChange = {
  readonly customerId: string;
  readonly currency: string;
  readonly before: string;
  readonly after: string;
};

/** Who speaks to whom. */
export type Party = "Alipay+" | "MPP";

/** An exchange as it is shown. */
export type Exchange = {
  readonly from: Party;
  readonly to: Party;
  readonly interface: InterfaceName;
  readonly time: string;
  readonly request: SignedRequest;
  readonly response: WalletResponse;
  /** Missing when the message names no customer of the ledger. */
  readonly ledger?: LedgerChange;
  /** What was done to the message on purpose (faults/). */
  readonly fault?: FaultName;
  /** From the request to the last byte of the answer. */
  readonly tookMs: number;
};

/** The exchange, and the result as Alipay+ takes it: U for an answer that does not count. */
export type ExchangeReply = { readonly exchange: Exchange; readonly result: ReportedResult };

const WALLET_LINK = "ALIPAYPLUS_TO_MPP";

/** What the developer's endpoints send, as a fault sees it. */
export function walletMessageKind(interfaceName: InterfaceName): MessageKind {
  return { link: WALLET_LINK, interface: interfaceName };
}

/** What belongs to an exchange beside its message. */
export type ExchangeOptions = {
  /** Whose balance is shown; missing when no customer is known. */
  readonly customerId?: string | undefined;
  /** The fault that the message asks for; without one the active rules decide. */
  readonly asked?: Fault | undefined;
};

/**
 * Signs a body, sends it, judges the answer, and records both.
 *
 * @param body what goes out, byte for byte
 * @param message the body's JSON; undefined when it is none
 */
export async function exchangeMessage(
  alipayPlus: AlipayPlus,
  interfaceName: InterfaceName,
  body: string | Uint8Array,
  message: JsonObject | undefined,
  { customerId, asked }: ExchangeOptions,
): Promise<ExchangeReply> {
  const fault = await faultFor(walletMessageKind(interfaceName), body, asked);
  const before = await balanceOf(alipayPlus, customerId);
  const request = await signRequest(alipayPlus, interfaceName, body, fault);
  const startedTimeMs = nowMs();
  const [answer, ...furtherAnswers] = await hear(alipayPlus, request, body, message, customerId, fault);
  const tookMs = nowMs() - startedTimeMs;
  const after = await balanceOf(alipayPlus, customerId);

  const replyOf = ({ response, result }: WalletAnswer): ExchangeReply => ({
    exchange: {
      from: "Alipay+",
      to: "MPP",
      interface: interfaceName,
      time: formatTime(startedTimeMs),
      request,
      response,
      ...(before && after && { ledger: ledgerChange(before, after) }),
      ...(fault && { fault: fault.name }),
      tookMs,
    },
    result,
  });
  const reply = replyOf(answer);
  for (const shown of [...furtherAnswers.map(replyOf), reply]) await alipayPlus.trafficLog().add(recordOf(shown));
  return reply;
}

/** Sends a request through its fault; the first answer is the one that counts. */
function hear(
  alipayPlus: AlipayPlus,
  request: SignedRequest,
  body: string | Uint8Array,
  message: JsonObject | undefined,
  customerId: string | undefined,
  fault: Fault | undefined,
): Promise<Heard<WalletAnswer>> {
  const paymentRequestId = message?.paymentRequestId;
  const cancel = typeof paymentRequestId === "string" ? { ...PARTIES, paymentRequestId } : undefined;
  return transmit(fault, {
    link: WALLET_LINK,
    send: () => askWallet(alipayPlus, request, body),
    sendCancel: async () =>
      cancel && exchangeMessage(alipayPlus, "cancelPayment", JSON.stringify(cancel), cancel, { customerId }),
    answerTimeoutMs: ANSWER_TIMEOUT_MS,
    heard: { nothing: noAnswer, http500: http500Answer, standIn: standInAnswer },
  });
}

type Balance = { readonly customerId: string; readonly currency: string; readonly balance: string };

async function balanceOf(alipayPlus: AlipayPlus, customerId: string | undefined): Promise<Balance | undefined> {
  if (customerId === undefined) return undefined;
  const customer = await alipayPlus.walletCustomer(customerId);
  return customer && { customerId, currency: customer.settings.currency, balance: String(customer.balance) };
}

function ledgerChange(before: Balance, after: Balance): LedgerChange {
  const { customerId, currency } = after;
  return { customerId, currency, before: before.balance, after: after.balance };
}
