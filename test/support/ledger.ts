/** Homes with the embedded core under test, and requests to them. */

import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { Customers } from "../../durable/customers/object.ts";
import { type CustomerView, Ledger } from "../../durable/ledger/ledger.ts";
import type { OpenCustomerAnswer } from "../../durable/ledger/open-customer.ts";
import type { CustomerSettings } from "../../durable/ledger/settings.ts";
import type { AccountSum } from "../../durable/ledger/trial-balance.ts";
import type {
  CancelReply,
  EvaluateReply,
  KnownPayReply,
  PayCommand,
  PaymentReference,
  PayReply,
  RefundCommand,
  RefundReply,
} from "../../durable/messages.ts";
import type { DebitRequest } from "../../durable/wallet-core/port.ts";
import type { Money } from "../../protocol/money.ts";
import { newPaymentCode } from "./alipayplus.ts";

/** A time on an ordinary day: 2026-03-10T12:00:00+08:00. */
export const NOON_MS = Date.parse("2026-03-10T12:00:00+08:00");

/** Minor units of Hong Kong dollars. */
export function hkd(amountMinor: bigint): Money {
  return { currency: "HKD", amountMinor };
}

/** A refund as a test requests it; the customer gets `credit`, the debt to Alipay+ shrinks by `payTo`. */
export type TestRefund = {
  readonly refundId: string;
  readonly paymentId: string;
  readonly credit: Money;
  readonly payTo: Money;
};

/**
 * A home that no other test uses. The directory is one for all homes: so its payments and refunds have ids of their own
 * there, and are shown by those that the test names.
 */
export class TestHome {
  readonly #customers: DurableObjectStub<Customers>;
  readonly #prefix: string;
  readonly #codes = new Map<string, string>();

  constructor(
    customers: DurableObjectStub<Customers> = env.CUSTOMERS.getByName(crypto.randomUUID()),
    prefix = `${crypto.randomUUID()}-`,
  ) {
    this.#customers = customers;
    this.#prefix = prefix;
  }

  /** The object, to be evicted. */
  get stub(): DurableObjectStub {
    return this.#customers as DurableObjectStub;
  }

