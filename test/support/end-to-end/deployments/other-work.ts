/**
 * What a release does and stores apart from the payments of turns.ts: codes, orders, events, notifications, merchants.
 */
import { expect } from "vitest";
import { inquiryMessage, payMessage } from "../alipayplus-messages.ts";
import { eventually } from "../eventually.ts";
import type { CalledAlipayPlus } from "./called-alipayplus.ts";
import type { Deployments } from "./deployments.ts";

const CUSTOMER_ID = "customer-of-other-work";
const BALANCE_MINOR = 100_000n;
const AMOUNT_MINOR = 1_000n;

export class OtherWork {
  readonly #deployments: Deployments;
  readonly #alipayPlus: CalledAlipayPlus;
  #turn = 0;

  constructor(deployments: Deployments, alipayPlus: CalledAlipayPlus) {
    this.#deployments = deployments;
    this.#alipayPlus = alipayPlus;
  }

  /** Does everything once, under the deployment of now. */
  async take(registersMerchants: boolean): Promise<void> {
    if (this.#turn === 0) await this.#deployments.openCustomer(CUSTOMER_ID, BALANCE_MINOR);
    this.#turn += 1;
    await this.#payWithShownCode(`shown-${this.#turn}`);
    await this.#payScannedOrder(`scanned-${this.#turn}`);
    // Another device of the customer scans the order of the release before.
    if (this.#turn > 1) expect(await this.#scan(`scanned-${this.#turn - 1}`)).toBe("SUCCEEDED");
    expect(await this.#resultOf("cancelPayment", inquiryMessage(`never-paid-${this.#turn}`))).toBe("SUCCESS");
    if (registersMerchants)
      expect(await this.#resultOf("/merchants/registration", this.#registration())).toBe("SUCCESS");
  }

  async #payWithShownCode(paymentRequestId: string): Promise<void> {
    const shown = await this.#wallet.paymentCode(`device-${this.#turn}`);
    expect(shown).toMatchObject({ status: 200 });
    const { paymentCode } = shown.body;
    const payment = { paymentRequestId, paymentCode, customerId: CUSTOMER_ID, payToAmountMinor: AMOUNT_MINOR };
    expect(await this.#resultOf("pay", payMessage(payment))).toBe("SUCCESS");
  }

  async #payScannedOrder(paymentRequestId: string): Promise<void> {
    expect(await this.#scan(paymentRequestId)).toBe("AWAITING_CONFIRMATION");
    expect((await this.#wallet.confirm(paymentRequestId)).body.status).toBe("SUCCEEDED");
    await eventually(() => expect([...this.#alipayPlus.notified]).toContain(paymentRequestId));
    const stream = await this.#wallet.listen(0);
    await stream.first((message) => message.paymentRequestId === paymentRequestId);
    await stream.close();
  }

  /** The status of the payment that a scan leads to; the whole answer when it leads to none. */
  async #scan(paymentRequestId: string): Promise<unknown> {
    const { body } = await this.#wallet.scan(this.#alipayPlus.orderCode(paymentRequestId));
    return "payment" in body ? body.payment?.status : body;
  }

  get #wallet() {
    return this.#deployments.wallet(CUSTOMER_ID);
  }

  #registration(): object {
    const merchantInfo = { referenceMerchantId: `merchant-${this.#turn}`, merchantDisplayName: "Harbour Bakery" };
    return { registrationRequestId: `registration-${this.#turn}`, productCodes: ["IN_STORE_PAYMENT"], merchantInfo };
  }

  async #resultOf(interfaceName: string, message: object): Promise<unknown> {
    return (await this.#deployments.alipayplus.call(interfaceName, message)).result.resultCode;
  }
}
