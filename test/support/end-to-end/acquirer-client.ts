/** An acquirer that calls Alipay+ (the sandbox) with signed messages. */
import type { KeyObject } from "node:crypto";
import { ACQUIRER_CLIENT_ID } from "../../../scripts/project.ts";
import { signBody } from "./alipayplus-messages.ts";
import { OWN_CONNECTION } from "./json-client.ts";
import { hkd, type Result, SandboxClient } from "./sandbox-client.ts";

/** The answer of Alipay+. */
type AcquirerAnswer = { readonly result: Result };

/** Calls one sandbox. */
export class AcquirerClient {
  readonly #origin: string;
  readonly #privateKey: KeyObject;

  constructor(origin: string, privateKey: KeyObject) {
    this.#origin = origin;
    this.#privateKey = privateKey;
  }

  /**
   * Sends a message, signed at the sandbox's time. Rejects with the error of `fetch` when there is no whole answer.
   *
   * @param fault the fault of this call (docs/sandbox/faults.md)
   */
  async call(interfaceName: string, message: object, fault?: string): Promise<AcquirerAnswer> {
    const { time } = await new SandboxClient(this.#origin).clock();
    const { path, headers, body } = await signBody(this.#privateKey, {
      clientId: ACQUIRER_CLIENT_ID,
      path: `/sandbox/aps/api/v1/payments/${interfaceName}`,
      body: JSON.stringify(message),
      requestTime: time,
    });
    const response = await fetch(this.#origin + path, {
      method: "POST",
      headers: { ...OWN_CONNECTION, ...headers, ...(fault !== undefined && { "Sandbox-Fault": fault }) },
      body,
    });
    return (await response.json()) as AcquirerAnswer;
  }

  /** Sends a pay of 3.00 HKD by a payment code. */
  pay(paymentRequestId: string, paymentCode: string, paymentNotifyUrl: string): Promise<AcquirerAnswer> {
    return this.call("pay", {
      paymentRequestId,
      order: { referenceOrderId: paymentRequestId, orderDescription: "Tea", orderAmount: hkd("300") },
      paymentAmount: hkd("300"),
      paymentMethod: { paymentMethodType: "CONNECT_WALLET", paymentMethodId: paymentCode },
      paymentFactor: { isInStorePayment: "true", inStorePaymentScenario: "PaymentCode" },
      paymentNotifyUrl,
    });
  }
}
