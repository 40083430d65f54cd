/** Faults on the real wire: a connection that breaks, and rules that reach every part of the sandbox. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { FAULT_NAMES } from "../../sandbox/faults/catalogue.ts";
import { ROOT } from "../../scripts/project.ts";
import { eventually } from "../support/end-to-end/eventually.ts";
import { freePort } from "../support/end-to-end/free-port.ts";
import { Rehearsal } from "../support/end-to-end/rehearsal.ts";
import { hkd } from "../support/end-to-end/sandbox-client.ts";

const rehearsal = new Rehearsal(await freePort());
const { sandbox, operator } = rehearsal;

beforeAll(() => rehearsal.start());
afterAll(() => rehearsal.end());

/** The result code of an acquirer's pay. */
async function pay(message: object, fault?: string): Promise<string> {
  return (await rehearsal.acquirer().call("pay", message, fault)).result.resultCode;
}

async function payMessageOf(customerId: string) {
  await sandbox.openCustomer(customerId, { balance: "10000" });
  return {
    paymentRequestId: crypto.randomUUID(),
    order: { referenceOrderId: "1", orderDescription: "Tea", orderAmount: hkd("1000") },
    paymentAmount: hkd("1000"),
    paymentMethod: {
      paymentMethodType: "CONNECT_WALLET",
      paymentMethodId: await sandbox.paymentCode(customerId),
    },
    paymentFactor: { isInStorePayment: "true", inStorePaymentScenario: "PaymentCode" },
  };
}

test("a call whose answer is lost breaks off; a repeat gets the true result and debits nothing more", async () => {
  const message = await payMessageOf("alice");
  await expect(pay(message, "ANSWER_LOST")).rejects.toThrow("terminated");
  expect(await pay(message)).toBe("SUCCESS");
  expect(await sandbox.balance("alice")).toBe("9000");
});

test("a rule reaches what Alipay+ sends by itself: a pay that is lost is closed at its expiry", async () => {
  const message = await payMessageOf("bob");
  await sandbox.read("POST", "/faults", { fault: "REQUEST_LOST", link: "ALIPAYPLUS_TO_MPP", times: "1" });
  expect(await pay(message)).toBe("PAYMENT_IN_PROCESS");
  await sandbox.advanceClock(180_000);
  const path = `/acquirer/payments/${message.paymentRequestId}`;
  await eventually(async () => expect(await sandbox.read("GET", path)).toMatchObject({ status: "CLOSED" }));
  expect(await sandbox.balance("bob")).toBe("10000");
});

test("a rule reaches what the wallet sends: its notification breaks off, and is sent again", async () => {
  const wallet = rehearsal.wallet("carol");
  await sandbox.openCustomer("carol", { balance: "10000" });
  await sandbox.read("POST", "/faults", { fault: "ANSWER_LOST", interface: "notifyPayment", times: "1" });
  const { codeValue, paymentRequestId } = await sandbox.orderCode({ paymentAmount: hkd("700") });
  await wallet.scan(codeValue);
  await wallet.confirm(paymentRequestId);
  const expectOutcomes = (outcomes: readonly string[]) =>
    eventually(async () =>
      expect(await operator.read("GET", `/payments/${paymentRequestId}`)).toMatchObject({
        notification: { attempts: outcomes.map((outcome) => ({ outcome })) },
      }),
    );
  await expectOutcomes(["CONNECTION_FAILED"]);
  await sandbox.advanceClock(120_000);
  await expectOutcomes(["CONNECTION_FAILED", "S"]);
  expect(await sandbox.order(paymentRequestId)).toMatchObject({ status: "PAID" });
});

test("docs/sandbox/faults.md describes every fault [SBX-16]", () => {
  const guide = readFileSync(join(ROOT, "docs/sandbox/faults.md"), "utf8");
  expect(FAULT_NAMES.filter((fault) => !guide.includes(`\`${fault}\``))).toEqual([]);
});
