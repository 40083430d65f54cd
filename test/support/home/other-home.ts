/** Homes under other settings, or with another directory, than those of the test run. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { Customers } from "../../../durable/customers/object.ts";
import type { Env } from "../../../durable/env.ts";
import type { PayCommand, PaymentReference, RefundCommand } from "../../../durable/messages.ts";
import { newId, newPaymentCode, openCustomer } from "../alipayplus.ts";
import { TestDeadline, throughFaults } from "../core-faults.ts";
import { openTestCustomer, testCore } from "../test-core.ts";
import { orderCommand } from "../wallet/order.ts";
import { otherEnvironment } from "./other-environment.ts";

type Directories = Env["DIRECTORY"];

/** The settings of a core by HTTP: the test's own answers in its place. */
export const HTTP_CORE = otherEnvironment({
  CORE: "HTTP",
  CORE_NAME: "test-core",
  CORE_URL: "https://core.test",
  CORE_SECRET: `whsec_${btoa("a secret of the right length for it")}`,
});

/**
 * Makes a home in an environment of its own, on the storage of an object, and lets `work` call it inside the object.
 *
 * @param stub missing: an object that no other test uses
 */
export function insideHome<Result>(
  environment: Env | ((deadline: TestDeadline) => Env),
  work: (home: Customers, storage: DurableObjectStorage) => Promise<Result>,
  stub: DurableObjectStub = env.CUSTOMERS.getByName(crypto.randomUUID()) as DurableObjectStub,
): Promise<Result> {
  return runInDurableObject(stub, (_instance, context) => {
    const deadline = new TestDeadline();
    const core = throughFaults(testCore, deadline, () => context.storage.sync());
    const own = typeof environment === "function" ? environment(deadline) : environment;
    return work(new Customers(context, own, { deadline, core }), context.storage);
  });
}

/** The directory of the test run, with each of its calls made by `make`. */
export function directoryThrough(make: <Reply>(call: () => Promise<Reply>) => Promise<Reply>): Directories {
  const getByName = (name: string) => {
    const directory = env.DIRECTORY.getByName(name) as unknown as Record<
      string,
      (...values: unknown[]) => Promise<unknown>
    >;
    return new Proxy(directory, {
      get:
        (_target, method: string) =>
        (...values: unknown[]) =>
          make(async () => directory[method]?.(...values)),
    });
  };
  return { getByName } as unknown as Directories;
}

/** A pay as it comes to its customer's home, of 10.00 HKD. */
export async function payCommand(
  customerId: string,
  changes: Partial<PayCommand> = {},
  paymentCode = newPaymentCode(),
): Promise<PayCommand> {
  const { amountsDiffer: _, ...command } = await orderCommand(customerId);
  const texts = { ...command.texts, paymentNotifyUrl: undefined };
  return { ...command, terms: { ...command.terms, paymentCode }, texts, ...changes };
}

/** What Alipay+ names a payment by when it comes to its home. */
export function referenceOf({ paymentId, paymentRequestId, expiryTimeMs }: PayCommand): PaymentReference {
  return { paymentId, paymentRequestId, expiryTimeMs };
}

/** A refund of 4.00 HKD as it comes to the home of its payment. */
export function refundCommand({ paymentId }: PayCommand): RefundCommand {
  const amount = { currency: "HKD", amountMinor: 400n };
  const refundId = newId("refund");
  const amounts = { refundAmount: amount, refundFromAmount: amount, surchargeAmount: undefined };
  return { refundId, refundRequestId: refundId, paymentId, fingerprint: refundId, ...amounts, message: "{}" };
}

/** Opens a customer of both cores, the embedded one and the test's, with 100,000 HKD cents in each. Returns the id. */
export async function openCustomerOfBothCores(customerId = newId("customer")): Promise<string> {
  await openCustomer({}, customerId);
  openTestCustomer(customerId, { currency: "HKD", balance: 100_000n });
  return customerId;
}
