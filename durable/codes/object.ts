/** The order codes that customers scan, of one shard. */
import { DurableObject } from "cloudflare:workers";
import { nowMs } from "../../protocol/clock.ts";
import { alipayPlusClientOf } from "../alipayplus-client.ts";
import { openObject } from "../deployment/open-object.ts";
import { type Env, gatewayOf, requireConfiguration } from "../env.ts";
import type { ScanCommand, ScanReply } from "../messages.ts";
import { type DecodeVerdict, SCANNED_CODES_SCHEMA, ScannedCodes } from "./scanned-codes.ts";

/** The shard of a code, found by the code's value. Its public methods are its RPC interface. */
export class Codes extends DurableObject<Env> {
  readonly #scanned: ScannedCodes;

  constructor(context: DurableObjectState, env: Env) {
    super(context, env);
    const { paymentTimeLimitMs } = requireConfiguration(env);
    const { sql } = context.storage;
    this.#scanned = new ScannedCodes({ sql, nowMs, paymentTimeLimitMs, decode: (command) => this.#decode(command) });
    openObject(context, env, "Codes", [SCANNED_CODES_SCHEMA]);
  }

  /** Answers when the object works under the settings of this deployment, and throws otherwise. */
  isReady(): true {
    return true;
  }

  /** Lets Alipay+ decode an order code for a customer; repeats the answer while the code is valid. */
  scan(command: ScanCommand): Promise<ScanReply> {
    return this.#scanned.scan(command);
  }

  /** Deletes the order codes whose time is long over. */
  sweep(): void {
    this.#scanned.sweep();
  }

  async #decode({ codeValue, customerId, passThroughInfo }: ScanCommand): Promise<DecodeVerdict> {
    const gateway = await gatewayOf(this.env);
    if ("fault" in gateway) throw new Error(gateway.fault);
    const { indirectMpp } = gateway.configuration;
    const request = {
      codeValue,
      customerId,
      ...(passThroughInfo !== undefined && { passThroughInfo }),
      ...(indirectMpp && { indirectMpp }),
    };
    return alipayPlusClientOf(gateway).call("userInitiatedPay", request);
  }
}
