/** A gateway with its sandbox in a process of its own, and the clients of its parties. */
import { createPrivateKey } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DevelopmentKeys, ensureDevelopmentKeys } from "../../../scripts/development/keys.ts";
import { originOf } from "../../../scripts/development/port.ts";
import type { ServeOptions } from "../../../scripts/development/serve.ts";
import { DEVELOPMENT_OPERATOR_TOKEN } from "../../../scripts/project.ts";
import { AcquirerClient } from "./acquirer-client.ts";
import { AlipayPlusClient } from "./alipayplus-client.ts";
import { builtProduct } from "./build-product.ts";
import { JsonClient } from "./json-client.ts";
import { type KillableGateway, startKillableGateway } from "./killable-gateway.ts";
import { hkd, type OrderCode, SandboxClient } from "./sandbox-client.ts";
import { WalletClient } from "./wallet-client.ts";

export class Rehearsal {
  readonly origin: string;
  readonly sandbox: SandboxClient;
  /** Calls as an operator. */
  readonly operator: JsonClient;
  readonly #directory = mkdtempSync(join(tmpdir(), "plusgate-rehearsal-"));
  readonly #port: number;
  #options: ServeOptions | undefined;
  #gateway: KillableGateway | undefined;

  constructor(port: number) {
    this.#port = port;
    this.origin = originOf(port);
    this.sandbox = new SandboxClient(this.origin);
    this.operator = new JsonClient(`${this.origin}/ops`, { token: DEVELOPMENT_OPERATOR_TOKEN });
  }

  /** Starts the product, which build-product.ts has built, or starts it again on its state. */
  async start(gatewayVariables: Readonly<Record<string, string>> = {}): Promise<void> {
    this.#options ??= this.#optionsWith(gatewayVariables);
    this.#gateway = await startKillableGateway(this.#options, this.logPath);
  }

  async kill(): Promise<void> {
    await this.#gateway?.kill();
  }

  /** Ends it for good and removes its state. */
  async end(): Promise<void> {
    await this.kill();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** What the gateway has written. */
  get logPath(): string {
    return join(this.#directory, "gateway.log");
  }

  /** Where the objects of the gateway and of the sandbox have their databases. */
  get objectsDirectory(): string {
    return join(this.#directory, "state", "durable-objects");
  }

  /** The wallet's backend, which calls for a customer. */
  wallet(customerId: string): WalletClient {
    return new WalletClient(this.origin, customerId);
  }

  alipayplus(): AlipayPlusClient {
    return new AlipayPlusClient(this.origin, createPrivateKey(this.keys().alipayplus.privateKey));
  }

  acquirer(): AcquirerClient {
    return new AcquirerClient(this.origin, createPrivateKey(this.keys().acquirer.privateKey));
  }

  /** An order that its customer has scanned. */
  async scannedOrder(customerId: string): Promise<OrderCode> {
    const { codeValue, paymentRequestId } = await this.sandbox.orderCode({ paymentAmount: hkd("700") });
    const { status, body } = await this.wallet(customerId).scan(codeValue);
    if (!("action" in body) || body.action !== "SHOW_PAYMENT") {
      throw new Error(`The scan answers HTTP ${status}: ${JSON.stringify(body)}`);
    }
    return { codeValue, paymentRequestId };
  }

  #optionsWith(gatewayVariables: Readonly<Record<string, string>>): ServeOptions {
    const keys = ensureDevelopmentKeys(join(this.#directory, "keys"));
    const stateDirectory = join(this.#directory, "state");
    return { port: this.#port, stateDirectory, keys, bundles: builtProduct(), gatewayVariables };
  }

  /** The keys of every party. */
  keys(): DevelopmentKeys {
    if (!this.#options) throw new Error("The rehearsal has no keys before its start");
    return this.#options.keys;
  }
}
