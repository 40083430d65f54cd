/** The older merchant interface, as an acquirer calls it (docs/spec/acquirer/older-interface.md). */
import { hkd } from "../amounts.ts";
import { callAs, newId, payMessage, type Tampering } from "./acquirer.ts";
import { codeOf } from "./sandbox.ts";

/** Below it are pay, inquiryPayment, cancel and refund. */
const BASE_PATH = "/sandbox/v1/payments";

/** A name of today that this interface has another for, or none, in a JSON text. */
export const TODAY_NAMES = /"(customerId|walletBrandName|settlementAmount|paymentUrl|paymentResult|acquirerId|pspId)":/;

/** A merchant with what is mandatory in a shop. */
export const SHOP = {
  referenceMerchantId: "M1",
  merchantMCC: "5411",
  store: { referenceStoreId: "S1", storeMCC: "5411" },
};

const ENV = { storeTerminalId: "T1", storeTerminalRequestTime: "2026-01-01T12:00:00.123+08:00" };

/** Calls an interface. */
export const askOlder = (name: string, message: object, tampering?: Tampering) =>
  callAs(`${BASE_PATH}/${name}`, message, tampering);

/** A pay message for a code, or what `changes` make of it. */
export function olderMessage(paymentCode: string, changes: object = {}) {
  return payMessage(paymentCode, {
    productCode: "IN_STORE_PAYMENT",
    order: { referenceOrderId: newId(), orderAmount: hkd("1000"), merchant: SHOP, env: ENV },
    paymentFactor: { inStorePaymentScenario: "PaymentCode" },
    ...changes,
  });
}

/** A payment of a customer by a fresh code: what was sent, and what came back. */
export async function payOlder(customerId: string, changes: object = {}) {
  const message = olderMessage(await codeOf(customerId), changes);
  return { message, answer: await askOlder("pay", message) };
}
