/** A customer's payments while releases take turns: each goes on with what the one before has begun. */
import { expect } from "vitest";
import type { Bundle } from "../../../../scripts/bundle/bundle.ts";
import { inquiryMessage, payMessage, paymentCode, SAMPLE_CURRENCY } from "../alipayplus-messages.ts";
import { eventually } from "../eventually.ts";
import type { CalledAlipayPlus } from "./called-alipayplus.ts";
import type { Deployments } from "./deployments.ts";
import type { HangingCore } from "./hanging-core.ts";
import { OtherWork } from "./other-work.ts";
import { deleteCodeRules, makeOpenWorkDue } from "./stored-state.ts";

const CUSTOMER_ID = "customer-of-every-release";
const BALANCE_MINOR = 100_000n;

/** One shard of each class: every release opens the same objects, also for what is new. */
const SETTINGS = { SHARD_COUNT: "1", FOREIGN_PAYMENT_CODES: "ACCEPT", MERCHANT_REGISTRATION: "REPORTING" };
const AMOUNT_MINOR = 1_000n;
const REFUND_MINOR = 400n;

/** A call of Alipay+: its interface and its message. */
type Question = readonly [interfaceName: string, message: object];

/** The calls about one payment. */
type Sale = {
  readonly pay: Question;
  readonly inquiry: Question;
  readonly cancel: Question;
  readonly refund: (paymentId: unknown) => Question;
};

function saleOf(serial: number): Sale {
  const paymentRequestId = `sale-${serial}`;
  const reference = inquiryMessage(paymentRequestId);
  const payment = { paymentRequestId, paymentCode: paymentCode(serial), customerId: CUSTOMER_ID };
  const amounts = {
    refundAmount: { currency: "JPY", value: String(REFUND_MINOR / 10n) },
    refundFromAmount: { currency: SAMPLE_CURRENCY, value: String(REFUND_MINOR) },
  };
  return {
    pay: ["pay", payMessage({ ...payment, payToAmountMinor: AMOUNT_MINOR })],
    inquiry: ["inquiryPayment", reference],
    cancel: ["cancelPayment", reference],
    refund: (paymentId) => [
      "refund",
      { ...reference, paymentId, refundRequestId: `of-${paymentRequestId}`, ...amounts },
    ],
  };
}

/** The other end of the gateway's calls: the core over HTTP, or, with the embedded core, Alipay+. */
type OtherEnd = { readonly core: HangingCore } | { readonly alipayPlus: CalledAlipayPlus };

export class Turns {
  readonly #deployments: Deployments;
  /** The core over HTTP; the embedded one without it. */
  readonly #core: HangingCore | undefined;
  readonly #alipayPlus: CalledAlipayPlus | undefined;
  readonly #otherWork: OtherWork | undefined;
  #serial = 0;
  /** Calls whose answers do not change any more, and these answers, byte for byte. */
  readonly #settled: Question[] = [];
  #answers: readonly string[] = [];
  /** Calls that were answered U. */
  #open: Question[] = [];
  /** What the release before was paid: one to refund, one to cancel. */
  #earlier: readonly [Sale, Sale] | undefined;
  #takenMinor = 0n;

  constructor(deployments: Deployments, otherEnd: OtherEnd) {
    this.#deployments = deployments;
    if ("core" in otherEnd) {
      this.#core = otherEnd.core;
      this.#core.openCustomer(CUSTOMER_ID, BALANCE_MINOR);
    } else {
      this.#alipayPlus = otherEnd.alipayPlus;
      this.#otherWork = new OtherWork(deployments, this.#alipayPlus);
    }
  }

