/** Faults as they pass the real wire: a connection that breaks, and rules that reach every part of the sandbox. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { DEVELOPMENT_OPERATOR_TOKEN, DEVELOPMENT_WALLET_TOKEN, ROOT } from "../../scripts/project.ts";
import { freePort } from "../support/end-to-end/free-port.ts";
import { hkd, Rehearsal } from "../support/end-to-end/rehearsal.ts";

const PORT = await freePort();

const rehearsal = new Rehearsal(PORT);

beforeAll(() => rehearsal.start());
afterAll(() => rehearsal.end());

type Json = { readonly [name: string]: unknown };

const call = (method: string, path: string, body?: Json, token?: string) =>
  rehearsal.read<Json>(method, path, body, token);

/** The result code of an acquirer's call. */
async function acquire(interfaceName: string, message: Json, fault?: string): Promise<string> {
  return (await rehearsal.acquire(interfaceName, message, fault)).result.resultCode;
}

function payMessage(paymentMethodId: string | undefined, inStorePaymentScenario: string): Json {
  return {
    paymentRequestId: crypto.randomUUID(),
    order: { referenceOrderId: "1", orderDescription: "Tea", orderAmount: hkd("1000") },
    paymentAmount: hkd("1000"),
    paymentMethod: { paymentMethodType: "CONNECT_WALLET", paymentMethodId },
    paymentFactor: { isInStorePayment: "true", inStorePaymentScenario },
  };
}

async function payMessageOf(customerId: string): Promise<Json> {
  await call("PUT", `/sandbox/customers/${customerId}`, { currency: "HKD", balance: "10000" });
  const { paymentCodeInfoList } = await call("POST", "/sandbox/payment-codes", { customerId });
  return payMessage((paymentCodeInfoList as [{ paymentCode: string }])[0].paymentCode, "PaymentCode");
}

const balanceOf = async (customerId: string) => (await call("GET", `/sandbox/customers/${customerId}`)).balance;

test("a call whose answer is lost breaks off; a repeat is told the truth, and has cost nothing more", async () => {
  const message = await payMessageOf("alice");
  await expect(acquire("pay", message, "ANSWER_LOST")).rejects.toThrow("terminated");
  expect(await acquire("pay", message)).toBe("SUCCESS");
  expect(await balanceOf("alice")).toBe("9000");
});

test("a rule reaches what Alipay+ sends by itself: a pay that is lost is closed at its expiry", async () => {
  const message = await payMessageOf("bob");
  await call("POST", "/sandbox/faults", { fault: "REQUEST_LOST", link: "ALIPAYPLUS_TO_MPP", times: "1" });
  expect(await acquire("pay", message)).toBe("PAYMENT_IN_PROCESS");
  await call("POST", "/sandbox/clock", { advanceMs: "180000" });
  await vi.waitFor(
    async () =>
      expect(await call("GET", `/sandbox/acquirer/payments/${message.paymentRequestId}`)).toMatchObject({
        status: "CLOSED",
      }),
    { timeout: 30_000, interval: 200 },
  );
  expect(await balanceOf("bob")).toBe("10000");
});

test("a rule reaches what the wallet sends: its notification breaks off, and is sent again", async () => {
  await call("PUT", "/sandbox/customers/carol", { currency: "HKD", balance: "10000" });
  await call("POST", "/sandbox/faults", { fault: "ANSWER_LOST", interface: "notifyPayment", times: "1" });
  const { codeValue, paymentRequestId } = await call("POST", "/sandbox/order-codes", {
    paymentAmount: { currency: "HKD", value: "700" },
  });
  const customerId = "carol";
  await call("POST", "/wallet/v1/scans", { customerId, codeValue }, DEVELOPMENT_WALLET_TOKEN);
  await call("POST", `/wallet/v1/payments/${paymentRequestId}/confirm`, { customerId }, DEVELOPMENT_WALLET_TOKEN);
  const expectOutcomes = (outcomes: readonly string[]) =>
    vi.waitFor(
      async () =>
        expect(
          await call("GET", `/ops/payments/${paymentRequestId}`, undefined, DEVELOPMENT_OPERATOR_TOKEN),
        ).toMatchObject({ notification: { attempts: outcomes.map((outcome) => ({ outcome })) } }),
      { timeout: 30_000, interval: 200 },
    );
  await expectOutcomes(["CONNECTION_FAILED"]);
  await call("POST", "/sandbox/clock", { advanceMs: "120000" });
  await expectOutcomes(["CONNECTION_FAILED", "S"]);
  expect(await call("GET", `/sandbox/orders/${paymentRequestId}`)).toMatchObject({ status: "PAID" });
});

test("docs/sandbox.md tells of every fault", async () => {
  const told = readFileSync(join(ROOT, "docs/sandbox.md"), "utf8");
  const { catalogue } = (await call("GET", "/sandbox/faults")) as { readonly catalogue: readonly { fault: string }[] };
  expect(catalogue.length).toBeGreaterThan(0);
  expect(catalogue.filter(({ fault }) => !told.includes(`\`${fault}\``))).toEqual([]);
});
