/** The reference core in the test's own process: it can do what it is asked and never say so. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Database } from "../../../../kit/reference-core/database.ts";
import { Ledger } from "../../../../kit/reference-core/ledger.ts";
import { createCoreServer } from "../../../../kit/reference-core/server.ts";
import { Verifier } from "../../../../kit/reference-core/verify.ts";
import { HOST } from "../../../../scripts/development/port.ts";
import { SAMPLE_CURRENCY } from "../alipayplus-messages.ts";

export class HangingCore {
  /** While true the core does its work and answers nothing. */
  hangs = false;
  readonly #secret = `whsec_${randomBytes(32).toString("base64")}`;
  readonly #database = new Database(":memory:");
  readonly #ledger = new Ledger(this.#database);
  readonly #reference = createCoreServer(this.#ledger, new Verifier([this.#secret]));
  readonly #server = createServer((request, response) => {
    if (this.hangs) {
      response.writeHead = () => response;
      response.end = () => response;
    }
    this.#reference.emit("request", request, response);
  });

  private constructor() {}

  static async start(): Promise<HangingCore> {
    const core = new HangingCore();
    core.#server.listen(0, HOST);
    await once(core.#server, "listening");
    return core;
  }

  /**
   * What makes it the core of a deployment. It waits briefly: a core that hangs gives no answer however long it has.
   */
  get settings() {
    const { port } = this.#server.address() as AddressInfo;
    const named = { CORE: "HTTP", CORE_NAME: "wallet-core", CORE_SECRET: this.#secret };
    return { ...named, CORE_URL: `http://${HOST}:${port}`, CORE_TIMEOUT_MS: "500" };
  }

  openCustomer(customerId: string, balanceMinor: bigint): void {
    this.#ledger.customers.open(
      customerId,
      { currency: SAMPLE_CURRENCY, balanceMinor, refusal: undefined },
      Date.now(),
    );
  }

  /** In minor units. */
  balanceOf(customerId: string): bigint | undefined {
    return this.#ledger.customers.find(customerId)?.balanceMinor;
  }

  stop(): void {
    this.#server.close(() => this.#database.close());
    this.#server.closeAllConnections();
  }
}
