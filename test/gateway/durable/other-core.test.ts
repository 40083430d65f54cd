/** Payments of another core than the one of the settings: they wait as U, are shown, and go on once it is back. */
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Customers } from "../../../durable/customers/object.ts";
import { type Env, requireConfiguration } from "../../../durable/env.ts";
import type { PayCommand } from "../../../durable/messages.ts";
import { paymentIdOf } from "../../../protocol/idempotency.ts";
import {
  balanceOf as balanceInGateway,
  CLIENT_ID,
  cancel,
  homeOf,
  inquire,
  pay,
  payMessage,
  refund,
  runResolver,
} from "../../support/alipayplus.ts";
import { advance, DAY_MS, MINUTE_MS, standTheClock } from "../../support/clock.ts";
import { coreCalls, setCoreFault } from "../../support/core-faults.ts";
import {
  HTTP_CORE,
  insideHome,
  openCustomerOfBothCores,
  payCommand,
  referenceOf,
  refundCommand,
} from "../../support/home/other-home.ts";
import { testCustomer } from "../../support/test-core.ts";
import { inspect, orderCommand } from "../../support/wallet/order.ts";

const OPERATIONS = ["debit", "inquire", "reverse", "refund", "evaluate"] as const;
const HTTP_NAME = requireConfiguration(HTTP_CORE).core.name;
/** A core by HTTP as well, and yet another one. */
const OTHER_HTTP_CORE = { ...HTTP_CORE, CORE_NAME: "another-core" };

standTheClock();

beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => {});
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** Lets the customer's home work in an environment. */
function inEnvironment<Result>(environment: Env, customerId: string, work: (home: Customers) => Promise<Result>) {
  return insideHome(environment, work, homeOf(customerId) as DurableObjectStub);
}

const withHttp = <Result>(customerId: string, work: (home: Customers) => Promise<Result>) =>
  inEnvironment(HTTP_CORE, customerId, work);

/** How often the core by HTTP was called for a customer. */
function callsOf(customerId: string): number {
  return OPERATIONS.reduce((sum, operation) => sum + coreCalls(customerId, operation), 0);
}

/** The balances at both cores: embedded, HTTP. */
async function balancesOf(customerId: string) {
  return [await balanceInGateway(customerId), testCustomer(customerId)?.balance];
}

const UNTOUCHED = [100_000n, 100_000n];
const UNKNOWN = { code: "PAYMENT_IN_PROCESS", resultStatus: "U" };

it("a paid one answers what is stored, neither cancel nor refund moves anything, operators see its core", async () => {
  const customerId = await openCustomerOfBothCores();
  const message = payMessage(customerId);
  expect((await pay(message)).code).toBe("SUCCESS");
  const { paymentRequestId } = message;
  const command = await payCommand(customerId);
  await withHttp(customerId, async (home) => {
    expect(await home.pay(command)).toMatchObject({ outcome: "SUCCEEDED" });
  });
  expect(await inspect(command.paymentRequestId)).toMatchObject({ core: HTTP_NAME });
  expect(await inspect(String(paymentRequestId))).toMatchObject({ core: "EMBEDDED" });
  const calls = callsOf(customerId);

  const home = homeOf(customerId);
  expect(await home.pay(command)).toMatchObject({ outcome: "SUCCEEDED" });
  expect(await home.pay({ ...command, fingerprint: "other" })).toEqual({ outcome: "INCONSISTENT" });
  expect((await inquire(command.paymentRequestId)).body).toMatchObject({ paymentResult: { resultCode: "SUCCESS" } });
  expect(await cancel(command.paymentRequestId)).toMatchObject(UNKNOWN);
  expect(await refund(command.paymentRequestId, "400")).toMatchObject(UNKNOWN);
  await runResolver(home);
  expect(await inspect(command.paymentRequestId)).toMatchObject({
    status: { name: "SUCCEEDED" },
    dueTimeMs: undefined,
  });
  expect(callsOf(customerId)).toBe(calls);
  expect(await balancesOf(customerId)).toEqual([99_000n, 99_000n]);

  // The core is the same again; meanwhile the embedded one's payments wait.
  const paymentId = await paymentIdOf(CLIENT_ID, String(paymentRequestId));
  const embedded = { ...command, paymentId, paymentRequestId: String(paymentRequestId) };
  await withHttp(customerId, async (other) => {
    expect(await other.refund(refundCommand(command), referenceOf(command))).toMatchObject({ outcome: "SUCCEEDED" });
    expect(await other.cancel(referenceOf(embedded))).toEqual({ outcome: "IN_PROCESS" });
    expect(await other.refund(refundCommand(embedded), referenceOf(embedded))).toEqual({ outcome: "IN_PROCESS" });
    await other.alarm();
  });
  expect(await balancesOf(customerId)).toEqual([99_000n, 99_400n]);
  expect((await refund(paymentRequestId, "400")).code).toBe("SUCCESS");
  expect(await balancesOf(customerId)).toEqual([99_400n, 99_400n]);
});

