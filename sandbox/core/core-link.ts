/**
 * The wire between the gateway and the wallet's own core. Local development hands every outbound request of the gateway
 * to this entrypoint (scripts/development/serve.ts); one that is for the core passes on through its fault and is
 * recorded, every other one passes on unchanged.
 *
 * Rules of this runtime that the code relies on: the signal of a request ends when its caller hangs up (compatibility
 * flag enable_request_signal), and work that `waitUntil` knows goes on after that.
 */
import { WorkerEntrypoint } from "cloudflare:workers";
import { logFault } from "../../durable/platform/log.ts";
import { nowMs } from "../../protocol/clock.ts";
import { formatTime } from "../../protocol/time.ts";
import type { SandboxEnv } from "../env.ts";
import { partiesOf } from "../parties.ts";
import { isAlive, ofThisEpoch } from "../rehearsal/epoch.ts";
import { recordOf } from "../traffic/record.ts";
import { bodyText } from "../traffic/shown-message.ts";
import { type Core, type CoreCall, operationOf, signatureFault } from "./core-call.ts";
import { type CoreReply, coreResultOf } from "./core-reply.ts";
import { passOn } from "./pass-on.ts";

/** What keeps the exchanges. */
type Log = { readonly add: (record: string) => Promise<unknown> | unknown };

/** Takes every request that the gateway sends into the world. */
export class CoreLink extends WorkerEntrypoint<SandboxEnv> {
  override async fetch(request: Request): Promise<Response> {
    // What a gateway sends during a reset is work of the last epoch: it passes on, and nothing of it is kept.
    if (!isAlive()) return fetch(request);
    const parties = await partiesOf(ofThisEpoch(this.env));
    if ("fault" in parties || !parties.core) return fetch(request);
    const operation = operationOf(parties.core, request);
    if (operation === undefined) return fetch(request);
    const { url, headers, signal } = request;
    const call = { operation, url, headers, body: await request.bytes() };
    const answering = answer(call, signal, parties.core, parties.alipayPlus.trafficLog());
    this.ctx.waitUntil(answering.then(({ kept }) => kept));
    return responseOf((await answering).reply);
  }
}

/** The reply for the gateway, and the work that records it. */
async function answer(call: CoreCall, hangUp: AbortSignal, core: Core, log: Log) {
  const startedTimeMs = nowMs();
  const { replies, fault } = await passOn(call, hangUp);
  const tookMs = nowMs() - startedTimeMs;
  const [reply, ...further] = replies;
  const request = requestShown(core, call);
  const records = [...further, reply].map((shown) => {
    const exchange = {
      from: "MPP",
      to: "CORE",
      interface: call.operation,
      time: formatTime(startedTimeMs),
      request,
      response: responseShown(shown),
      ...(fault && { fault: fault.name }),
      tookMs,
    };
    return recordOf({ exchange, result: coreResultOf(call.operation, shown) });
  });
  return { reply, kept: keep(records, log) };
}

/** A lost record must not affect the answer. */
async function keep(records: readonly string[], log: Log): Promise<void> {
  try {
    for (const record of records) await log.add(record);
  } catch (error) {
    logFault("core-record-failed", error);
  }
}

function requestShown(core: Core, call: CoreCall) {
  const { url, headers, body } = call;
  const verificationFault = signatureFault(core, call);
  return {
    method: "POST",
    path: new URL(url).pathname,
    headers: Object.fromEntries(headers),
    body: bodyText(body),
    verified: verificationFault === undefined,
    ...(verificationFault !== undefined && { verificationFault }),
  };
}

function responseShown(reply: CoreReply) {
  if (reply.kind !== "ANSWER") return { headers: {}, body: "" };
  return { httpStatus: reply.status, headers: Object.fromEntries(reply.headers), body: bodyText(reply.body) };
}

/** @throws what has ended the connection to the core, so that it ends for the gateway as well */
function responseOf(reply: CoreReply): Response {
  if (reply.kind === "FAILED") throw reply.error;
  if (reply.kind === "NOTHING") throw new Error("The core gives no answer.");
  const { status, body } = reply;
  const headers = new Headers(reply.headers);
  // The runtime writes the length of what it sends.
  headers.delete("Content-Length");
  return new Response(body.length > 0 ? body : null, { status, headers });
}
