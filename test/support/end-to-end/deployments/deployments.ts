/**
 * Deployments of the gateway, one after another, on one storage: the bundle that is deployed, without the sandbox,
 * under the settings of production and what a test changes of them.
 */
import { createPrivateKey, type KeyObject } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { Log, LogLevel, Miniflare } from "miniflare";
import { unstable_getMiniflareWorkerOptions, unstable_readConfig } from "wrangler";
import { shardName, shardOf } from "../../../../durable/platform/shard.ts";
import type { Bundle } from "../../../../scripts/bundle/bundle.ts";
import {
  type DevelopmentKeys,
  ensureDevelopmentKeys,
  gatewayKeyVariables,
} from "../../../../scripts/development/keys.ts";
import { HOST, originOf } from "../../../../scripts/development/port.ts";
import {
  DEVELOPMENT_LIVE_TOKEN_SECRET,
  DEVELOPMENT_OPERATOR_TOKEN,
  DEVELOPMENT_WALLET_TOKEN,
  GATEWAY_CONFIGURATION,
} from "../../../../scripts/project.ts";
import { AlipayPlusClient } from "../alipayplus-client.ts";
import { SAMPLE_CURRENCY } from "../alipayplus-messages.ts";
import { freePort } from "../free-port.ts";
import { JsonClient, type Reply } from "../json-client.ts";
import { WalletClient } from "../wallet-client.ts";

/** The environment of wrangler.toml that is deployed. */
export const ENVIRONMENT = "production";

/** Settings that differ from production's; `undefined` takes one out. */
export type Settings = Readonly<Record<string, string | undefined>>;

/** A payment code, as getPaymentCode answers it. */
type IssuedCode = { readonly paymentCode: string; readonly expiryTimeMs: number };

/** What a test does inside a home: the methods of durable/customers/object.ts, whose types Node.js does not have. */
type Home = {
  customer(customerId: string): Promise<{ readonly balance: bigint } | undefined>;
  issueCodes(customerId: string, codes: readonly IssuedCode[]): Promise<unknown>;
};

/** The secrets of a deployment, with the keys of `keys`. */
function secretsOf(keys: DevelopmentKeys): Record<string, string> {
  return {
    ...gatewayKeyVariables(keys),
    WALLET_TOKENS: JSON.stringify({ backend: DEVELOPMENT_WALLET_TOKEN }),
    OPS_TOKENS: JSON.stringify({ operator: DEVELOPMENT_OPERATOR_TOKEN }),
    LIVE_TOKEN_SECRET: DEVELOPMENT_LIVE_TOKEN_SECRET,
  };
}

export class Deployments {
  readonly origin: string;
  /** Calls as an operator. */
  readonly operator: JsonClient;
  readonly alipayplus: AlipayPlusClient;
  /** What production has as secrets. */
  readonly secrets: Readonly<Record<string, string>>;
  /** Lines that the deployment of now has written. */
  log: string[] = [];
  readonly #port: number;
  readonly #directory: string;
  /** With which the gateway's signatures verify. */
  readonly publicKey: string;
  /** With which Alipay+ signs. */
  readonly privateKey: KeyObject;
  #miniflare: Miniflare | undefined;
  #shardCount = 0;

