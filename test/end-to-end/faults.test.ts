/** Faults as they pass the real wire: a connection that breaks, and rules that reach every part of the sandbox. */
import { createSign } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { buildWasm } from "../../scripts/build-wasm.ts";
import { bundleForDevelopment } from "../../scripts/bundle.ts";
import { ensureDevelopmentKeys } from "../../scripts/keys.ts";
import {
  ACQUIRER_CLIENT_ID,
  DEVELOPMENT_OPERATOR_TOKEN,
  DEVELOPMENT_WALLET_TOKEN,
  ROOT,
} from "../../scripts/project.ts";
import { type KillableGateway, startKillableGateway } from "./kill-gateway.ts";

const PORT = 8847;
const ORIGIN = `http://127.0.0.1:${PORT}`;
const BASE_PATH = "/sandbox/aps/api/v1/payments";

const directory = mkdtempSync(join(tmpdir(), "plusgate-faults-"));
const keys = ensureDevelopmentKeys(join(directory, "keys"));
let gateway: KillableGateway;

beforeAll(async () => {
  await buildWasm();
  const bundles = await bundleForDevelopment();
  const options = { port: PORT, stateDirectory: join(directory, "state"), keys, bundles };
  gateway = await startKillableGateway(options, join(directory, "gateway.log"));
});

afterAll(async () => {
  await gateway.kill();
  rmSync(directory, { recursive: true, force: true });
});

type Json = { readonly [name: string]: unknown };

async function call(method: string, path: string, body?: Json, token?: string): Promise<Json> {
  const headers = {
    "Content-Type": "application/json",
    ...(token !== undefined && { Authorization: `Bearer ${token}` }),
  };
  const response = await fetch(`${ORIGIN}${path}`, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  return (await response.json()) as Json;
}

/** The result code of an acquirer's call. */
async function acquire(interfaceName: string, message: Json, fault?: string): Promise<string> {
  const path = `${BASE_PATH}/${interfaceName}`;
  const body = JSON.stringify(message);
  const { time } = await call("GET", "/sandbox/clock");
  const content = `POST ${path}\n${ACQUIRER_CLIENT_ID}.${time}.${body}`;
  const signature = createSign("RSA-SHA256").update(content).sign(keys.acquirer.privateKey, "base64");
  const headers = {
    "Content-Type": "application/json",
    "Client-Id": ACQUIRER_CLIENT_ID,
    "Request-Time": String(time),
    Signature: `algorithm=RSA256,keyVersion=1,signature=${encodeURIComponent(signature)}`,
    ...(fault !== undefined && { "Sandbox-Fault": fault }),
  };
  const response = await fetch(`${ORIGIN}${path}`, { method: "POST", headers, body });
  return ((await response.json()) as { result: { resultCode: string } }).result.resultCode;
}

const hkd = (value: string) => ({ currency: "HKD", value });

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