it("an open one is neither asked for, debited nor reversed, and ends once its core is back", async () => {
  const customerId = await openCustomerOfBothCores();
  setCoreFault(customerId, "debit", "MUTE");
  const command = await payCommand(customerId);
  await withHttp(customerId, async (home) => {
    expect(await home.pay(command)).toEqual({ outcome: "IN_PROCESS" });
  });
  setCoreFault(customerId, "debit");
  const calls = callsOf(customerId);
  const home = homeOf(customerId);
  advance(MINUTE_MS);
  await runResolver(home);
  expect(await home.pay(command)).toEqual({ outcome: "IN_PROCESS" });
  expect(await cancel(command.paymentRequestId)).toMatchObject(UNKNOWN);
  expect(await refund(command.paymentRequestId, "400")).toMatchObject(UNKNOWN);
  expect((await inquire(command.paymentRequestId)).body).toMatchObject({
    paymentResult: { resultCode: "PAYMENT_IN_PROCESS" },
  });
  const inspection = await inspect(command.paymentRequestId);
  expect(inspection).toMatchObject({ status: { name: "PROCESSING" }, core: HTTP_NAME });
  expect(inspection.dueTimeMs).toBeGreaterThan(Date.now());
  expect(callsOf(customerId)).toBe(calls);
  expect(await balancesOf(customerId)).toEqual([100_000n, 99_000n]);

  advance(2 * MINUTE_MS);
  await withHttp(customerId, (other) => other.alarm());
  expect(await home.pay(command)).toMatchObject({ outcome: "SUCCEEDED" });
  expect(await balancesOf(customerId)).toEqual([100_000n, 99_000n]);
});

it("an open one also waits past its expiry, and is then reversed by its own core", async () => {
  const customerId = await openCustomerOfBothCores();
  setCoreFault(customerId, "debit", "MUTE");
  const command = await payCommand(customerId);
  await withHttp(customerId, (home) => home.pay(command));
  setCoreFault(customerId, "debit");
  advance(DAY_MS);
  await runResolver(homeOf(customerId));
  expect(await inspect(command.paymentRequestId)).toMatchObject({ status: { name: "PROCESSING" } });
  expect((await inquire(command.paymentRequestId)).body).toMatchObject({
    paymentResult: { resultCode: "PAYMENT_IN_PROCESS" },
  });
  expect(await balancesOf(customerId)).toEqual([100_000n, 99_000n]);
  advance(2 * MINUTE_MS);
  await withHttp(customerId, (home) => home.alarm());
  expect(await inspect(command.paymentRequestId)).toMatchObject({ status: { name: "CLOSED", closedBy: "EXPIRY" } });
  expect(await balancesOf(customerId)).toEqual(UNTOUCHED);
});

