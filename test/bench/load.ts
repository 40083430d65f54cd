/**
 * The load generator, a process of its own: sends prepared calls over kept-alive connections and measures.
 *
 * The parent sends one `Load` at a time and gets one `LoadResult` or `{ fault }` back.
 */
import { Agent, request } from "node:http";
import type { SignedCall } from "../support/end-to-end/alipayplus-messages.ts";
import { percentile } from "./statistics.ts";

/** One measurement to be made. */
export type Load = {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  readonly calls: readonly SignedCall[];
  /** How many calls to send; the prepared ones are sent in turn, again and again. */
  readonly callCount: number;
  /** How many connections send at the same time, each waiting for its answer. */
  readonly connectionCount: number;
  /** What every answer's body must contain. */
  readonly expectedText: string;
};

/** What was measured. */
export type LoadResult = {
  readonly callsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Calls whose connection ended without an answer, and that were sent once more, as Alipay+ would. */
  readonly repeatedCount: number;
  /** The last answer's body. */
  readonly sampleAnswer: string;
};

function send(agent: Agent, origin: string, call: SignedCall): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const headers = { ...call.headers, "Content-Length": Buffer.byteLength(call.body) };
  const outgoing = request(`${origin}${call.path}`, { agent, method: "POST", headers }, (response) => {
    let text = "";
    response.setEncoding("utf8");
    response.on("data", (chunk: string) => {
      text += chunk;
    });
    response.on("end", () => {
      if (response.statusCode === 200) resolve(text);
      else reject(new Error(`HTTP ${response.statusCode}: ${text}`));
    });
    response.on("error", reject);
  });
  outgoing.on("error", reject);
  outgoing.end(call.body);
  return promise;
}

async function measure(load: Load): Promise<LoadResult> {
  const { origin, calls, callCount, connectionCount, expectedText } = load;
  const agent = new Agent({ keepAlive: true, maxSockets: connectionCount });
  const latenciesMs = new Float64Array(callCount);
  let next = 0;
  let sampleAnswer = "";
  let repeatedCount = 0;
  const sendAgain = (call: SignedCall, error: unknown): Promise<string> => {
    if ((error as { code?: string }).code !== "ECONNRESET") throw error;
    repeatedCount += 1;
    return send(agent, origin, call);
  };
  const sendInTurn = async (): Promise<void> => {
    while (next < callCount) {
      const index = next++;
      const call = calls[index % calls.length];
      if (call === undefined) throw new Error("no calls were prepared");
      const sentAtMs = performance.now();
      sampleAnswer = await send(agent, origin, call).catch((error: unknown) => sendAgain(call, error));
      latenciesMs[index] = performance.now() - sentAtMs;
      if (!sampleAnswer.includes(expectedText)) throw new Error(`expected ${expectedText}, got ${sampleAnswer}`);
    }
  };
  const startedAtMs = performance.now();
  await Promise.all(Array.from({ length: connectionCount }, sendInTurn));
  const elapsedMs = performance.now() - startedAtMs;
  agent.destroy();
  latenciesMs.sort();
  return {
    callsPerSecond: (callCount / elapsedMs) * 1000,
    p50Ms: percentile(latenciesMs, 0.5),
    p99Ms: percentile(latenciesMs, 0.99),
    repeatedCount,
    sampleAnswer,
  };
}

if (import.meta.main) {
  process.on("message", (load) => {
    measure(load as Load).then(
      (result) => process.send?.(result),
      (error: unknown) => process.send?.({ fault: String(error) }),
    );
  });
}
