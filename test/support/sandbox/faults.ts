/**
 * Faults of the sandbox, and what the parties see of them: a developer who asks for them, an acquirer who suffers them.
 */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect, vi } from "vitest";
import { type KeyRing, parseKeyRing } from "../../../protocol/signature/key-ring.ts";
import { signMessage } from "../../../protocol/signature/sign.ts";
import { verifyMessage } from "../../../protocol/signature/verify.ts";
import { formatTime } from "../../../protocol/time.ts";
import { CATALOGUE, FAULT_NAMES, type FaultName } from "../../../sandbox/faults/catalogue.ts";
import { FAULT_HEADER } from "../../../sandbox/faults/fault.ts";
import type { Link } from "../../../sandbox/faults/links.ts";
import sandbox from "../../../sandbox/index.ts";
import { BASE_PATH, entriesOf, type PaymentReport, reportOf, runAlarm } from "./acquirer.ts";
import { type GatewayHandler, realGateway, setGateway } from "./gateway-binding.ts";
import { type CustomerReply, call, sandboxEnv } from "./sandbox.ts";

const { ACQUIRER_SIGNING_KEYS, ACQUIRER_VERIFICATION_KEYS, ACQUIRER_CLIENT_ID } = env.SANDBOX;
const ring = parseKeyRing(ACQUIRER_SIGNING_KEYS, ACQUIRER_VERIFICATION_KEYS) as KeyRing;

/** A delay that no test waits for long. */
const SHORT_MS = 20;

/** The faults that exist on a link for messages about payments; test/sandbox/authorizations has the others. */
export function faultsOn(link: Link): FaultName[] {
  return FAULT_NAMES.filter((name) => name !== "UNBINDING_REFUSED" && CATALOGUE[name].links.includes(link));
}

/** The faults that take time, asked to take little. */
export function shortly(name: FaultName): { readonly delayMs?: string } {
  return ["ANSWER_DELAYED", "REQUEST_DELAYED", "REORDERED"].includes(name) ? { delayMs: String(SHORT_MS) } : {};
}

type DeveloperReply<Reply> = Reply & { readonly httpStatus: number };

