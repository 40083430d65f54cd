/**
 * Signed calls to the gateway as Alipay+ makes them, for the benchmark and the tests from outside.
 *
 * Source: docs/spec/messages.md#headers, docs/spec/signatures.md#signed-content; docs/spec/wallet/pay.md#request for
 * the sample payment.
 */
import { type KeyObject, sign } from "node:crypto";
import { promisify } from "node:util";
import { KEY_VERSION, MPP_CLIENT_ID } from "../../../scripts/project.ts";

const signAsync = promisify(sign);

const BASE_PATH = "/aps/api/v1";
const ACQUIRER_ID = "1022188000000000001";
const PSP_ID = "1022172000000000001";

/** A 24-digit payment code: the issuer's six digits, `02`, and sixteen more. */
const CODE_PREFIX = "28100602";
const CODE_SERIAL_DIGITS = 16;

/** A call that is ready to be sent with POST. */
export type SignedCall = {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

/** What makes one payment differ from another. */
type SamplePayment = {
  readonly paymentRequestId: string;
  readonly paymentCode: string;
  readonly customerId: string;
  /** In won, the currency of the sample's wallet, and a multiple of ten. */
  readonly payToAmountMinor: bigint;
};

/** The currency of the sample's wallet. */
export const SAMPLE_CURRENCY = "KRW";

/** The payment code with a serial number; each code pays once. */
export function paymentCode(serial: number | bigint): string {
  return CODE_PREFIX + String(serial).padStart(CODE_SERIAL_DIGITS, "0");
}

/** A message before it is signed. */
type UnsignedCall = {
  readonly clientId: string;
  readonly path: string;
  readonly body: string;
  /** As it stands in the header, ISO 8601. */
  readonly requestTime: string;
};

/** Signs any message. Rejects only when the key cannot sign. */
export async function signBody(privateKey: KeyObject, call: UnsignedCall): Promise<SignedCall> {
  const { clientId, path, body, requestTime } = call;
  const content = Buffer.from(`POST ${path}\n${clientId}.${requestTime}.${body}`);
  const signature = encodeURIComponent((await signAsync("sha256", content, privateKey)).toString("base64"));
  return {
    path,
    headers: {
      "Client-Id": clientId,
      "Request-Time": requestTime,
      Signature: `algorithm=RSA256,keyVersion=${KEY_VERSION},signature=${signature}`,
      "Content-Type": "application/json; charset=UTF-8",
    },
    body,
  };
}

/**
 * Signs a call as Alipay+ at a time. Rejects only when the key cannot sign.
 *
 * @param interfaceName of payments; of another service its path, such as `/merchants/registration`
 */
export function signCall(
  privateKey: KeyObject,
  interfaceName: string,
  message: object,
  timeMs = Date.now(),
  clientId = MPP_CLIENT_ID,
): Promise<SignedCall> {
  const path = BASE_PATH + (interfaceName.startsWith("/") ? interfaceName : `/payments/${interfaceName}`);
  const call = {
    clientId,
    path,
    body: JSON.stringify(message),
    requestTime: new Date(timeMs).toISOString(),
  };
  return signBody(privateKey, call);
}

/** The documentation's sample of pay: at the sample's quote, one yen for ten won. */
export function payMessage(payment: SamplePayment): object {
  const paymentAmount = { value: String(payment.payToAmountMinor / 10n), currency: "JPY" };
  return {
    order: {
      referenceOrderId: `ORDER_${payment.paymentRequestId}`,
      orderDescription: "SHOES",
      orderAmount: paymentAmount,
      merchant: {
        referenceMerchantId: "M0000000000001",
        merchantMCC: "5411",
        merchantName: "UGG",
        merchantAddress: { region: "JP", city: "Tokyo" },
        store: { referenceStoreId: "S0000000000001", storeName: "UGG-2", storeMCC: "5411" },
      },
    },
    acquirerId: ACQUIRER_ID,
    pspId: PSP_ID,
    paymentRequestId: payment.paymentRequestId,
    paymentAmount,
    paymentMethod: {
      paymentMethodType: "CONNECT_WALLET",
      paymentMethodId: payment.paymentCode,
      customerId: payment.customerId,
    },
    payToAmount: { value: String(payment.payToAmountMinor), currency: SAMPLE_CURRENCY },
    paymentQuote: { quoteId: "1234567", quoteCurrencyPair: "JPY/KRW", quotePrice: "10.0000" },
    paymentFactor: { isInStorePayment: "true", inStorePaymentScenario: "PaymentCode" },
  };
}

/** The inquiryPayment of one payment (docs/spec/wallet/inquiry-payment.md). */
export function inquiryMessage(paymentRequestId: string): object {
  return { acquirerId: ACQUIRER_ID, pspId: PSP_ID, paymentRequestId };
}
