/** The gateway in front of a wallet's own core: a process of its own, spoken to over HTTP (docs/core.md). */
import { createPrivateKey, type KeyObject } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type ReferenceCore, startReferenceCore } from "../../kit/reference-core/start.ts";
import {
  inquiryMessage,
  payMessage,
  paymentCode,
  SAMPLE_CURRENCY,
  signCall,
} from "../../scripts/alipayplus-messages.ts";
import { builtForDevelopment } from "../../scripts/bundle.ts";
import { ensureDevelopmentKeys } from "../../scripts/keys.ts";
import { type RunningPlusgate, servePlusgate } from "../../scripts/serve.ts";
import { freePort } from "../support/end-to-end/free-port.ts";

const SECRET = `whsec_${btoa("a secret of the right length for it")}`;
const CUSTOMER_ID = "customer-of-the-core";

let directory: string;
let core: ReferenceCore;
let gateway: RunningPlusgate;
let alipayplusKey: KeyObject;
let serial = 0;

type Answer = { readonly result: { readonly resultCode: string; readonly resultStatus: string } };

async function callGateway(interfaceName: string, message: object): Promise<Answer & { [parameter: string]: unknown }> {
  const { path, headers, body } = await signCall(alipayplusKey, interfaceName, message);
  const response = await fetch(gateway.origin + path, { method: "POST", headers: { ...headers }, body });
  return (await response.json()) as Answer;
}

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
  directory = mkdtempSync(join(tmpdir(), "plusgate-http-core-"));
  core = await startReferenceCore(join(directory, "core.sqlite"), SECRET);
  const settings = { currency: SAMPLE_CURRENCY, balance: "10000" };
  await fetch(`${core.url}/customers/${CUSTOMER_ID}`, { method: "PUT", body: JSON.stringify(settings) });
  const keys = ensureDevelopmentKeys(join(directory, "keys"));
  alipayplusKey = createPrivateKey(keys.alipayplus.privateKey);
  const running = await servePlusgate({
    port: await freePort(),
    stateDirectory: join(directory, "state"),
    keys,
    bundles: builtForDevelopment(),
    gatewayVariables: { CORE_URL: core.url, CORE_SECRET: SECRET },
  });
  if ("reason" in running) throw new Error(running.message);
  gateway = running;
});

afterAll(async () => {
  await gateway.stop();
  await core.kill();
  rmSync(directory, { recursive: true, force: true });
});

it("debits at the wallet's core once for a payment and its repeat", async () => {
  const { message } = newPayment();
  expect((await callGateway("pay", message)).result.resultCode).toBe("SUCCESS");
  expect((await callGateway("pay", message)).result.resultCode).toBe("SUCCESS");
  expect(await balance()).toBe("9000");
});

it("refunds a part, and gives a cancelled payment back", async () => {
  const refunded = newPayment();
  const { paymentId } = await callGateway("pay", refunded.message);
  const refund = {
    ...inquiryMessage(refunded.paymentRequestId),
    paymentId,
    refundRequestId: "http-core-refund",
    refundAmount: { currency: "JPY", value: "40" },
    refundFromAmount: { currency: SAMPLE_CURRENCY, value: "400" },
  };
  expect((await callGateway("refund", refund)).result.resultCode).toBe("SUCCESS");
  expect(await balance()).toBe("8400");

  const cancelled = newPayment();
  await callGateway("pay", cancelled.message);
  const cancel = await callGateway("cancelPayment", inquiryMessage(cancelled.paymentRequestId));
  expect(cancel.result.resultCode).toBe("SUCCESS");
  expect(await balance()).toBe("8400");
});

it("passes the core's refusal on", async () => {
  const { message } = newPayment(1_000_000n);
  expect((await callGateway("pay", message)).result.resultCode).toBe("USER_BALANCE_NOT_ENOUGH");
  expect(await balance()).toBe("8400");
});

it("answers U while the core is gone, and closes the payment for good when it is cancelled", async () => {
  await core.kill();
  const { paymentRequestId, message } = newPayment();
  expect((await callGateway("pay", message)).result).toMatchObject({
    resultCode: "PAYMENT_IN_PROCESS",
    resultStatus: "U",
  });
  const cancel = await callGateway("cancelPayment", inquiryMessage(paymentRequestId));
  expect(cancel.result.resultCode).toBe("SUCCESS");
  expect((await callGateway("pay", message)).result.resultCode).toBe("ORDER_IS_CLOSED");
});