  /** Runs `callback` inside the object, where calls need no RPC and throw without noise. */
  inside<Result>(callback: (home: TestHome, storage: DurableObjectStorage) => Result): Promise<Awaited<Result>> {
    return runInDurableObject(this.stub, (customers, { storage }) =>
      // What a stub has, its object has as well.
      callback(new TestHome(customers as unknown as DurableObjectStub<Customers>, this.#prefix), storage),
    ) as Promise<Awaited<Result>>;
  }

  /** A payment is the debit of its customer. */
  debit(request: DebitRequest): Promise<PayReply> {
    return this.#customers.pay(this.#commandOf(request)) as Promise<PayReply>;
  }

  evaluate(request: DebitRequest): Promise<EvaluateReply> {
    return this.#customers.evaluate(this.#commandOf(request)) as Promise<EvaluateReply>;
  }

  /** What Alipay+ sees of a payment; IN_PROCESS when the home does not know it. */
  async inquire(paymentId: string): Promise<KnownPayReply> {
    return (await this.#customers.inquire(this.#referenceOf(paymentId))).payment as KnownPayReply;
  }

  /** A cancel reverses the debit. */
  reverse(paymentId: string): Promise<CancelReply> {
    return this.#customers.cancel(this.#referenceOf(paymentId)) as Promise<CancelReply>;
  }

  refund({ refundId, paymentId, credit, payTo }: TestRefund): Promise<RefundReply> {
    const command: RefundCommand = {
      refundId: this.#prefix + refundId,
      refundRequestId: refundId,
      paymentId: this.#prefix + paymentId,
      fingerprint: fingerprintOf([credit, payTo]),
      refundAmount: payTo,
      refundFromAmount: payTo,
      surchargeAmount: credit,
      message: "{}",
    };
    return this.#customers.refund(command, this.#referenceOf(paymentId)) as Promise<RefundReply>;
  }

  openCustomer(customerId: string, settings: CustomerSettings): Promise<OpenCustomerAnswer> {
    return this.#customers.openCustomer(customerId, settings) as Promise<OpenCustomerAnswer>;
  }

  async customer(customerId: string): Promise<CustomerView | undefined> {
    const view = (await this.#customers.customer(customerId)) as CustomerView | undefined;
    return (
      view && {
        ...view,
        entries: view.entries.map((entry) => ({
          ...entry,
          id: entry.id.replace(this.#prefix, ""),
          paymentId: entry.paymentId?.replace(this.#prefix, ""),
        })),
      }
    );
  }

  async trialBalance(): Promise<readonly AccountSum[]> {
    return (await this.#customers.trialBalance()) as readonly AccountSum[];
  }

  #referenceOf(paymentId: string): PaymentReference {
    const expiryTimeMs = Number.MAX_SAFE_INTEGER;
    return { paymentId: this.#prefix + paymentId, paymentRequestId: paymentId, expiryTimeMs };
  }

  #commandOf(request: DebitRequest): PayCommand {
    const { paymentId, customerId, debit, payTo, referenceMerchantId, merchantCategoryCode, expiryTimeMs } = request;
    const paymentCode = this.#codes.get(paymentId) ?? newPaymentCode();
    this.#codes.set(paymentId, paymentCode);
    return {
      paymentId: this.#prefix + paymentId,
      paymentRequestId: paymentId,
      fingerprint: fingerprintOf([debit, payTo], customerId),
      receivedTimeMs: Date.now(),
      expiryTimeMs,
      terms: {
        customerId,
        paymentCode,
        paymentAmount: payTo,
        payToAmount: payTo,
        debit,
        referenceMerchantId,
        merchantCategoryCode,
      },
      texts: { message: "{}", paymentPromoInfo: undefined, paymentNotifyUrl: undefined },
    };
  }
}

function fingerprintOf(amounts: readonly Money[], customerId = ""): string {
  return [customerId, ...amounts.map(({ currency, amountMinor }) => `${currency}${amountMinor}`)].join(" ");
}

/** The ledger of a home, without the payments that use it. */
export function ledgerOn(storage: DurableObjectStorage): Ledger {
  return new Ledger(storage.sql, () => undefined);
}

/** A fresh home with customer `alice`, who has 100,000 HKD cents and no limits. */
export async function homeWithAlice(settings: Partial<CustomerSettings> = {}): Promise<TestHome> {
  const home = new TestHome();
  await home.openCustomer("alice", { currency: "HKD", balance: 100_000n, ...settings });
  return home;
}

/** A debit of 1,000 from `alice`, all of it owed to Alipay+, that does not expire in this test. */
export function debitOf(paymentId: string, changes: Partial<DebitRequest> = {}): DebitRequest {
  const debit = changes.debit ?? hkd(1_000n);
  return {
    paymentId,
    customerId: "alice",
    debit,
    payTo: debit,
    referenceMerchantId: "merchant-1",
    merchantCategoryCode: "5411",
    expiryTimeMs: Number.MAX_SAFE_INTEGER,
    ...changes,
  };
}

/** A refund of 400 of a payment, on both sides. */
export function refundOf(refundId: string, paymentId: string, changes: Partial<TestRefund> = {}): TestRefund {
  const credit = changes.credit ?? hkd(400n);
  return { refundId, paymentId, credit, payTo: credit, ...changes };
}

/** The balance of a customer. */
export async function balanceOf(home: TestHome, customerId = "alice"): Promise<bigint> {
  const customer = await home.customer(customerId);
  if (customer === undefined) {
    throw new Error(`${customerId} is unknown`);
  }
  return customer.balance;
}

/** Every account of the home that is not zero, as `{"HKD customers": 5n}`. */
export async function sumsOf(home: TestHome): Promise<Record<string, bigint>> {
  const sums = (await home.trialBalance()).filter(({ sumMinor }) => sumMinor !== 0n);
  return Object.fromEntries(sums.map(({ currency, account, sumMinor }) => [`${currency} ${account}`, sumMinor]));
}
