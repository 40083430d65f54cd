/** The clock of a rehearsal: a day passes at once, for the gateway and the sandbox alike. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { storedTimeWarning } from "../../scripts/development/stored-time.ts";
import { eventually } from "../support/end-to-end/eventually.ts";
import { freePort } from "../support/end-to-end/free-port.ts";
import { Rehearsal } from "../support/end-to-end/rehearsal.ts";
import { hkd } from "../support/end-to-end/sandbox-client.ts";

const HOUR_MS = 3_600_000;

const rehearsal = new Rehearsal(await freePort());
const { sandbox, operator } = rehearsal;
const wallet = rehearsal.wallet("alice");

beforeAll(() => rehearsal.start());
afterAll(() => rehearsal.end());

/** How far the rehearsal is ahead of the machine. */
async function aheadMs(): Promise<number> {
  const { time, realTime } = await sandbox.clock();
  return Date.parse(time) - Date.parse(realTime);
}

test("a day later messages still verify, codes and orders are expired, and every result is delivered [SBX-17]", async () => {
  await sandbox.openCustomer("alice", { balance: "10000" });
  const { codeValue, paymentRequestId } = await sandbox.orderCode({ paymentAmount: hkd("700") });
  expect((await wallet.scan(codeValue)).body).toMatchObject({ action: "SHOW_PAYMENT" });

  expect(await aheadMs()).toBe(0);
  await sandbox.advanceClock(24 * HOUR_MS);
  expect(await aheadMs()).toBe(24 * HOUR_MS);

  await eventually(async () =>
    expect(await operator.read("GET", `/payments/${paymentRequestId}`)).toMatchObject({
      status: "CLOSED",
      closedBy: "EXPIRY",
      notification: { attempts: [{ resultCode: "ORDER_IS_CLOSED", outcome: "S" }] },
    }),
  );
  expect((await wallet.confirm(paymentRequestId)).body).toMatchObject({ status: "CLOSED" });

  expect(await sandbox.pay(await sandbox.paymentCode("alice"), hkd("300"))).toMatchObject({
    result: { resultCode: "SUCCESS" },
    exchange: { response: { verified: true } },
  });
  const { body } = await sandbox.call("POST", "/clock", { advanceMs: "-1" });
  expect(body).toMatchObject({ error: { code: "PARAM_ILLEGAL" } });
});

test("after a restart the clock is right, and what is stored from a later time is named until the clock is there again", async () => {
  await sandbox.advanceClock(48 * HOUR_MS);
  const { paymentRequestId } = await rehearsal.scannedOrder("alice");
  const { time } = await sandbox.clock();
  expect(await storedTimeWarning(rehearsal.origin)).toBeUndefined();
  await rehearsal.kill();
  await rehearsal.start();
  expect(await aheadMs()).toBe(0);
  const warning = (await storedTimeWarning(rehearsal.origin)) ?? "";
  expect(warning).toContain(`the state is from ${time.slice(0, 13)}`);
  const [, advanceMs] = /"advanceMs":"([0-9]+)"/.exec(warning) ?? [];
  expect(Number(advanceMs)).toBe(72 * HOUR_MS);
  await sandbox.advanceClock(HOUR_MS);
  expect(await storedTimeWarning(rehearsal.origin)).toBe(warning);
  const statusOf = () => operator.read("GET", `/payments/${paymentRequestId}`);
  expect(await statusOf()).toMatchObject({ status: "AWAITING_CONFIRMATION" });
  await sandbox.advanceClock(Number(advanceMs));
  expect(await storedTimeWarning(rehearsal.origin)).toBeUndefined();
  await eventually(async () => expect(await statusOf()).toMatchObject({ status: "CLOSED", closedBy: "EXPIRY" }));
});