  /**
   * Deploys a release: what is open becomes final, what is final stays, it takes, refunds and cancels payments, and
   * does all other work.
   *
   * @param registersMerchants whether the release can
   */
  async take(release: Bundle, registersMerchants: boolean): Promise<void> {
    await this.#deployments.stop();
    deleteCodeRules(this.#deployments.storageDirectory);
    await this.#deploy(release);
    expect(await this.#ask()).toEqual(this.#answers);
    await this.#finish();
    if (this.#earlier) {
      const [refunded, cancelled] = this.#earlier;
      await this.#refund(refunded);
      await this.#cancel(cancelled);
    }
    this.#earlier = [await this.#pay(), await this.#pay()];
    if (this.#core) await this.#leaveOpen(this.#core);
    await this.#otherWork?.take(registersMerchants);
    this.#answers = await this.#ask();
  }

  /** Everything is final and agreed on in the end. */
  async end(release: Bundle): Promise<void> {
    await this.#deploy(release);
    expect(await this.#ask()).toEqual(this.#answers);
    await this.#finish();
    const balance = () => this.#core?.balanceOf(CUSTOMER_ID) ?? this.#deployments.balanceOf(CUSTOMER_ID);
    await eventually(async () => expect(await balance()).toBe(BALANCE_MINOR - this.#takenMinor));
  }

  async #deploy(release: Bundle): Promise<void> {
    await this.#deployments.stop();
    if (this.#core) this.#core.hangs = false;
    makeOpenWorkDue(this.#deployments.storageDirectory);
    await this.#deployments.deploy(release, { ...SETTINGS, ...this.#core?.settings }, this.#alipayPlus?.port);
    expect(await this.#deployments.health()).toEqual({ status: 200, body: { status: "ready" } });
    if (!this.#core && this.#serial === 0) await this.#deployments.openCustomer(CUSTOMER_ID, BALANCE_MINOR);
  }

  async #finish(): Promise<void> {
    for (const question of this.#open) {
      await eventually(async () => expect(await this.#resultOf(question)).toBe("S SUCCESS"));
      this.#settled.push(question);
    }
    this.#open = [];
  }

  async #ask(): Promise<string[]> {
    const answers: string[] = [];
    for (const question of this.#settled) answers.push((await this.#deployments.alipayplus.send(...question)).body);
    return answers;
  }

  async #pay(): Promise<Sale> {
    const sale = this.#newSale();
    await this.#settle(sale.pay);
    this.#settled.push(sale.inquiry);
    return sale;
  }

  async #refund(sale: Sale): Promise<void> {
    await this.#settle(await this.#refundOf(sale));
    this.#takenMinor -= REFUND_MINOR;
  }

  async #cancel({ cancel }: Sale): Promise<void> {
    await this.#settle(cancel);
    this.#takenMinor -= AMOUNT_MINOR;
  }

  /** A payment, a refund and a reversal that the core makes without a word. */
  async #leaveOpen(core: HangingCore): Promise<void> {
    const [refunded, cancelled] = [await this.#pay(), await this.#pay()];
    const open = [this.#newSale().pay, await this.#refundOf(refunded)];
    core.hangs = true;
    for (const question of open) expect(await this.#resultOf(question)).toBe("U PAYMENT_IN_PROCESS");
    this.#open = open;
    this.#takenMinor -= REFUND_MINOR;
    // Closed as soon as it is stored; the resolver asks the core again.
    await this.#cancel(cancelled);
  }

  #newSale(): Sale {
    this.#serial += 1;
    this.#takenMinor += AMOUNT_MINOR;
    return saleOf(this.#serial);
  }

  async #settle(question: Question): Promise<void> {
    expect(await this.#resultOf(question)).toBe("S SUCCESS");
    this.#settled.push(question);
  }

  async #refundOf({ pay, refund }: Sale): Promise<Question> {
    return refund((await this.#deployments.alipayplus.call(...pay)).paymentId);
  }

  async #resultOf(question: Question): Promise<string> {
    const { resultStatus, resultCode } = (await this.#deployments.alipayplus.call(...question)).result;
    return `${resultStatus} ${resultCode}`;
  }
}
