/**
 * The shop that every payment is made in, unless the caller brings an order. Source: docs/spec/wallet/pay.md#request.
 */
import type { JsonObject, JsonValue } from "../../protocol/json.ts";
import type { WireAmount } from "../../protocol/money.ts";
import { newId } from "../rehearsal/request-id.ts";

/** The shop's own id. */
export const SAMPLE_MERCHANT_ID = "M0000000000001";

const MERCHANT = {
  referenceMerchantId: SAMPLE_MERCHANT_ID,
  merchantMCC: "5462",
  merchantName: "Harbour Bakery",
  merchantAddress: { region: "JP", city: "Yokohama" },
  store: { referenceStoreId: "S0000000000001", storeName: "Harbour Bakery, Pier 2", storeMCC: "5462" },
} as const satisfies JsonObject;

/** The same merchant in another of its stores. */
export function merchantOfStore(referenceStoreId: string): JsonObject {
  return {
    ...MERCHANT,
    store: { ...MERCHANT.store, referenceStoreId, storeName: `Harbour Bakery, ${referenceStoreId}` },
  };
}

/** An Order with a new reference. */
export function sampleOrder(orderAmount: WireAmount, merchant: JsonValue = MERCHANT): JsonObject {
  return { referenceOrderId: newId(), orderDescription: "Bread and coffee", orderAmount, merchant };
}
