/** Makes the command of a sale for the Sales object: from the console, or from a shop's page. */
import { nowMs } from "../../protocol/clock.ts";
import { expiryTimeOf } from "../alipayplus/expiry-time.ts";
import type { Scenario } from "../alipayplus/payments/records/payment-records.ts";
import type { SellCommand } from "./messages.ts";
import { type PayWish, payMessageOf } from "./pay-message.ts";
import type { SaleScenario } from "./sale-records.ts";

/** A scenario as Alipay+'s side of the sandbox names it. */
const NETWORK_SCENARIOS: Record<SaleScenario, Scenario> = {
  PaymentCode: "PAYMENT_CODE",
  OrderCode: "ORDER_CODE",
  EntryCode: "ENTRY_CODE",
  Cashier: "CASHIER",
  AutoDebit: "AUTO_DEBIT",
};

/**
 * What the Sales object is asked for.
 *
 * @param wantedTimeMs `paymentExpiryTime` as the merchant wants it; Alipay+ cuts that of the cashier and of Auto Debit
 * @param origin the origin of the sandbox
 */
export function sellCommandOf(sale: PayWish, wantedTimeMs: number | undefined, origin: string): SellCommand {
  const now = nowMs();
  const expiryTimeMs = expiryTimeOf(NETWORK_SCENARIOS[sale.scenario], wantedTimeMs, now);
  return {
    paymentRequestId: sale.paymentRequestId,
    interface: sale.interface,
    scenario: sale.scenario,
    paymentAmount: sale.paymentAmount,
    expiryTimeMs,
    message: payMessageOf(sale, wantedTimeMs ?? expiryTimeMs, now),
    origin,
    fault: undefined,
  };
}
