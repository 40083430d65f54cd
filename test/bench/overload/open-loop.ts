/**
 * Offers calls at a fixed rate, whatever becomes of those before them: a process of its own. Latency counts from the
 * time at which a call was due, so that a late sender does not make the server look better.
 *
 * The parent sends one `OfferedLoad` at a time and gets one `Answers` or `{ fault }` back.
 */
import type { SignedCall } from "../../support/end-to-end/alipayplus-messages.ts";
import { type Address, Connection } from "./connection.ts";

/** Calls that are offered. */
export type OfferedLoad = {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  readonly calls: readonly SignedCall[];
  readonly callsPerSecond: number;
  /** Connections that are open before the first call; more are opened when all of them wait. */
  readonly connectionCount: number;
  /** After this time the caller ends the connection. */
  readonly timeLimitMs: number;
};

/** What became of the calls, in their order. */
export type Answers = {
  /**
   * The result code of the answer; two codes with a slash between where an answer has two results. `TIMEOUT`, `RESET`,
   * or `UNSENT` when no further connection could be opened.
   */
  readonly outcomes: readonly string[];
  /** From when the call was due until it was answered. */
  readonly latenciesMs: Float64Array;
  /** How long after it was due each call was sent. */
  readonly lateMs: Float64Array;
  /** Connections that were opened while calls were offered. */
  readonly openedLate: number;
};

/** Both ends of a connection need a file descriptor; 20,000 a process is common. */
const CONNECTION_LIMIT = 16_000;

/** Connections that are opened at the same time. */
const OPENING_BATCH = 100;

const TICK_MS = 1;

function requestOf({ path, headers, body }: SignedCall, { hostname, port }: Address): Buffer {
  const lines = Object.entries({ Host: `${hostname}:${port}`, ...headers, "Content-Length": Buffer.byteLength(body) });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return Buffer.from(`POST ${path} HTTP/1.1\r\n${head}\r\n${body}`);
}

function outcomeOf(body: string | undefined): string {
  if (body === undefined) return "RESET";
  const codes = [...body.matchAll(/"resultCode":"(\w+)"/g)].map(([, code]) => code);
  return codes.length === 0 ? "UNREADABLE" : codes.join("/");
}

class OpenLoop {
  readonly #address: Address;
  readonly #load: OfferedLoad;
  readonly #requests: readonly Buffer[];
  readonly #free: Connection[] = [];
  readonly #waiting = new Map<number, Connection>();
  readonly #outcomes: string[];
  readonly #latenciesMs: Float64Array;
  readonly #lateMs: Float64Array;
  readonly #done = Promise.withResolvers<void>();
  #connectionCount = 0;
  #openedLate = 0;
  #settledCount = 0;
  #startedAtMs = 0;

  constructor(load: OfferedLoad) {
    const { hostname, port } = new URL(load.origin);
    this.#address = { hostname, port: Number(port) };
    this.#load = load;
    this.#requests = load.calls.map((call) => requestOf(call, this.#address));
    this.#outcomes = load.calls.map(() => "");
    this.#latenciesMs = new Float64Array(load.calls.length);
    this.#lateMs = new Float64Array(load.calls.length);
  }

  async run(): Promise<Answers> {
    await this.#openAtFirst();
    this.#startedAtMs = performance.now();
    this.#tick(0, 0);
    await this.#done.promise;
    for (const connection of this.#free) connection.destroy();
    return {
      outcomes: this.#outcomes,
      latenciesMs: this.#latenciesMs,
      lateMs: this.#lateMs,
      openedLate: this.#openedLate,
    };
  }

  async #openAtFirst(): Promise<void> {
    const wanted = Math.min(this.#requests.length, this.#load.connectionCount);
    while (this.#free.length < wanted) {
      const batch = Math.min(OPENING_BATCH, wanted - this.#free.length);
      this.#free.push(...(await Promise.all(Array.from({ length: batch }, () => this.#open()))));
    }
  }

  async #open(): Promise<Connection> {
    this.#connectionCount += 1;
    return Connection.open(this.#address);
  }

  #dueMs(index: number): number {
    return (index * 1000) / this.#load.callsPerSecond;
  }

  #elapsedMs(): number {
    return performance.now() - this.#startedAtMs;
  }

  /** Sends what is due from `next` on, and gives up what waits too long from `oldest` on. */
  #tick(next: number, oldest: number): void {
    const { timeLimitMs } = this.#load;
    const callCount = this.#requests.length;
    while (next < callCount && this.#dueMs(next) <= this.#elapsedMs()) {
      this.#send(next);
      next += 1;
    }
    while (oldest < next && this.#dueMs(oldest) + timeLimitMs <= this.#elapsedMs()) {
      this.#giveUp(oldest);
      oldest += 1;
    }
    if (this.#settledCount < callCount) setTimeout(() => this.#tick(next, oldest), TICK_MS);
  }

  #send(index: number): void {
    const connection = this.#takeFree();
    if (connection !== undefined) this.#sendOn(connection, index);
    else if (this.#connectionCount >= CONNECTION_LIMIT) this.#settle(index, "UNSENT");
    else {
      this.#openedLate += 1;
      this.#open().then(
        (opened) => this.#sendOn(opened, index),
        () => this.#settle(index, "UNSENT"),
      );
    }
  }

  #takeFree(): Connection | undefined {
    for (;;) {
      const connection = this.#free.pop();
      if (connection === undefined || connection.isFresh) return connection;
      connection.destroy();
      this.#connectionCount -= 1;
    }
  }

  #sendOn(connection: Connection, index: number): void {
    const request = this.#requests[index];
    // The caller may have given up while the connection was opened.
    if (request === undefined || this.#outcomes[index] !== "") {
      this.#free.push(connection);
      return;
    }
    this.#waiting.set(index, connection);
    this.#lateMs[index] = this.#elapsedMs() - this.#dueMs(index);
    connection.send(request, (body) => {
      this.#waiting.delete(index);
      if (connection.isOpen) this.#free.push(connection);
      else this.#connectionCount -= 1;
      this.#settle(index, outcomeOf(body));
    });
  }

  #giveUp(index: number): void {
    if (this.#outcomes[index] !== "") return;
    const connection = this.#waiting.get(index);
    if (connection !== undefined) {
      connection.destroy();
      this.#connectionCount -= 1;
    }
    this.#waiting.delete(index);
    this.#settle(index, "TIMEOUT");
  }

  #settle(index: number, outcome: string): void {
    if (this.#outcomes[index] !== "") return;
    this.#outcomes[index] = outcome;
    this.#latenciesMs[index] = this.#elapsedMs() - this.#dueMs(index);
    this.#settledCount += 1;
    if (this.#settledCount === this.#requests.length) this.#done.resolve();
  }
}

if (import.meta.main) {
  process.on("message", (load) => {
    new OpenLoop(load as OfferedLoad).run().then(
      (answers) => process.send?.(answers),
      (error: unknown) => process.send?.({ fault: String(error) }),
    );
  });
}
