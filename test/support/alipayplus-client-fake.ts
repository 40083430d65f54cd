/** A fake Alipay+ that follows a script and signs rightly, and a clock that moves only when a test moves it. */

import type { Clock } from "../../protocol/clock.ts";
import { ALIPAYPLUS_ORIGINS } from "../../protocol/endpoints.ts";
import {
  type AlipayPlusClient,
  type AlipayPlusClientOptions,
  createAlipayPlusClient,
} from "../../protocol/exchange/alipayplus-client.ts";
import type { SendRequest } from "../../protocol/exchange/ask.ts";
import { type KeyRing, parseKeyRing } from "../../protocol/signature/key-ring.ts";
import { formatTime } from "../../protocol/time.ts";
import { generateRsaKeys, type KeyPairText } from "./signature-keys.ts";

export const CLIENT_ID = "SANDBOX_5Y00000000000000001";
export const START_TIME_MS = Date.UTC(2026, 0, 1, 12);

/** Time passes in pauses, and where a script says so. */
export class FakeClock implements Clock {
  #nowMs = START_TIME_MS;
  #timers: { readonly dueTimeMs: number; readonly ring: () => void }[] = [];
  readonly pausesMs: number[] = [];
  readonly timersMs: number[] = [];

  readonly nowMs = (): number => this.#nowMs;

