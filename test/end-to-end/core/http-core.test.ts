/** The gateway in front of a wallet's own core: a process of its own that it calls over HTTP (docs/core.md). */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { coreStateText } from "../../../scripts/development/core-state.ts";
import type { AlipayPlusClient } from "../../support/end-to-end/alipayplus-client.ts";
import {
  inquiryMessage,
  payMessage,
  paymentCode,
  SAMPLE_CURRENCY,
} from "../../support/end-to-end/alipayplus-messages.ts";
import { freePort } from "../../support/end-to-end/free-port.ts";
import { CHROMIUM, hasChromium, partsOf, readText, seeText } from "../../support/end-to-end/page.ts";
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

it("names the core when it starts, and whether it answers", async () => {
  const settings = { CORE: "HTTP", CORE_URL: core.url, CORE_SECRET: SECRET };
  expect(await coreStateText(settings)).toMatch(/^http:\/\/127\.0\.0\.1:\d+ \(answers in \d+ ms\)$/);
  const otherSecret = { ...settings, CORE_SECRET: `whsec_${btoa("another secret of the right length")}` };
  expect(await coreStateText(otherSecret)).toBe(
    `${core.url} (answers HTTP 401 and rejects the signature: is CORE_SECRET the same there?)`,
  );
  const url = `http://127.0.0.1:${await freePort()}`;
  expect(await coreStateText({ ...settings, CORE_URL: url })).toBe(`${url} (does not answer: connection refused)`);
  expect(await coreStateText({ CORE: "EMBEDDED" })).toBe("embedded");
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

it("shows in the sandbox what the core shows of a customer", async () => {
  const { balance: shown, entries } = await rehearsal.sandbox.customer(CUSTOMER_ID);
  expect([shown, ...entries.map(({ kind }) => kind)]).toEqual([
    "8400",
    "REVERSAL",
    "DEBIT",
    "REFUND",
    "DEBIT",
    "DEBIT",
    "FUNDING",
  ]);
  const opened = await rehearsal.sandbox.call("PUT", "/customers/another", { currency: "HKD", balance: "1" });
  expect(opened).toMatchObject({ status: 409, body: { error: { code: "ACCOUNTS_OF_THE_CORE" } } });
});

it.runIf(hasChromium)(
  "shows on the page's phone what the core shows, and no switches of the embedded core",
  async () => {
    const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
    const page = await browser.newPage();
    await page.goto(`${rehearsal.origin}/sandbox`);
    const { wallet, balance: shown } = partsOf(page);
    await seeText(wallet, "Open it at the core “reference-core”, or switch to a customer of it.");
    await wallet.getByLabel("Customer", { exact: true }).fill(CUSTOMER_ID);
    await wallet.getByRole("button", { name: "Switch" }).click();
    await readText(shown, `${SAMPLE_CURRENCY} 8,400`);
    await wallet.getByRole("button", { name: "History" }).click();
    await wallet.getByText("Payment reversed").first().waitFor();
    expect(await wallet.getByText("Wallet settings").count()).toBe(0);
    await browser.close();
  },
);

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

it("says in the sandbox that the core does not answer, and to an operator why", async () => {
  const { status, body } = await rehearsal.sandbox.call("GET", `/customers/${CUSTOMER_ID}`);
  expect([status, JSON.stringify(body)]).toEqual([502, expect.stringContaining("reference-core does not answer")]);
  const payment = await rehearsal.operator.call("GET", `/payments/http-core-${serial}`);
  expect(payment.body).toMatchObject({ coreTrouble: { cause: "CONNECTION_FAILED" } });
});
