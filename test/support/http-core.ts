/** A core behind HTTP whose answers are written down beforehand, and requests to it. */
import { Webhook } from "standardwebhooks";
import { createHttpCore, type HttpCoreOptions } from "../../durable/wallet-core/http/core.ts";
import type { DebitRequest, RefundRequest, WalletCore } from "../../durable/wallet-core/port.ts";
import type { CoreTrouble } from "../../durable/wallet-core/trouble.ts";
import { systemClock } from "../../protocol/clock.ts";

const SECRET = `whsec_${btoa("a secret of the right length for it")}`;
export const URL_OF_CORE = "https://core.example/plusgate";
/** The moment at which the tests' clock stands: whole seconds, as webhook-timestamp has them. */
export const NOW_MS = Date.parse("2026-03-10T12:00:00+08:00");
export const TIMEOUT_MS = 4_000;

export const DEBIT: DebitRequest = {
  paymentId: "p1",
  customerId: "alice",
  debit: { currency: "HKD", amountMinor: 9_007_199_254_740_993n },
  payTo: { currency: "HKD", amountMinor: 1_000n },
  referenceMerchantId: "merchant-1",
  merchantCategoryCode: undefined,
  expiryTimeMs: NOW_MS + 60_000,
};

export const REFUND: RefundRequest = {
  refundId: "r1",
  paymentId: "p1",
  customerId: "alice",
  credit: { currency: "HKD", amountMinor: 412n },
  payTo: { currency: "HKD", amountMinor: 400n },
};

export const KEY = { paymentId: "p1", customerId: "alice" };

/** What a scripted core does with one request. */
export type Step = (init: RequestInit) => Response | Promise<Response>;

/** A request as it came, its signature verified. */
type SeenRequest = {
  readonly url: string;
  readonly id: string;
  readonly body: string;
  readonly init: RequestInit;
};

export type ScriptedCore = {
  readonly core: WalletCore;
  readonly seen: SeenRequest[];
  readonly waits: number[];
  /** Why operations had no answer. */
  readonly troubles: CoreTrouble[];
};

/** A core that takes one step per request; a request beyond the last step fails like the network. */
export function scriptedCore(steps: Step[], options: Partial<HttpCoreOptions> = {}): ScriptedCore {
  const seen: SeenRequest[] = [];
  const waits: number[] = [];
  const troubles: CoreTrouble[] = [];
  const webhook = new Webhook(SECRET);
  const core = createHttpCore({
    url: URL_OF_CORE,
    secret: SECRET,
    timeoutMs: TIMEOUT_MS,
    clock: { ...systemClock, nowMs: () => NOW_MS, sleep: async (durationMs) => void waits.push(durationMs) },
    random: () => 0.5,
    report: (trouble) => troubles.push(trouble),
    async fetch(url, init) {
      const headers = new Headers(init.headers);
      const id = headers.get("webhook-id") ?? "";
      const body = String(init.body);
      const signature = webhook.sign(id, new Date(Number(headers.get("webhook-timestamp")) * 1000), body);
      if (headers.get("webhook-signature") !== signature) throw new Error("wrong signature");
      seen.push({ url, id, body, init });
      const step = steps.shift();
      if (!step) throw new TypeError("Called more often than expected");
      return step(init);
    },
    ...options,
  });
  return { core, seen, waits, troubles };
}

/** Answers with JSON. */
export const answers =
  (value: unknown, status = 200): Step =>
  () =>
    Response.json(value, { status });

/** Answers with a text. */
export const says =
  (text: string, init: ResponseInit = {}): Step =>
  () =>
    new Response(text, init);

/** The connection is lost. */
export const isLost: Step = () => Promise.reject(new TypeError("Network connection lost."));
