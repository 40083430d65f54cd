/** Fetches the next batch of payment codes for a stock. Source: docs/spec/wallet/get-payment-code.md. */

import { alipayPlusClientOf } from "../../../durable/alipayplus-client.ts";
import type { CodeStockClient } from "../../../durable/code-stock/client.ts";
import type { CodeStockView, StockedCode } from "../../../durable/code-stock/code-stock.ts";
import { atHomeOfCustomer } from "../../../durable/customers/call-home.ts";
import type { Gateway } from "../../../durable/env.ts";
import { logFault } from "../../../durable/platform/log.ts";
import type { Answers } from "../../../protocol/exchange/schemas.ts";
import { SECOND_MS } from "../../../protocol/time.ts";

/** The customer and the device that codes are for, and the region. */
type CodeHolder = {
  readonly customerId: string;
  readonly deviceTokenId: string;
  /** ISO 3166 alpha-2. */
  readonly region: string | undefined;
};

/** The parameters of a renewal. */
type Renewal = {
  readonly gateway: Gateway;
  readonly stock: Pick<CodeStockClient, "store" | "fail">;
  readonly holder: CodeHolder;
  readonly requestId: string;
};

/**
 * Fetches codes, registers them, and stores those that may be shown in the stock, or marks the lease as failed.
 *
 * @param leaseId of the lease that the stock has granted
 * @returns the stock's view after it
 * @throws what the runtime throws when the stock cannot be reached; the lease then expires
 */
export async function renewCodes(
  { gateway, stock, holder, requestId }: Renewal,
  leaseId: string,
): Promise<CodeStockView> {
  const { customerId, deviceTokenId, region } = holder;
  const { paymentCodeQuantity, indirectMpp } = gateway.configuration;
  const result = await alipayPlusClientOf(gateway).call("getPaymentCode", {
    ...(region !== undefined && { region }),
    customerId,
    codeQuantity: String(paymentCodeQuantity),
    env: { deviceTokenId },
    ...(indirectMpp && { indirectMpp }),
  });
  switch (result.outcome) {
    case "S":
      return stock.store({ leaseId, codes: await showableCodes(gateway, customerId, result.answer, requestId) });
    case "F":
      logFault("payment-codes-refused", result.code, { requestId });
      return stock.fail({ leaseId, resultCode: result.code });
    case "U":
      logFault("payment-codes-unknown", result.reason === "RESULT_UNKNOWN" ? result.code : result.reason, {
        requestId,
      });
      return stock.fail({ leaseId });
  }
}

/** The codes of an answer that the customer may be shown. */
async function showableCodes(
  gateway: Gateway,
  customerId: string,
  { paymentCodeInfoList }: Answers["getPaymentCode"],
  requestId: string,
): Promise<StockedCode[]> {
  const issued = paymentCodeInfoList.map(({ paymentCode, codeExpiryTime }) => ({
    paymentCode,
    expiryTimeMs: codeExpiryTime,
  }));
  // Recorded before they are shown: no code is shown to two customers, and each pays for its own.
  const showable = await atHomeOfCustomer(gateway, customerId, async (customers) =>
    customers.issueCodes(customerId, issued),
  );
  const accepted = new Set(showable);
  const leftOut = issued.length - accepted.size;
  if (leftOut > 0) logFault("payment-codes-left-out", `${leftOut} of ${issued.length}`, { requestId });
  return paymentCodeInfoList
    .filter(({ paymentCode }) => accepted.has(paymentCode))
    .map(({ paymentCode, codeValidityStartTime, codeExpiryTime }) => ({
      paymentCode,
      startTimeMs: codeValidityStartTime,
      // Answers carry whole seconds: no code must look valid for longer than it is.
      expiryTimeMs: Math.floor(codeExpiryTime / SECOND_MS) * SECOND_MS,
    }));
}
