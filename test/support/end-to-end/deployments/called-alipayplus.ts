/**
 * Alipay+ as the gateway calls it: gives out payment codes and code rules, decodes every order code, takes
 * notifications.
 */
import type { KeyObject } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { HOST } from "../../../../scripts/development/port.ts";
import { MPP_CLIENT_ID } from "../../../../scripts/project.ts";
import { payMessage, paymentCode, signBody } from "../alipayplus-messages.ts";

type Json = { readonly [parameter: string]: unknown };

const BASE_PATH = "/aps/api/v1";
const NOTIFY_PATH = "/notified";
/** Every order code begins with it. */
const ORDER_CODES = "https://qr.example/281";
const AMOUNT_MINOR = 1_000n;
const CODE_LIFETIME_MS = 300_000;

/** Codes of other tests and other customers begin lower. */
const FIRST_SERIAL = 1_000_000;

export class CalledAlipayPlus {
  /** The payments whose results it was notified of. */
  readonly notified = new Set<unknown>();
  readonly #privateKey: KeyObject;
  readonly #server = createServer((request, response) => void this.#answer(request, response));
  #serial = FIRST_SERIAL;

  private constructor(privateKey: KeyObject) {
    this.#privateKey = privateKey;
  }

  /** @param privateKey signs its answers */
  static async start(privateKey: KeyObject): Promise<CalledAlipayPlus> {
    const alipayPlus = new CalledAlipayPlus(privateKey);
    alipayPlus.#server.listen(0, HOST);
    await once(alipayPlus.#server, "listening");
    return alipayPlus;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** The value of an order code; the payment of its order has the name. */
  orderCode(paymentRequestId: string): string {
    return `${ORDER_CODES}/${paymentRequestId}`;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = String(request.url);
    const message = JSON.parse(await text(request)) as Json;
    const result = { resultCode: "SUCCESS", resultStatus: "S", resultMessage: "Success" };
    const body = JSON.stringify({ result, ...this.#answerTo(path, message) });
    const requestTime = new Date().toISOString();
    const { headers } = await signBody(this.#privateKey, { clientId: MPP_CLIENT_ID, path, body, requestTime });
    response.writeHead(200, { ...headers, "Response-Time": requestTime }).end(body);
  }

  #answerTo(path: string, message: Json): Json {
    switch (path) {
      case NOTIFY_PATH:
        this.notified.add(message.paymentRequestId);
        return {};
      case `${BASE_PATH}/codes/getPaymentCode`:
        return { paymentCodeInfoList: [this.#newCode()] };
      case `${BASE_PATH}/codes/inquiryCodeRules`:
        return { version: "1", codeRules: [ORDER_CODE_RULE] };
      case `${BASE_PATH}/payments/userInitiatedPay`:
        return orderOf(String(message.codeValue), String(message.customerId));
      default:
        throw new Error(`Alipay+ has no answer for ${path}`);
    }
  }

  #newCode(): Json {
    this.#serial += 1;
    const [start, expiry] = [Date.now(), Date.now() + CODE_LIFETIME_MS].map((timeMs) => new Date(timeMs).toISOString());
    return { paymentCode: paymentCode(this.#serial), codeValidityStartTime: start, codeExpiryTime: expiry };
  }
}

const ORDER_CODE_RULE = {
  codeMatchPattern: { matchMethod: "PREFIX", prefix: ORDER_CODES, priority: "1" },
  postCodeMatchAction: { postCodeMatchActionType: "DECODE" },
};

function orderOf(codeValue: string, customerId: string): Json {
  const paymentRequestId = codeValue.slice(ORDER_CODES.length + 1);
  const sample = payMessage({ paymentRequestId, paymentCode: "", customerId, payToAmountMinor: AMOUNT_MINOR });
  return {
    ...sample,
    codeType: "ORDER_CODE",
    paymentFactor: { isInStorePayment: "true", isCashierPayment: "true" },
    paymentNotifyUrl: `https://alipayplus.example${NOTIFY_PATH}`,
  };
}
