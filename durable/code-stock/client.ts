/** The only way to a sheet of payment codes. */

import { repeatOnce } from "../platform/call-shard.ts";
import { callIttyObject } from "../platform/itty/client.ts";
import { shardOf } from "../platform/shard.ts";
import type { SheetBatch, SheetFailure, SheetView, SheetWish } from "./code-stock.ts";

/**
 * How many objects file sheets for each shard of the deployment. A file is written whole, so it should have few sheets;
 * an object of its own for each customer would have each of them open a database.
 */
const FILES_OF_SHARD = 64;

/** Half a SHA-256 is far beyond accident. */
const KEY_BYTES = 16;

/** One customer's sheet on one device. A call rejects only when its object cannot be reached or is broken. */
export type SheetClient = {
  readonly ask: (wish: SheetWish) => Promise<SheetView>;
  readonly store: (batch: SheetBatch) => Promise<SheetView>;
  readonly fail: (failure: SheetFailure) => Promise<SheetView>;
};

/**
 * The sheet of a customer on a device.
 *
 * @param namespace the SHEETS binding
 * @param shardCount the deployment's fixed number of shards
 */
export async function sheetOf(
  namespace: DurableObjectNamespace,
  shardCount: number,
  customerId: string,
  deviceTokenId: string,
): Promise<SheetClient> {
  const key = await sheetKey(customerId, deviceTokenId);
  const name = `sheets-${shardOf(key, shardCount * FILES_OF_SHARD)}`;
  const call = (method: keyof SheetClient, parameter: unknown) =>
    repeatOnce(() => callIttyObject(namespace, name, method, [key, parameter])) as Promise<SheetView>;
  return Object.freeze({
    ask: (wish: SheetWish) => call("ask", wish),
    store: (batch: SheetBatch) => call("store", batch),
    fail: (failure: SheetFailure) => call("fail", failure),
  });
}

/** Keys carry no personal data. As JSON the two parts cannot run together. */
async function sheetKey(customerId: string, deviceTokenId: string): Promise<string> {
  const bytes = new TextEncoder().encode(JSON.stringify([customerId, deviceTokenId]));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes), 0, KEY_BYTES).toHex();
}
