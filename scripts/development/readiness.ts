/** Whether a gateway that was started takes payments, and why not, from its log. */
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";

const TIMEOUT_MS = 30_000;
const POLL_INTERVAL_MS = 50;
const LINES_LIMIT = 100;
const LOG_POLLS_LIMIT = 20;

/** What `/healthz` answers, as far as it is read. */
type Health = { readonly status: string; readonly reason?: string; readonly closed?: readonly string[] };

/** What helps where the stored state is another deployment's. */
const OTHER_STATE = /^((SHARD_COUNT|CLIENT_ID|CLASS)_DIFFERS|TABLES_TOO_NEW)$/;

/**
 * Polls `/healthz` until it answers 200.
 *
 * @param log has what the gateway has written so far
 * @returns undefined when the gateway is ready with all its paths; otherwise why it will not be, in a sentence
 */
export async function faultOfGateway(origin: string, log: GatewayLog): Promise<string | undefined> {
  const deadlineMs = performance.now() + TIMEOUT_MS;
  while (performance.now() < deadlineMs) {
    const health = await healthOf(origin);
    if (health?.status === "ready" && !health.closed) return undefined;
    const { reason = "" } = health ?? {};
    if (health?.status === "ready" || health?.status === "misconfigured") return log.fault("misconfigured");
    if (OTHER_STATE.test(reason)) return `${await log.fault("unavailable")} To begin without that state: npm run reset`;
    await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS));
  }
  return `${origin}/healthz did not answer 200 in ${TIMEOUT_MS} ms.`;
}

async function healthOf(origin: string): Promise<Health | undefined> {
  try {
    return (await (await fetch(`${origin}/healthz`)).json()) as Health;
  } catch {
    return undefined;
  }
}

/** The faults in a gateway's log. */
export class GatewayLog {
  readonly #lines: string[] = [];

  /** @param output where the gateway writes its faults */
  follow(output: Readable): void {
    createInterface({ input: output }).on("line", (line) => {
      this.#lines.push(line);
      if (this.#lines.length > LINES_LIMIT) this.#lines.shift();
    });
  }

  /** The text of the newest line of an event; the answer to a request may come before the line that it wrote. */
  async fault(event: string): Promise<string> {
    for (let polls = 0; polls < LOG_POLLS_LIMIT; polls += 1) {
      const line = this.#lines.findLast((text) => text.includes(`"event":"${event}"`));
      if (line !== undefined) return (JSON.parse(line) as { error: string }).error;
      await new Promise((resolve) => setTimeout(resolve, POLL_INTERVAL_MS));
    }
    return "The gateway refuses its settings; its log says more.";
  }
}