  private constructor(port: number) {
    this.#port = port;
    this.#directory = mkdtempSync(join(tmpdir(), "plusgate-deployments-"));
    const keys = ensureDevelopmentKeys(join(this.#directory, "keys"));
    this.secrets = secretsOf(keys);
    this.origin = originOf(port);
    this.publicKey = keys.mpp.publicKey;
    this.privateKey = createPrivateKey(keys.alipayplus.privateKey);
    this.alipayplus = new AlipayPlusClient(this.origin, this.privateKey);
    this.operator = new JsonClient(`${this.origin}/ops`, { token: DEVELOPMENT_OPERATOR_TOKEN });
    mkdirSync(this.storageDirectory);
  }

  /** On an empty storage; nothing is deployed yet. */
  static async begin(): Promise<Deployments> {
    return new Deployments(await freePort());
  }

  /** A directory for each class, in it a SQLite database for each object. Whole only while nothing is deployed. */
  get storageDirectory(): string {
    return join(this.#directory, "storage");
  }

  /**
   * Ends the deployment of now without a warning, and makes another one on its storage.
   *
   * @param settings that differ from those of production in wrangler.toml, and from the secrets
   * @param outboundPort of this machine, where every call of the gateway goes; by default to where it is addressed
   */
  async deploy(bundle: Bundle, settings: Settings = {}, outboundPort?: number): Promise<void> {
    await this.stop();
    const { workerOptions } = unstable_getMiniflareWorkerOptions(GATEWAY_CONFIGURATION, ENVIRONMENT);
    const { name } = unstable_readConfig({ config: GATEWAY_CONFIGURATION, env: ENVIRONMENT });
    const all = { ...workerOptions.bindings, ...this.secrets, ...settings };
    const bindings = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
    this.#shardCount = Number(all.SHARD_COUNT);
    const log: string[] = [];
    this.log = log;
    this.#miniflare = new Miniflare({
      ...workerOptions,
      name,
      modulesRoot: bundle.directory,
      modules: bundle.modules.map(({ kind, path }) => ({ type: kind, path })),
      bindings: bindings as Record<string, string>,
      host: HOST,
      port: this.#port,
      cf: false,
      telemetry: { enabled: false },
      log: new Log(LogLevel.ERROR),
      handleRuntimeStdio: (stdout: Readable, stderr: Readable) => {
        for (const input of [stdout, stderr]) createInterface({ input }).on("line", (line) => log.push(line));
      },
      durableObjectsPersist: this.storageDirectory,
      ...(outboundPort !== undefined && {
        outboundService: { external: { address: `${HOST}:${outboundPort}`, http: {} } },
      }),
    });
    await this.#miniflare.ready;
  }

  /** Ends the deployment of now without a warning. */
  async stop(): Promise<void> {
    await this.#miniflare?.dispose();
    this.#miniflare = undefined;
  }

  /** Ends everything and removes it. */
  async end(): Promise<void> {
    await this.stop();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** What a monitor sees. */
  health(): Promise<Reply> {
    return new JsonClient(this.origin).call("GET", "/healthz");
  }

  /** The wallet's backend, which calls for a customer. */
  wallet(customerId: string): WalletClient {
    return new WalletClient(this.origin, customerId);
  }

  /** Alipay+ with the right key under another Client-Id. */
  alipayPlusAs(clientId: string): AlipayPlusClient {
    return new AlipayPlusClient(this.origin, this.privateKey, clientId);
  }

  /** Opens a customer of the embedded core and funds the account, as an operator does. */
  async openCustomer(customerId: string, balanceMinor: bigint): Promise<void> {
    const amount = { currency: SAMPLE_CURRENCY, value: String(balanceMinor) };
    const funding = { fundingId: "opening", direction: "IN", amount };
    const path = `/customers/${customerId}`;
    for (const reply of [
      await this.operator.call("PUT", path, { currency: SAMPLE_CURRENCY }),
      await this.operator.call("POST", `${path}/funding`, funding),
    ]) {
      if (reply.status !== 200) throw new Error(`The customer is not opened: ${JSON.stringify(reply.body)}`);
    }
  }

  /** The balance of a customer of the embedded core, in minor units. */
  async balanceOf(customerId: string): Promise<bigint | undefined> {
    return (await (await this.#homeOf(customerId)).customer(customerId))?.balance;
  }

  /** Records payment codes as codes of a customer, as after getPaymentCode. */
  async issueCodes(customerId: string, codes: readonly IssuedCode[]): Promise<void> {
    await (await this.#homeOf(customerId)).issueCodes(customerId, codes);
  }

  async #homeOf(customerId: string): Promise<Home> {
    if (!this.#miniflare) throw new Error("Nothing is deployed");
    const namespace = await this.#miniflare.getDurableObjectNamespace("CUSTOMERS");
    const id = namespace.idFromName(shardName(shardOf(customerId, this.#shardCount)));
    // Miniflare's types know no class; its proxy passes bigint both ways.
    return namespace.get(id) as unknown as Home;
  }
}
