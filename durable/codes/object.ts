/** The codes of one shard: payment codes that customers show, order codes that they scan. */
import { DurableObject } from "cloudflare:workers";
import { nowMs } from "../../protocol/clock.ts";
import { alipayPlusClientOf } from "../alipayplus-client.ts";
import { type Env, gatewayOf, requireConfiguration } from "../env.ts";
import type { CodeClaim, IssuedCode, ScanCommand, ScanReply } from "../messages.ts";
import { migrate } from "../platform/migrate.ts";
import { ISSUED_CODES_SCHEMA, IssuedCodes } from "./issued-codes.ts";
import { type DecodeVerdict, SCANNED_CODES_SCHEMA, ScannedCodes } from "./scanned-codes.ts";

const CLAIMS_SCHEMA = `CREATE TABLE codes (
  code TEXT PRIMARY KEY,
  payment_id TEXT NOT NULL,
  claimed_time_ms INTEGER NOT NULL
) WITHOUT ROWID`;

/** The shard of a code, found by the code's value. Its public methods are its RPC interface. */
export class Codes extends DurableObject<Env> {
  readonly #issued: IssuedCodes;
  readonly #scanned: ScannedCodes;

  constructor(context: DurableObjectState, env: Env) {
    super(context, env);
    migrate(context.storage, [CLAIMS_SCHEMA, ISSUED_CODES_SCHEMA, SCANNED_CODES_SCHEMA]);
    const { sql } = context.storage;
    const configuration = requireConfiguration(env);
    this.#issued = new IssuedCodes(sql, configuration);
    const { paymentTimeLimitMs } = configuration;
    this.#scanned = new ScannedCodes({ sql, nowMs, paymentTimeLimitMs, decode: (command) => this.#decode(command) });
  }

  /** Records payment codes that Alipay+ has issued, and returns those that may be shown. */
  issue(codes: readonly IssuedCode[]): string[] {
    return this.#issued.issue(codes);
  }

  /** Claims a payment code for a payment of a customer. The answer names the payment that holds it: always the same one. */
  claim(code: string, paymentId: string, customerId: string): CodeClaim {
    return this.#issued.claim(code, paymentId, customerId, nowMs());
  }

  /** What `claim` would find, without claiming; `undefined` when the code is free for this customer. */
  look(code: string, customerId: string): CodeClaim | undefined {
    return this.#issued.look(code, customerId, nowMs());
  }

  /** Whether a payment code has paid. */
  isUsed(code: string): boolean {
    return this.#issued.isUsed(code);
  }

  /** Lets Alipay+ decode an order code for a customer; repeats the answer while the code is valid. */
  scan(command: ScanCommand): Promise<ScanReply> {
    return this.#scanned.scan(command);
  }

  async #decode({ codeValue, customerId, passThroughInfo }: ScanCommand): Promise<DecodeVerdict> {
    const gateway = await gatewayOf(this.env);
    if ("fault" in gateway) throw new Error(gateway.fault);
    const request = { codeValue, customerId, ...(passThroughInfo !== undefined && { passThroughInfo }) };
    return alipayPlusClientOf(gateway).call("userInitiatedPay", request);
  }
}
