/**
 * Alipay+ as the acquirer calls it: requests signed with the acquirer's key, answers believed only when Alipay+ has
 * signed them. The call stays in this Worker, and takes the same path as a call from outside.
 *
 * Source: docs/spec/messages.md; docs/spec/time-limits.md#polling.
 */

import * as z from "zod";
import { systemClock } from "../../protocol/clock.ts";
import { ALIPAYPLUS_ORIGINS } from "../../protocol/endpoints.ts";
import { ask, type SendRequest } from "../../protocol/exchange/ask.ts";
import type { JsonObject } from "../../protocol/json.ts";
import type { ReportedResult } from "../../protocol/results.ts";
import { ACQUIRER_API } from "../alipayplus/for-acquirers/interfaces.ts";
import { OLDER_API } from "../alipayplus/for-acquirers/older/interfaces.ts";
import type { Api } from "../alipayplus/interface.ts";
import { FAULT_HEADER } from "../faults/fault.ts";
import { type PartyOf, requireParty } from "../misconfiguration.ts";
import { resultOfReply } from "../traffic/shown-message.ts";
import { readOlderAnswer } from "./older-names.ts";
import type { Acquirer } from "./party.ts";
import type { SalesInterface } from "./sale-records.ts";

/** How long Alipay+ may take (docs/spec/time-limits.md#polling). */
export const ANSWER_TIMEOUT_MS = 5_000;
const ANSWER_LIMIT_BYTES = 262_144;

const APIS: Record<SalesInterface, Api> = { TODAY: ACQUIRER_API, OLDER: OLDER_API };

/** A question to Alipay+. */
type Question = {
  readonly interface: SalesInterface;
  readonly name: "pay" | "inquiryPayment" | "cancelPayment" | "refund" | "prepare" | "applyToken" | "cancelToken";
  readonly message: JsonObject;
  /** The origin of Alipay+, if the answer depends on it. */
  readonly origin?: string;
  /** The header `Sandbox-Fault` of the request. */
  readonly fault?: string | undefined;
};

/** The result, U where the answer does not count, and all parameters where it does, under the names of today. */
export type Answer = { readonly result: ReportedResult; readonly parameters?: JsonObject };

/** One client for both merchant interfaces: an answer of the older one is read under the names of today. */
export class AlipayPlusClient {
  readonly #acquirerOf: PartyOf<Acquirer>;
  readonly #execution: Pick<ExecutionContext, "waitUntil">;
  readonly #answerTimeoutMs: number;

  /** @param execution lets the records of the calls be written after their answers */
  constructor(acquirerOf: PartyOf<Acquirer>, execution: Pick<ExecutionContext, "waitUntil">, answerTimeoutMs: number) {
    this.#acquirerOf = acquirerOf;
    this.#execution = execution;
    this.#answerTimeoutMs = answerTimeoutMs;
  }

  /** Signs and sends a message, and judges the answer. Never throws, whatever Alipay+ answers. */
  async ask({
    interface: called,
    name,
    message,
    origin = ALIPAYPLUS_ORIGINS.GLOBAL,
    fault,
  }: Question): Promise<Answer> {
    const acquirer = await requireParty(this.#acquirerOf);
    const { ring, clientId } = acquirer;
    const api = APIS[called];
    const pathAndQuery = pathOf(api, name);
    const { replies } = await ask({
      ring,
      clientId,
      endpoint: { url: `${origin}${pathAndQuery}`, pathAndQuery },
      body: JSON.stringify(message),
      ...(fault !== undefined && { headers: { [FAULT_HEADER]: fault } }),
      send: this.#sendTo(acquirer, api),
      clock: systemClock,
      timeLimitMs: this.#answerTimeoutMs,
      schema: z.unknown(),
      answerLimitBytes: ANSWER_LIMIT_BYTES,
      acceptsAnyResultCode: true,
    });
    const [reply] = replies;
    const result = resultOfReply(reply, "Alipay+");
    if (!reply.judgement.counts) return { result };
    const { parameters } = reply.judgement;
    return { result, parameters: called === "OLDER" ? readOlderAnswer(parameters) : parameters };
  }

  /**
   * Alipay+ finishes a call even if the acquirer has stopped waiting, so the acquirer's abort signal is not passed on.
   */
  #sendTo(acquirer: Acquirer, api: Api): SendRequest {
    return (url, { signal: _, ...init }) => acquirer.sendToAlipayPlus(api, new Request(url, init), this.#execution);
  }
}

function pathOf({ interfaces }: Api, name: string): string {
  const [path] = [...interfaces].find(([, known]) => known.name === name) ?? [];
  if (path === undefined) throw new Error(`Alipay+ has no ${name}`);
  return path;
}