it("a cancel under way is finished by its own core alone", async () => {
  const customerId = await openCustomerOfBothCores();
  setCoreFault(customerId, "reverse", "LOST");
  const command = await payCommand(customerId);
  await withHttp(customerId, async (home) => {
    await home.pay(command);
    expect(await home.cancel(referenceOf(command))).toEqual({ outcome: "CANCELLED" });
  });
  setCoreFault(customerId, "reverse");
  advance(MINUTE_MS);
  await runResolver(homeOf(customerId));
  expect(await inspect(command.paymentRequestId)).toMatchObject({ status: { name: "REVERSING" } });
  expect(await balancesOf(customerId)).toEqual([100_000n, 99_000n]);
  advance(2 * MINUTE_MS);
  await withHttp(customerId, (home) => home.alarm());
  expect(await inspect(command.paymentRequestId)).toMatchObject({ status: { name: "CLOSED" } });
  expect(await balancesOf(customerId)).toEqual(UNTOUCHED);
});

it("a refund under way is finished by its own core alone", async () => {
  const customerId = await openCustomerOfBothCores();
  setCoreFault(customerId, "refund", "LOST");
  const command = await payCommand(customerId);
  const refunding = refundCommand(command);
  const askAgain = (home: Pick<Customers, "refund">) => home.refund(refunding, referenceOf(command));
  await withHttp(customerId, async (home) => {
    await home.pay(command);
    expect(await askAgain(home)).toEqual({ outcome: "IN_PROCESS" });
  });
  setCoreFault(customerId, "refund");
  const calls = callsOf(customerId);
  advance(MINUTE_MS);
  await runResolver(homeOf(customerId));
  advance(MINUTE_MS);
  await inEnvironment(OTHER_HTTP_CORE, customerId, (home) => home.alarm());
  expect(await homeOf(customerId).refund(refunding, referenceOf(command))).toEqual({ outcome: "IN_PROCESS" });
  expect(await cancel(command.paymentRequestId)).toMatchObject(UNKNOWN);
  expect(callsOf(customerId)).toBe(calls);
  expect(await balancesOf(customerId)).toEqual([100_000n, 99_000n]);
  advance(2 * MINUTE_MS);
  await withHttp(customerId, async (home) => {
    await home.alarm();
    expect(await askAgain(home)).toMatchObject({ outcome: "SUCCEEDED" });
  });
  expect(await balancesOf(customerId)).toEqual([100_000n, 99_400n]);
});

it.each([
  ["HTTP", HTTP_CORE, env],
  ["embedded", env, HTTP_CORE],
] as const)("an order of the %s core cannot be confirmed under the other, but declined", async (_, own, other) => {
  const customerId = await openCustomerOfBothCores();
  const [confirmed, declined] = [await orderCommand(customerId), await orderCommand(customerId)];
  const orderOf = ({ paymentId }: PayCommand) => ({ paymentId, customerId });
  await inEnvironment(own, customerId, async (home) => {
    await home.order(confirmed);
    await home.order(declined);
  });
  await inEnvironment(other, customerId, async (home) => {
    const waiting = { payment: { status: { name: "AWAITING_CONFIRMATION" } } };
    expect(await home.confirm(orderOf(confirmed))).toMatchObject(waiting);
    await home.alarm();
    expect(home.report(orderOf(confirmed))).toMatchObject(waiting);
    const closed = { payment: { status: { name: "CLOSED", closedBy: "CUSTOMER" } } };
    expect(home.decline(orderOf(declined))).toMatchObject(closed);
  });
  expect(await balancesOf(customerId)).toEqual(UNTOUCHED);
  await inEnvironment(own, customerId, async (home) => {
    const paid = { payment: { status: { name: "SUCCEEDED" } } };
    expect(await home.confirm(orderOf(confirmed))).toMatchObject(paid);
  });
  expect(await balancesOf(customerId)).toContain(99_000n);
});