  readonly startTimer = (delayMs: number, ring: () => void): (() => void) => {
    const timer = { dueTimeMs: this.#nowMs + delayMs, ring };
    this.timersMs.push(delayMs);
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  };

  readonly sleep = async (delayMs: number): Promise<void> => {
    this.pausesMs.push(delayMs);
    this.advance(delayMs);
  };

  /** How many timers would still ring. */
  get pendingTimers(): number {
    return this.#timers.length;
  }

  advance(durationMs: number): void {
    this.#nowMs += durationMs;
    const due = this.#timers.filter(({ dueTimeMs }) => dueTimeMs <= this.#nowMs);
    this.#timers = this.#timers.filter((timer) => !due.includes(timer));
    for (const { ring } of due) ring();
  }

  advanceToNextTimer(): void {
    this.advance(Math.min(...this.#timers.map(({ dueTimeMs }) => dueTimeMs)) - this.#nowMs);
  }
}

/** A request as the fake got it. */
type Received = {
  readonly url: string;
  readonly pathAndQuery: string;
  readonly headers: Headers;
  readonly body: string;
  readonly init: RequestInit;
  /** The signature over what came, checked with the wallet's public key. */
  readonly verified: boolean;
};

/** What the fake does with one request. */
export type Step = (received: Received, fake: FakeAlipayPlus) => Response | Promise<Response>;

const RSA256 = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** The signed content, written down here once more. */
function contentOf(pathAndQuery: string, clientId: string, time: string, body: string): Uint8Array {
  return new TextEncoder().encode(`POST ${pathAndQuery}\n${clientId}.${time}.${body}`);
}

export type Keys = { readonly wallet: KeyPairText; readonly alipayplus: KeyPairText };

export async function generateKeys(): Promise<Keys> {
  return { wallet: await generateRsaKeys(), alipayplus: await generateRsaKeys() };
}

/** How an answer departs from a true one. */
export type Tampering = {
  readonly status?: number;
  readonly clientId?: string;
  readonly time?: string;
  readonly without?: "Signature" | "Client-Id" | "Response-Time";
  readonly signature?: string;
  /** The path that the signature is over. */
  readonly signedPath?: string;
  /** The base64 PKCS#8 that signs. */
  readonly key?: string;
  /** What goes over the wire instead of the body that was signed. */
  readonly sent?: BodyInit;
  readonly contentLength?: number;
};

export class FakeAlipayPlus {
  readonly clock = new FakeClock();
  readonly received: Received[] = [];
  readonly #keys: Keys;
  readonly #script: readonly Step[];

  /** @param script A step a request; the last one repeats. */
  constructor(keys: Keys, script: readonly Step[]) {
    this.#keys = keys;
    this.#script = script;
  }

  client(options: Partial<AlipayPlusClientOptions> = {}): AlipayPlusClient {
    const { send: fetcher, ...connection } = this.connection();
    return createAlipayPlusClient({
      ...connection,
      origin: ALIPAYPLUS_ORIGINS.GLOBAL,
      fetcher,
      random: () => 0,
      ...options,
    });
  }

  /** What a party that asks this one needs: its ring and Client-Id, the way, and the clock. */
  connection() {
    const send: SendRequest = (url, init) => this.#receive(url, init);
    return { ring: this.#ring(), clientId: CLIENT_ID, send, clock: this.clock };
  }

  /** A response signed as Alipay+ signs it, but for what `tampering` says. */
  async respond(received: Received, body: unknown, tampering: Tampering = {}): Promise<Response> {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const { clientId = CLIENT_ID, time = formatTime(this.clock.nowMs()), signedPath } = tampering;
    const der = bytesOf(tampering.key ?? this.#keys.alipayplus.privateKey);
    const key = await crypto.subtle.importKey("pkcs8", der, RSA256, false, ["sign"]);
    const content = contentOf(signedPath ?? received.pathAndQuery, clientId, time, text);
    const signature = new Uint8Array(await crypto.subtle.sign(RSA256.name, key, content)).toBase64();
    const header = `algorithm=RSA256,keyVersion=1,signature=${encodeURIComponent(signature)}`;
    const headers = new Headers({
      "Client-Id": clientId,
      "Response-Time": time,
      Signature: tampering.signature ?? header,
      "Content-Type": "application/json; charset=UTF-8",
    });
    if (tampering.contentLength !== undefined) headers.set("Content-Length", String(tampering.contentLength));
    if (tampering.without) headers.delete(tampering.without);
    return new Response(tampering.sent ?? text, { status: tampering.status ?? 200, headers });
  }

  #ring(): KeyRing {
    const { wallet, alipayplus } = this.#keys;
    const signing = JSON.stringify({ [CLIENT_ID]: { 1: wallet.privateKey } });
    const ring = parseKeyRing(signing, JSON.stringify({ [CLIENT_ID]: { 1: alipayplus.publicKey } }));
    if ("fault" in ring) throw new Error(`${ring.fault} ${ring.entry}`);
    return ring;
  }

  async #receive(url: string, init: RequestInit): Promise<Response> {
    const request = new Request(url, { method: init.method ?? "GET", headers: init.headers ?? {} });
    const body = String(init.body);
    const { pathname, search } = new URL(url);
    const pathAndQuery = `${pathname}${search}`;
    const verified = await this.#verifies(request.headers, pathAndQuery, body);
    const received = { url, pathAndQuery, headers: request.headers, body, init, verified };
    this.received.push(received);
    const step = this.#script[Math.min(this.received.length, this.#script.length) - 1];
    if (!step) throw new Error("The script is empty.");
    return step(received, this);
  }

  async #verifies(headers: Headers, pathAndQuery: string, body: string): Promise<boolean> {
    const value = /^algorithm=RSA256,keyVersion=1,signature=(.+)$/.exec(headers.get("Signature") ?? "")?.[1] ?? "";
    const der = bytesOf(this.#keys.wallet.publicKey);
    const key = await crypto.subtle.importKey("spki", der, RSA256, false, ["verify"]);
    const clientId = headers.get("Client-Id") ?? "";
    const content = contentOf(pathAndQuery, clientId, headers.get("Request-Time") ?? "", body);
    return crypto.subtle.verify(RSA256.name, key, bytesOf(decodeURIComponent(value)), content);
  }
}

export const SUCCESS = { resultCode: "SUCCESS", resultStatus: "S", resultMessage: "Success" } as const;

/** Answers with a body, signed but for what `tampering` says. */
export function answer(body: unknown, tampering?: Tampering): Step {
  return (received, fake) => fake.respond(received, body, tampering);
}

/** Answers with a result and nothing else. */
export function result(resultStatus: string, resultCode: string, resultMessage = "As scripted."): Step {
  return answer({ result: { resultCode, resultStatus, resultMessage } });
}

/** Never answers; the clock moves on to the next timer. */
export const noAnswer: Step = (_received, fake) => {
  fake.clock.advanceToNextTimer();
  return new Promise(() => undefined);
};

/** The connection fails. */
export const failure: Step = () => Promise.reject(new Error("Network connection lost."));

/** A getPaymentCode request. */
export const ASK = {
  region: "PH",
  customerId: "2128100",
  codeQuantity: "1",
  env: { deviceTokenId: "2121200" },
} as const;
/** An answer to it. */
export const CODES = {
  result: SUCCESS,
  paymentCodeInfoList: [
    {
      paymentCode: "2892889331822611998",
      codeValidityStartTime: "2026-01-01T20:00:00+08:00",
      codeExpiryTime: "2026-01-01T20:01:00+08:00",
    },
  ],
};
/** The answer as it is read. */
export const READ_CODES = {
  paymentCodeInfoList: [
    {
      paymentCode: "2892889331822611998",
      codeValidityStartTime: START_TIME_MS,
      codeExpiryTime: START_TIME_MS + 60_000,
    },
  ],
};
