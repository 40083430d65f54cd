/** The clock of a rehearsal: a day passes at once, for the gateway and the sandbox alike. */
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { DEVELOPMENT_OPERATOR_TOKEN, DEVELOPMENT_WALLET_TOKEN } from "../../scripts/project.ts";
import { Rehearsal } from "../support/end-to-end/rehearsal.ts";

const PORT = 8837;
const HOUR_MS = 3_600_000;

const rehearsal = new Rehearsal(PORT);

beforeAll(() => rehearsal.start());
afterAll(() => rehearsal.end());

type Json = { readonly [name: string]: unknown };

const call = (method: string, path: string, body?: Json, token?: string) =>
  rehearsal.read<Json>(method, path, body, token);

async function advance(durationMs: number): Promise<void> {
  await call("POST", "/sandbox/clock", { advanceMs: String(durationMs) });
}

/** How far the rehearsal is ahead of the machine. */
async function aheadMs(): Promise<number> {
  const { time, realTime } = await call("GET", "/sandbox/clock");
  return Date.parse(String(time)) - Date.parse(String(realTime));
}

test("messages still verify, codes and orders are over, and a day later everything has been told", async () => {
  await call("PUT", "/sandbox/customers/alice", { currency: "HKD", balance: "10000" });
  const { codeValue, paymentRequestId } = await call("POST", "/sandbox/order-codes", {
    paymentAmount: { currency: "HKD", value: "700" },
  });
  const scan = { customerId: "alice", codeValue };
  expect(await call("POST", "/wallet/v1/scans", scan, DEVELOPMENT_WALLET_TOKEN)).toMatchObject({
    action: "SHOW_PAYMENT",
  });

  expect(await aheadMs()).toBe(0);
  await advance(24 * HOUR_MS);
  expect(await aheadMs()).toBe(24 * HOUR_MS);

  const inspect = () => call("GET", `/ops/payments/${paymentRequestId}`, undefined, DEVELOPMENT_OPERATOR_TOKEN);
  await vi.waitFor(
    async () =>
      expect(await inspect()).toMatchObject({
        status: "CLOSED",
        closedBy: "EXPIRY",
        notification: { attempts: [{ resultCode: "ORDER_IS_CLOSED", outcome: "S" }] },
      }),
    { timeout: 30_000, interval: 200 },
  );
  const confirmation = { customerId: "alice" };
  const path = `/wallet/v1/payments/${paymentRequestId}/confirm`;
  expect(await call("POST", path, confirmation, DEVELOPMENT_WALLET_TOKEN)).toMatchObject({ status: "CLOSED" });

  const { paymentCodeInfoList } = (await call("POST", "/sandbox/payment-codes", { customerId: "alice" })) as {
    paymentCodeInfoList: [{ paymentCode: string }];
  };
  const { paymentCode } = paymentCodeInfoList[0];
  const pay = { paymentCode, paymentAmount: { currency: "HKD", value: "300" } };
  expect(await call("POST", "/sandbox/pay", pay)).toMatchObject({
    result: { resultCode: "SUCCESS" },
    exchange: { response: { verified: true } },
  });
  expect(await call("POST", "/sandbox/clock", { advanceMs: "-1" })).toMatchObject({ error: { code: "PARAM_ILLEGAL" } });
});
