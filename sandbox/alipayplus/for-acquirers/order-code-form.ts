/**
 * The order code as a merchant shows it: its value, and images of it. Source: docs/spec/objects.md;
 * docs/spec/acquirer/older-interface.md#answer.
 */

import type { JsonObject } from "../../../protocol/json.ts";
import { formatTime } from "../../../protocol/time.ts";
import type { PaymentRecord } from "../payments/records/payment-records.ts";

/** The sizes of an image of a QR code, in pixels. */
export const IMAGE_PIXELS = { SMALLIMAGE: 128, MIDDLEIMAGE: 256, BIGIMAGE: 512 } as const;

/** A size by the name that Alipay+ has for it. */
export type ImageSize = keyof typeof IMAGE_PIXELS;

const IMAGE_SIZES = Object.keys(IMAGE_PIXELS) as readonly ImageSize[];

/** Where the image of an order code is found. */
export function imagePath(paymentId: string, size: ImageSize): string {
  return `/sandbox/acquirer/order-codes/${paymentId}/${size}.svg`;
}

/** `orderCodeForm`: a URL is no barcode, so that every form of it is a QR code. */
export function orderCodeFormOf(payment: PaymentRecord, codeValue: string, origin: string): JsonObject {
  const { paymentId, state } = payment;
  const images = IMAGE_SIZES.map((displayType) => ({
    codeValueType: "QRCODE",
    codeValue: origin + imagePath(paymentId, displayType),
    displayType,
  }));
  return {
    paymentMethodType: "CONNECT_WALLET",
    expireTime: formatTime(state.expiryTimeMs),
    codeDetails: [{ codeValueType: "QRCODE", codeValue, displayType: "TEXT" }, ...images],
  };
}
