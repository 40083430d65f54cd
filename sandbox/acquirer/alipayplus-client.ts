/**
 * Alipay+ as the acquirer calls it: requests signed with the acquirer's key, answers believed only when Alipay+ has signed
 * them. The call stays in this Worker, and goes through all that a call from outside does.
 *
 * Source: spec/01; seeds/002 Result process logic.
 */

import { logFault } from "../../durable/platform/log.ts";
import { readBytes } from "../../protocol/body.ts";
import { nowMs } from "../../protocol/clock.ts";
import { ALIPAYPLUS_ORIGINS } from "../../protocol/endpoints.ts";
import { type ReportedResult, readAnswer, signedAnswerFault } from "../../protocol/exchange/signed-answer.ts";
import type { JsonObject } from "../../protocol/json.ts";
import { signMessage } from "../../protocol/signature/sign.ts";
import { formatTime } from "../../protocol/time.ts";
import { ACQUIRER_API } from "../alipayplus/for-acquirers/interfaces.ts";
import { OLDER_API } from "../alipayplus/for-acquirers/older/interfaces.ts";
import type { Api } from "../alipayplus/interface.ts";
import { type PartyOf, requireParty } from "../misconfiguration.ts";
import type { Acquirer } from "./party.ts";
import type { SalesInterface } from "./sale-records.ts";

/** How long Alipay+ may take (seeds/002). */
export const ANSWER_TIMEOUT_MS = 5_000;
const ANSWER_LIMIT_BYTES = 262_144;
const HTTP_OK = 200;

const APIS: Record<SalesInterface, Api> = { TODAY: ACQUIRER_API, OLDER: OLDER_API };

/** A question to Alipay+. */
export type Question = {
  readonly interface: SalesInterface;
  readonly name: "pay" | "inquiryPayment" | "cancelPayment" | "refund";
  readonly message: JsonObject;
  /** Where Alipay+ is reached, where its answer depends on it. */
  readonly origin?: string;
  /** The header `Sandbox-Fault` of the request. */
  readonly fault?: string | undefined;
};

/** The result, U where the answer does not count, and all parameters where it does. */
export type Answer = { readonly result: ReportedResult; readonly parameters?: JsonObject };

/** Why an answer says nothing. */
type NoAnswer = { readonly fault: string };

type Received = { readonly response: Response; readonly bytes: Uint8Array };

export class AlipayPlusClient {
  readonly #acquirerOf: PartyOf<Acquirer>;
  readonly #execution: Pick<ExecutionContext, "waitUntil">;
  readonly #answerTimeoutMs: number;

  /** @param execution keeps the records of the calls going after their answers */
  constructor(acquirerOf: PartyOf<Acquirer>, execution: Pick<ExecutionContext, "waitUntil">, answerTimeoutMs: number) {
    this.#acquirerOf = acquirerOf;
    this.#execution = execution;
    this.#answerTimeoutMs = answerTimeoutMs;
  }

  /** Signs and sends a message, and judges the answer. Never throws for what Alipay+ does. */
  async ask(question: Question): Promise<Answer> {
    const acquirer = await requireParty(this.#acquirerOf);
    const api = APIS[question.interface];
    const path = pathOf(api, question.name);
    const request = await signedRequest(acquirer, path, question);
    const received = await within(this.#answerTimeoutMs, this.#answerTo(acquirer, api, request));
    const judged = received ? await judge(acquirer, path, received) : { fault: "NO_ANSWER" };
    return "fault" in judged ? { result: unknownResult(judged) } : judged;
  }

  async #answerTo(acquirer: Acquirer, api: Api, request: Request): Promise<Received | undefined> {
    try {
      const response = await acquirer.sendToAlipayPlus(api, request, this.#execution);
      const bytes = await readBytes(response, ANSWER_LIMIT_BYTES);
      return bytes && { response, bytes };
    } catch (error) {
      logFault("acquirer-call-failed", error);
      return undefined;
    }
  }
}

function pathOf({ interfaces }: Api, name: string): string {
  const [path] = [...interfaces].find(([, known]) => known.name === name) ?? [];
  if (path === undefined) throw new Error(`Alipay+ has no ${name}`);
  return path;
}

async function signedRequest(
  { ring, clientId }: Acquirer,
  path: string,
  { message, origin = ALIPAYPLUS_ORIGINS.GLOBAL, fault }: Question,
): Promise<Request> {
  const body = JSON.stringify(message);
  const time = formatTime(nowMs());
  const { header } = await signMessage({ ring, method: "POST", pathAndQuery: path, clientId, time, body });
  const headers = {
    "Client-Id": clientId,
    "Request-Time": time,
    Signature: header,
    "Content-Type": "application/json; charset=UTF-8",
    ...(fault !== undefined && { "Sandbox-Fault": fault }),
  };
  return new Request(`${origin}${path}`, { method: "POST", headers, body });
}

async function judge(
  { ring, clientId }: Acquirer,
  pathAndQuery: string,
  { response, bytes }: Received,
): Promise<Answer | NoAnswer> {
  if (response.status !== HTTP_OK) return { fault: `HTTP_${response.status}` };
  const { headers } = response;
  const fault = await signedAnswerFault({ ring, clientId, pathAndQuery, headers, body: bytes });
  return fault ? { fault } : (readAnswer(bytes) ?? { fault: "ANSWER_UNREADABLE" });
}

function unknownResult({ fault }: NoAnswer): ReportedResult {
  const resultMessage = `Alipay+'s answer does not count: ${fault}.`;
  return { resultCode: "UNKNOWN_EXCEPTION", resultStatus: "U", resultMessage };
}

/** What the work comes to, `undefined` when it takes longer. */
async function within<T>(durationMs: number, work: Promise<T>): Promise<T | undefined> {
  const givenUp = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => givenUp.resolve(undefined), durationMs);
  try {
    return await Promise.race([work, givenUp.promise]);
  } finally {
    clearTimeout(timer);
  }
}
