/**
 * The values of order codes. None can be guessed, unless a seed is set (random.ts). Source: docs/spec/order-codes.md.
 */
import { randomDigits } from "../rehearsal/random.ts";
import { newId } from "../rehearsal/request-id.ts";

/**
 * The forms of an order code: of a QR code as the core names them, and digits for a barcode, which cannot hold a URL.
 */
export const ORDER_CODE_FORMS = ["PRIVATE_ORDER_CODE", "MPM_STANDARD", "BARCODE"] as const;

/** A form of an order code. */
type OrderCodeForm = (typeof ORDER_CODE_FORMS)[number];

/** `281`, the acquirer's number `002` with Alipay+, `04` for an order code, and the acquirer's own `0001`. */
export const PRIVATE_ORDER_CODE_START = "https://sandbox.plusgate.example/281002040001";
/** In upper case, as a QR code takes less room with it. */
export const MPM_ORDER_CODE_START = "HTTPS://SANDBOX.PLUSGATE.EXAMPLE/MPM/3/GPLD";
/**
 * `281002` as above, and `04` for an order code where a payment code has `02`; 16 digits follow. The form is made up.
 */
export const BARCODE_ORDER_CODE_START = "28100204";
/** As many as a payment code has. */
const BARCODE_DIGITS = 16;
/** The object of the payload that holds the order; an invented tag. */
const ORDER_OBJECT_ID = "ORDR";

/** A new order code. */
export function newOrderCodeValue(form: OrderCodeForm): string {
  switch (form) {
    case "PRIVATE_ORDER_CODE":
      return PRIVATE_ORDER_CODE_START + newId();
    case "MPM_STANDARD":
      return MPM_ORDER_CODE_START + withLength(ORDER_OBJECT_ID + withLength(newId().toUpperCase()));
    case "BARCODE":
      return BARCODE_ORDER_CODE_START + randomDigits(BARCODE_DIGITS);
  }
}

/** A text after its length in three digits. */
function withLength(text: string): string {
  return String(text.length).padStart(3, "0") + text;
}
