/** The gateway in front of a wallet's own core: a process of its own that it calls over HTTP (docs/core.md). */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { AlipayPlusClient } from "../../support/end-to-end/alipayplus-client.ts";
import {
  inquiryMessage,
  payMessage,
  paymentCode,
  SAMPLE_CURRENCY,
} from "../../support/end-to-end/alipayplus-messages.ts";
import { freePort } from "../../support/end-to-end/free-port.ts";
import { Rehearsal } from "../../support/end-to-end/rehearsal.ts";
import { type ReferenceCore, startReferenceCore } from "../../support/node/reference-core.ts";

const SECRET = `whsec_${btoa("a secret of the right length for it")}`;
const CUSTOMER_ID = "customer-of-the-core";

const directory = mkdtempSync(join(tmpdir(), "plusgate-http-core-"));
const rehearsal = new Rehearsal(await freePort());
let core: ReferenceCore;
let alipayplus: AlipayPlusClient;
let serial = 0;

function newPayment(payToAmountMinor = 1_000n): { paymentRequestId: string; message: object } {
  serial += 1;
  const paymentRequestId = `http-core-${serial}`;
  const payment = { paymentRequestId, paymentCode: paymentCode(serial), customerId: CUSTOMER_ID, payToAmountMinor };
  return { paymentRequestId, message: payMessage(payment) };
}

async function balance(): Promise<string> {
  const response = await fetch(`${core.url}/customers/${CUSTOMER_ID}`);
  return ((await response.json()) as { balance: string }).balance;
}

beforeAll(async () => {
  core = await startReferenceCore(join(directory, "core.sqlite"), SECRET);
  const settings = { currency: SAMPLE_CURRENCY, balance: "10000" };
  await fetch(`${core.url}/customers/${CUSTOMER_ID}`, { method: "PUT", body: JSON.stringify(settings) });
  await rehearsal.start({ CORE: "HTTP", CORE_NAME: "reference-core", CORE_URL: core.url, CORE_SECRET: SECRET });
  alipayplus = rehearsal.alipayplus();
});

afterAll(async () => {
  await rehearsal.end();
  await core.kill();
  rmSync(directory, { recursive: true, force: true });
});

it("debits at the wallet's core once for a payment and its repeat", async () => {
  const { message } = newPayment();
  expect((await alipayplus.call("pay", message)).result.resultCode).toBe("SUCCESS");
  expect((await alipayplus.call("pay", message)).result.resultCode).toBe("SUCCESS");
  expect(await balance()).toBe("9000");
});

it("refunds a part of a payment, and reverses a cancelled one", async () => {
  const refunded = newPayment();
  const { paymentId } = await alipayplus.call("pay", refunded.message);
  const refund = {
    ...inquiryMessage(refunded.paymentRequestId),
    paymentId,
    refundRequestId: "http-core-refund",
    refundAmount: { currency: "JPY", value: "40" },
    refundFromAmount: { currency: SAMPLE_CURRENCY, value: "400" },
  };
  expect((await alipayplus.call("refund", refund)).result.resultCode).toBe("SUCCESS");
  expect(await balance()).toBe("8400");

  const cancelled = newPayment();
  await alipayplus.call("pay", cancelled.message);
  const cancel = await alipayplus.call("cancelPayment", inquiryMessage(cancelled.paymentRequestId));
  expect(cancel.result.resultCode).toBe("SUCCESS");
  expect(await balance()).toBe("8400");
});

it("passes the core's refusal on", async () => {
  const { message } = newPayment(1_000_000n);
  expect((await alipayplus.call("pay", message)).result.resultCode).toBe("USER_BALANCE_NOT_ENOUGH");
  expect(await balance()).toBe("8400");
});

it("answers U while the core is gone, and closes the payment for good when it is cancelled", async () => {
  await core.kill();
  const { paymentRequestId, message } = newPayment();
  expect((await alipayplus.call("pay", message)).result).toMatchObject({
    resultCode: "PAYMENT_IN_PROCESS",
    resultStatus: "U",
  });
  const cancel = await alipayplus.call("cancelPayment", inquiryMessage(paymentRequestId));
  expect(cancel.result.resultCode).toBe("SUCCESS");
  expect((await alipayplus.call("pay", message)).result.resultCode).toBe("ORDER_IS_CLOSED");
});
