/** The reference core in the test's own process, with answers that a test changes before they are sent. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Database } from "../../../kit/reference-core/database.ts";
import { Ledger } from "../../../kit/reference-core/ledger.ts";
import { createCoreServer } from "../../../kit/reference-core/server.ts";
import { Verifier } from "../../../kit/reference-core/verify.ts";

/** An answer on its way out. */
export type OutgoingAnswer = {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
};

/** Changes an answer of an operation, such as `debit`. */
export type Change = (operation: string, answer: OutgoingAnswer) => OutgoingAnswer;

export class BrokenCore {
  change: Change = (_, answer) => answer;
  /** The operation that is done, and whose answer is never sent. */
  holds: string | undefined;
  readonly #database = new Database(":memory:");
  readonly #ledger = new Ledger(this.#database);
  readonly #server;

  private constructor(secret: string) {
    const reference = createCoreServer(this.#ledger, new Verifier([secret]));
    this.#server = createServer((request, response) => {
      const writeHead = response.writeHead.bind(response);
      const end = response.end.bind(response);
      let status = 0;
      response.writeHead = ((code: number) => {
        status = code;
        return response;
      }) as typeof response.writeHead;
      response.end = ((body: string) => {
        const operation = (request.url ?? "").slice(1);
        if (operation === this.holds) return response;
        const changed = this.change(operation, { status, body });
        writeHead(changed.status, { "Content-Type": "application/json", ...changed.headers });
        return end(changed.body);
      }) as typeof response.end;
      reference.emit("request", request, response);
    });
  }

  static async start(secret: string): Promise<BrokenCore> {
    const core = new BrokenCore(secret);
    core.#server.listen(0, "127.0.0.1");
    await once(core.#server, "listening");
    return core;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  openCustomer(customerId: string, balanceMinor: bigint): void {
    this.#ledger.customers.open(customerId, { currency: "HKD", balanceMinor, refusal: undefined }, Date.now());
  }

  stop(): void {
    this.#server.close(() => this.#database.close());
    this.#server.closeAllConnections();
  }
}