/** Calls the sandbox as a developer, with a header that asks for a fault. */
export async function develop<Reply>(
  method: "GET" | "POST" | "DELETE",
  path: string,
  body?: object,
  fault?: string,
): Promise<DeveloperReply<Reply>> {
  const request = new Request(`http://127.0.0.1:8787/sandbox${path}`, {
    method,
    headers: { "Content-Type": "application/json", ...(fault !== undefined && { [FAULT_HEADER]: fault }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const response = await sandbox.fetch(request, sandboxEnv(), {} as ExecutionContext);
  return { ...(await response.json<Reply>()), httpStatus: response.status };
}

/** A rule as it is shown. */
export type RuleReply = { readonly ruleId: string; readonly times?: string; readonly seed?: string };

/** Activates a fault: adds its rule. */
export async function activateFault(fault: FaultName, wish: object = {}): Promise<RuleReply> {
  const rule = await develop<RuleReply>("POST", "/faults", { fault, ...shortly(fault), ...wish });
  expect(rule).toMatchObject({ httpStatus: 200, fault });
  return rule;
}

/** Ends all rules. */
export async function endAllFaults(): Promise<void> {
  expect((await develop<{ rules: [] }>("DELETE", "/faults")).rules).toEqual([]);
}

/** What an acquirer gets. */
export type AcquirerView =
  /** The connection broke. */
  | { readonly got: "NOTHING" }
  | { readonly got: "HTTP_500"; readonly text: string }
  | {
      readonly got: "ANSWER";
      /** `VERIFIED`, or why the signature is not accepted. */
      readonly signature: string;
      /** How far `Response-Time` is ahead. */
      readonly aheadMs: number;
      readonly body: { readonly result: { readonly resultCode: string; readonly resultStatus: string } } & Readonly<
        Record<string, unknown>
      >;
    };

/** Signs a message as the acquirer, and has a fault done to it. */
export async function acquire(
  interfaceName: string,
  message: object,
  fault?: string,
  basePath = BASE_PATH,
): Promise<AcquirerView> {
  const body = JSON.stringify(message);
  const time = formatTime(Date.now());
  const pathAndQuery = `${basePath}/${interfaceName}`;
  const clientId = ACQUIRER_CLIENT_ID;
  const { header } = await signMessage({ ring, method: "POST", pathAndQuery, clientId, time, body });
  const signed = { "Client-Id": clientId, "Request-Time": time, Signature: header, "Content-Type": "application/json" };
  const headers = { ...signed, ...(fault !== undefined && { [FAULT_HEADER]: fault }) };
  const request = new Request(`http://127.0.0.1:8787${pathAndQuery}`, { method: "POST", headers, body });
  const execution = createExecutionContext();
  const response = await sandbox.fetch(request, sandboxEnv(), execution);
  await waitOnExecutionContext(execution);
  return viewOf(response, pathAndQuery);
}

async function viewOf(response: Response, pathAndQuery: string): Promise<AcquirerView> {
  let bytes: Uint8Array;
  try {
    bytes = await response.bytes();
  } catch {
    return { got: "NOTHING" };
  }
  const text = new TextDecoder().decode(bytes);
  if (response.status !== 200) return { got: "HTTP_500", text };
  const { headers } = response;
  const clientId = headers.get("Client-Id") ?? "";
  const time = headers.get("Response-Time") ?? "";
  const signatureHeader = headers.get("Signature") ?? "";
  const message = { method: "POST", pathAndQuery, clientId, time, signatureHeader, body: bytes };
  const verification = await verifyMessage({ ring, ...message });
  return {
    got: "ANSWER",
    signature: verification.verified ? "VERIFIED" : verification.reason,
    aheadMs: Date.parse(time) - Date.now(),
    body: JSON.parse(text),
  };
}

/** The gateway, but for the interfaces whose answers are given; notes the requests. */
export function playGateway(answers: Readonly<Record<string, GatewayHandler>> = {}): string[] {
  const asked: string[] = [];
  setGateway((request) => {
    const name = new URL(request.url).pathname.split("/").at(-1) ?? "";
    asked.push(name);
    return (answers[name] ?? realGateway)(request);
  });
  return asked;
}

export async function balanceOf(customerId: string): Promise<string> {
  return (await call<CustomerReply>("GET", `/customers/${customerId}`)).balance;
}

/** An exchange of the traffic, as far as the tests look into it. */
export type Shown = {
  readonly exchange: {
    readonly from: string;
    readonly to: string;
    readonly interface: string;
    readonly fault?: string;
    readonly request: { readonly body: string; readonly headers: Readonly<Record<string, string>> };
    readonly response: {
      readonly httpStatus?: number;
      readonly body: string;
      readonly verified?: boolean;
      readonly verificationFault?: string;
    };
  };
  readonly result: { readonly resultCode: string; readonly resultStatus: string };
};

/** The exchanges about a payment to which a fault was applied, oldest first. */
export async function faultyTraffic(id: string): Promise<Shown[]> {
  const { traffic } = await call<{ traffic: Shown[] }>("GET", "/traffic?limit=40");
  return traffic
    .filter(({ exchange }) => exchange.fault !== undefined && exchange.request.body.includes(id))
    .toReversed();
}

const STEPS_LIMIT = 40;

/** Lets Alipay+ do all that it owes for a payment, whenever it is due; answers its status in the end. */
export async function settled(paymentRequestId: string): Promise<PaymentReport> {
  for (let step = 0; step < STEPS_LIMIT; step += 1) {
    const report = await reportOf(paymentRequestId);
    const dueTimes = [report.dueTime, ...report.refunds.map((refund) => (refund as { dueTime?: string }).dueTime)];
    const due = dueTimes.find((time) => time !== undefined);
    if (due === undefined) return report;
    vi.setSystemTime(Math.max(Date.now(), Date.parse(due)));
    await runAlarm();
  }
  throw new Error("It never settled");
}

/**
 * All agree: the wallet's own answer, Alipay+'s state and settlement ledger, the customer's balance.
 *
 * @param keptMinor what a payment that succeeded has cost in the end
 */
export async function expectAgreement(report: PaymentReport, customerId: string, keptMinor = 1_000): Promise<void> {
  const { paymentId, status } = report;
  const isPaid = status === "SUCCEEDED";
  expect(await balanceOf(customerId)).toBe(String(100_000 - (isPaid ? keptMinor : 0)));
  const movements = [paymentId, ...report.refunds.map((refund) => (refund as { refundId?: string }).refundId ?? "")];
  const lines = await Promise.all(movements.map(entriesOf));
  expect(owed(lines.flat())).toEqual(isPaid ? { mpp: keptMinor, acquirer: -keptMinor } : {});
  const inquiry = await develop<Shown>("POST", "/inquiryPayment", { paymentRequestId: paymentId });
  const { paymentResult } = JSON.parse(inquiry.exchange.response.body) as {
    paymentResult?: { resultStatus: string };
  };
  expect(paymentResult?.resultStatus === "S").toBe(isPaid);
}

/** The balance of each party in the settlement ledger, in minor units; zero balances are left out. */
function owed(lines: readonly string[]): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const line of lines) {
    const [, account = "", amount = "0"] = line.split(" ");
    if (account !== "alipayplus") sums[account] = (sums[account] ?? 0) + Number(amount);
  }
  return Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum !== 0));
}
