/** One exchange with the wallet, from the message to what is remembered of it. */
import { nowMs } from "../durable/clock.ts";
import { formatTime } from "../worker/iso-time.ts";
import type { JsonObject } from "../worker/json.ts";
import type { Sandbox } from "./env.ts";
import { customerOf, expectNotification, takeNote } from "./memory.ts";
import { type InterfaceName, type SignedRequest, signRequest } from "./message.ts";
import { recordOf } from "./traffic.ts";
import { askWallet, type ReportedResult, type WalletResponse } from "./wallet-answer.ts";

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
  /** From the request to the last byte of the answer. */
  readonly tookMs: number;
};

/** The exchange, and the result as Alipay+ takes it: U for an answer that does not count. */
export type ExchangeReply = { readonly exchange: Exchange; readonly result: ReportedResult };

/**
 * Signs a body, sends it, judges the answer, and remembers both.
 *
 * @param body what goes out, byte for byte
 * @param message the body's JSON; undefined when it is none
 */
export async function exchangeMessage(
  sandbox: Sandbox,
  interfaceName: InterfaceName,
  body: string | Uint8Array,
  message: JsonObject | undefined,
): Promise<ExchangeReply> {
  const { desk } = sandbox;
  const customerId = message && (await customerOf(desk, message));
  const before = await balanceOf(sandbox, customerId);
  const request = await signRequest(sandbox, interfaceName, body);
  if (message) await expectNotification(desk, interfaceName, message);
  const startedTimeMs = nowMs();
  const answer = await askWallet(sandbox, request, body);
  const tookMs = nowMs() - startedTimeMs;
  if (message) await takeNote(desk, interfaceName, message, answer);
  const after = await balanceOf(sandbox, customerId);

  const { response, result } = answer;
  const exchange: Exchange = {
    from: "Alipay+",
    to: "MPP",
    interface: interfaceName,
    time: formatTime(startedTimeMs),
    request,
    response,
    ...(before && after && { ledger: ledgerChange(before, after) }),
    tookMs,
  };
  const reply = { exchange, result };
  await sandbox.trafficLog().add(recordOf(reply));
  return reply;
}

type Balance = { readonly customerId: string; readonly currency: string; readonly balance: string };

async function balanceOf(sandbox: Sandbox, customerId: string | undefined): Promise<Balance | undefined> {
  if (customerId === undefined) return undefined;
  const customer = await sandbox.ledger.customer(customerId);
  return customer && { customerId, currency: customer.settings.currency, balance: String(customer.balance) };
}

function ledgerChange(before: Balance, after: Balance): LedgerChange {
  const { customerId, currency } = after;
  return { customerId, currency, before: before.balance, after: after.balance };
}
