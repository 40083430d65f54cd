/**
 * The pay message of a sale, for either interface. Source: docs/spec/acquirer/interfaces.md#pay;
 * docs/spec/wallet/pay.md#scenarios; docs/spec/acquirer/older-interface.md.
 */

import { definedMembers } from "../../protocol/absent-parameters.ts";
import type { JsonObject, JsonValue } from "../../protocol/json.ts";
import type { Money } from "../../protocol/money.ts";
import { amountOf } from "../../protocol/parameters.ts";
import { formatTime } from "../../protocol/time.ts";
import { ACQUIRER_HOST, NOTIFICATIONS_PATH } from "./address.ts";
import type { SaleScenario, SalesInterface } from "./sale-records.ts";
import { sampleOrder } from "./sample-order.ts";

const NOTIFY_URL = `https://${ACQUIRER_HOST}${NOTIFICATIONS_PATH}`;
const TERMINAL_ID = "T0000000000001";

/** Where a customer of the cashier shops: on a desktop, on a page on a phone, in an app (docs/spec/objects.md). */
export const TERMINAL_TYPES = ["WEB", "WAP", "APP"] as const;

type TerminalType = (typeof TERMINAL_TYPES)[number];

/** The parameters of a sale, checked; those that are only passed on are as written. */
export type PayWish = {
  readonly paymentRequestId: string;
  readonly interface: SalesInterface;
  readonly scenario: SaleScenario;
  readonly paymentAmount: Money;
  readonly paymentCode?: string | undefined;
  /** With AutoDebit alone. */
  readonly accessToken?: string | undefined;
  readonly settlementCurrency?: string | undefined;
  /** Otherwise a bakery in Yokohama. */
  readonly order?: JsonValue | undefined;
  /** The merchant of that order. */
  readonly merchant?: JsonValue | undefined;
  readonly paymentRedirectUrl?: string | undefined;
  /** Where the customer of the cashier shops; on a desktop unless it is said. */
  readonly terminalType?: TerminalType | undefined;
};

/**
 * The message of pay.
 *
 * @param expiryTimeMs what goes out as `paymentExpiryTime`; Alipay+ may cut it
 */
export function payMessageOf(wish: PayWish, expiryTimeMs: number, nowMs: number): JsonObject {
  const { scenario, paymentCode, accessToken, settlementCurrency, paymentRedirectUrl } = wish;
  const paymentAmount = amountOf(wish.paymentAmount);
  const env = environmentOf(scenario, wish.terminalType ?? "WEB", nowMs);
  const sample = () => ({ ...sampleOrder(paymentAmount, wish.merchant), env });
  return definedMembers({
    productCode: wish.interface === "OLDER" ? "IN_STORE_PAYMENT" : undefined,
    paymentRequestId: wish.paymentRequestId,
    order: wish.order ?? sample(),
    paymentAmount,
    paymentMethod: definedMembers({ paymentMethodType: "CONNECT_WALLET", paymentMethodId: accessToken ?? paymentCode }),
    paymentFactor: paymentFactorOf(scenario, wish.interface),
    paymentExpiryTime: formatTime(expiryTimeMs),
    paymentNotifyUrl: NOTIFY_URL,
    paymentRedirectUrl,
    settlementStrategy: settlementCurrency === undefined ? undefined : { settlementCurrency },
  });
}

/** The older interface is for shops alone: its only factor is the scenario. */
function paymentFactorOf(scenario: SaleScenario, called: SalesInterface): JsonObject {
  if (scenario === "Cashier")
    return { isInStorePayment: "false", isCashierPayment: "true", presentmentMode: "UNIFIED" };
  if (scenario === "AutoDebit") {
    return { isInStorePayment: "false", isAgreementPayment: "true", presentmentMode: "BUNDLE" };
  }
  if (called === "OLDER") return { inStorePaymentScenario: scenario };
  return { isInStorePayment: "true", inStorePaymentScenario: scenario };
}

/**
 * The place of the order: which members are required depends on the scenario
 * (docs/spec/acquirer/older-interface.md#request).
 */
function environmentOf(scenario: SaleScenario, terminalType: TerminalType, nowMs: number): JsonObject {
  switch (scenario) {
    case "PaymentCode":
    case "OrderCode":
      // To the millisecond, as it is documented.
      return { storeTerminalId: TERMINAL_ID, storeTerminalRequestTime: new Date(nowMs).toISOString() };
    case "EntryCode":
      return { terminalType: "WAP", osType: "ANDROID" };
    case "Cashier":
      return terminalType === "WEB" ? { terminalType } : { terminalType, osType: "ANDROID" };
    case "AutoDebit":
      return { terminalType: "WEB" };
  }
}
