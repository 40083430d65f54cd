/** The only way to a stock of payment codes. */

import { repeatOnce } from "../platform/call-shard.ts";
import { callIttyObject } from "../platform/itty/client.ts";
import { shardOf } from "../platform/shard.ts";
import type { CodeStockBatch, CodeStockFailure, CodeStockRequest, CodeStockView } from "./code-stock.ts";

/**
 * How many objects keep stocks, for each shard of the deployment. An object writes all its stocks at once, so it should
 * have few; one object per customer would open one database each.
 */
const OBJECTS_OF_SHARD = 64;

/** Half a SHA-256: no two customers, and no two devices of one, ever share a key. */
const KEY_BYTES = 16;

/** One customer's stock on one device. A call rejects only when its object cannot be reached or is broken. */
export type CodeStockClient = {
  readonly ask: (request: CodeStockRequest) => Promise<CodeStockView>;
  readonly store: (batch: CodeStockBatch) => Promise<CodeStockView>;
  readonly fail: (failure: CodeStockFailure) => Promise<CodeStockView>;
};

/**
 * The stock of a customer on a device.
 *
 * @param namespace the CODE_STOCKS binding
 * @param shardCount the deployment's fixed number of shards
 */
export async function stockOf(
  namespace: DurableObjectNamespace,
  shardCount: number,
  customerId: string,
  deviceTokenId: string,
): Promise<CodeStockClient> {
  const [customer, device] = await Promise.all([digest(customerId), digest(customerId, deviceTokenId)]);
  const key = customer + device;
  // By the customer alone: one object sees all devices of a customer, so that it can limit them.
  const name = `stocks-${shardOf(customer, shardCount * OBJECTS_OF_SHARD)}`;
  const call = (method: keyof CodeStockClient, parameter: unknown) =>
    repeatOnce(() => callIttyObject(namespace, name, method, [key, parameter])) as Promise<CodeStockView>;
  return Object.freeze({
    ask: (request: CodeStockRequest) => call("ask", request),
    store: (batch: CodeStockBatch) => call("store", batch),
    fail: (failure: CodeStockFailure) => call("fail", failure),
  });
}

/** Keys carry no personal data. As JSON the parts cannot run together. */
async function digest(...parts: readonly string[]): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify(parts));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes), 0, KEY_BYTES).toHex();
}
