/** A notification of a wallet about a payment, as the console shows it. */
import { formatTime } from "../../../protocol/time.ts";
import type { ReceivedNotification } from "../../alipayplus/payments/records/received-notifications.ts";

/** `paymentId` is the wallet's. */
export function receivedNotificationJson(received: ReceivedNotification) {
  const { receivedTimeMs, resultCode, resultStatus, walletPaymentId: paymentId, answer } = received;
  return { time: formatTime(receivedTimeMs), resultCode, resultStatus, paymentId, answer };
}
