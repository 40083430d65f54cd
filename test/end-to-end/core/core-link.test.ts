/**
 * The wire between the gateway and a wallet's own core, as the sandbox shows and spoils it (docs/sandbox/faults.md).
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it, test } from "vitest";
import { CATALOGUE, FAULT_NAMES, type FaultName } from "../../../sandbox/faults/catalogue.ts";
import { CoreProxy } from "../../support/end-to-end/core-proxy.ts";
import { eventually } from "../../support/end-to-end/eventually.ts";
import { freePort } from "../../support/end-to-end/free-port.ts";
import { Rehearsal } from "../../support/end-to-end/rehearsal.ts";
import { hkd, messageOf, type Sent } from "../../support/end-to-end/sandbox-client.ts";
import { type ReferenceCore, startReferenceCore } from "../../support/node/reference-core.ts";

const SECRET = `whsec_${btoa("a secret of the right length for it")}`;
/** Of all tries of a call: those of a busy machine, too. */
const TIMEOUT_MS = 2_000;

const directory = mkdtempSync(join(tmpdir(), "plusgate-core-link-"));
const rehearsal = new Rehearsal(await freePort());
const { sandbox } = rehearsal;
let core: ReferenceCore;
let proxy: CoreProxy;

/** An exchange with the core. */
type Shown = {
  readonly exchange: {
    readonly from: string;
    readonly to: string;
    readonly interface: string;
    readonly fault?: string;
    readonly tookMs: number;
    readonly request: {
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
      readonly signedContent: string;
    };
    readonly response: { readonly httpStatus?: number; readonly body: string };
  };
  readonly result: { readonly resultCode: string; readonly resultStatus: string };
};

async function customer(): Promise<string> {
  const customerId = `customer-${crypto.randomUUID()}`;
  const settings = { currency: "HKD", balance: "10000" };
  await fetch(`${core.url}/customers/${customerId}`, { method: "PUT", body: JSON.stringify(settings) });
  return customerId;
}

async function balanceOf(customerId: string): Promise<string> {
  const response = await fetch(`${core.url}/customers/${customerId}`);
  return ((await response.json()) as { balance: string }).balance;
}

/** A payment of 10.00 HKD, whose debit meets the fault of the header. */
async function pay(customerId: string, fault?: string): Promise<Sent> {
  const wish = { paymentCode: await sandbox.paymentCode(customerId), paymentAmount: hkd("1000") };
  const headers = fault === undefined ? {} : { "Sandbox-Fault": fault };
  const { status, body } = await sandbox.call<Sent>("POST", "/pay", wish, headers);
  expect(status).toBe(200);
  return body;
}

/** The exchanges with the core about a customer, oldest first. */
async function coreTraffic(customerId: string): Promise<Shown[]> {
  const { traffic } = await sandbox.read<{ traffic: Shown[] }>("GET", "/traffic?limit=1000");
  return traffic
    .filter(({ exchange }) => exchange.to === "CORE" && exchange.request.body.includes(`"${customerId}"`))
    .toReversed();
}

/** What was asked of the core and what came of it: `debit DONE`. */
const inShort = (shown: readonly Shown[]) =>
  shown.map(({ exchange, result }) => `${exchange.interface} ${result.resultCode}`);

/** Alipay+'s final answer about a payment: its resolver runs meanwhile. */
function finalResultOf(paymentRequestId: string): Promise<string> {
  return eventually(async () => {
    await sandbox.advanceClock(2_000);
    const { exchange } = await sandbox.inquire(paymentRequestId);
    const { paymentResult } = JSON.parse(exchange?.response.body ?? "{}") as { paymentResult?: Shown["result"] };
    expect(paymentResult?.resultStatus).toMatch(/^[SF]$/);
    return String(paymentResult?.resultCode);
  });
}

beforeAll(async () => {
  core = await startReferenceCore(join(directory, "core.sqlite"), SECRET);
  proxy = await CoreProxy.start(core.url);
  await rehearsal.start({
    ...{ CORE: "HTTP", CORE_NAME: "reference-core", CORE_URL: proxy.url, CORE_SECRET: SECRET },
    CORE_TIMEOUT_MS: String(TIMEOUT_MS),
  });
});

afterEach(async () => {
  proxy.mood = "PASS";
  await sandbox.read("DELETE", "/faults");
});

afterAll(async () => {
  await rehearsal.end();
  await proxy.stop();
  await core.kill();
  rmSync(directory, { recursive: true, force: true });
});

describe("the traffic", () => {
  it("has every message to the core, with its signature, status and time [SBX-37]", async () => {
    const customerId = await customer();
    const paid = await pay(customerId);
    const { paymentRequestId } = messageOf(paid);
    await sandbox.refund(paymentRequestId, hkd("400"));
    await sandbox.cancel(messageOf(await pay(customerId)).paymentRequestId);
    const evaluated = { paymentCode: await sandbox.paymentCode(customerId), paymentAmount: hkd("1") };
    await sandbox.read("POST", "/pay", { ...evaluated, isPaymentEvaluation: "true" });
    const shown = await eventually(async () => {
      const traffic = await coreTraffic(customerId);
      expect(inShort(traffic)).toEqual([
        "debit DONE",
        "refund DONE",
        "debit DONE",
        "reverse DONE",
        "evaluate POSSIBLE",
      ]);
      return traffic;
    });
    expect(shown[0]).toMatchObject({
      exchange: {
        ...{ from: "MPP", to: "CORE", interface: "debit", tookMs: expect.any(Number), time: expect.any(String) },
        request: {
          ...{ method: "POST", path: "/debit", verified: true },
          headers: { "webhook-id": expect.stringMatching(/^debit_/), "webhook-signature": expect.any(String) },
        },
        response: { httpStatus: 200, body: expect.stringMatching(/^ \{"outcome":"DONE","timeMs":\d+\} {2}$/) },
      },
      result: { resultCode: "DONE", resultStatus: "S" },
    });
    const [{ exchange } = expect.fail("no exchange")] = shown;
    const { headers, body, signedContent } = exchange.request;
    expect(signedContent).toBe(`${headers["webhook-id"]}.${headers["webhook-timestamp"]}.${body}`);
    expect(await balanceOf(customerId)).toBe("9400");
  });

  it("has a refusal with its reason", async () => {
    const customerId = `unknown-${crypto.randomUUID()}`;
    expect((await pay(customerId)).result.resultCode).toBe("USER_NOT_EXIST");
    await eventually(async () => expect(inShort(await coreTraffic(customerId))).toEqual(["debit CUSTOMER_UNKNOWN"]));
  });
});

describe("the wire without a fault", () => {
  test("ends with the gateway's patience: the core's connection is given up, too", async () => {
    const customerId = await customer();
    const before = proxy.hungUp;
    proxy.mood = "HANG";
    expect((await pay(customerId)).result.resultCode).toBe("PAYMENT_IN_PROCESS");
    await eventually(() => expect(proxy.hungUp).toBe(before + 1));
    await eventually(async () => {
      const [shown] = await coreTraffic(customerId);
      expect(shown).toMatchObject({ result: { resultCode: "NO_ANSWER", resultStatus: "U" } });
      expect(shown?.exchange.tookMs).toBeGreaterThanOrEqual(TIMEOUT_MS / 2);
    });
  });

  test.each([
    ["BREAK", "NO_ANSWER"],
    ["REDIRECT", "HTTP_307"],
  ] as const)("passes %s on as it is: three tries, and no debit", async (mood, resultCode) => {
    const customerId = await customer();
    proxy.mood = mood;
    expect((await pay(customerId)).result.resultCode).toBe("PAYMENT_IN_PROCESS");
    // Later ones are the resolver's.
    await eventually(async () =>
      expect(inShort(await coreTraffic(customerId)).slice(0, 3)).toEqual(Array(3).fill(`debit ${resultCode}`)),
    );
    expect(await balanceOf(customerId)).toBe("10000");
  });
});

/**
 * The debit of a payment that meets each fault once: what Alipay+ gets at once, and what the gateway got of the core.
 */
const DEBITS: Partial<Record<FaultName, { readonly header?: string; readonly got: string; readonly core: string[] }>> =
  {
    ANSWER_LOST: { got: "PAYMENT_IN_PROCESS", core: ["debit NO_ANSWER"] },
    REQUEST_LOST: { got: "PAYMENT_IN_PROCESS", core: ["debit NO_ANSWER"] },
    ANSWER_DELAYED: { header: "ANSWER_DELAYED; delayMs=100", got: "SUCCESS", core: ["debit DONE"] },
    REQUEST_DELAYED: { header: "REQUEST_DELAYED; delayMs=2000", got: "PAYMENT_IN_PROCESS", core: ["debit DONE"] },
    DUPLICATED: { got: "SUCCESS", core: ["debit DONE", "debit DONE"] },
    HTTP_500: { got: "SUCCESS", core: ["debit HTTP_500"] },
    ANSWER_GARBLED: { got: "SUCCESS", core: ["debit ANSWER_UNREADABLE"] },
  };

describe("a fault on the link to the core", () => {
  it("has a case for every fault of the link", () => {
    const known = FAULT_NAMES.filter((name) => CATALOGUE[name].links.includes("MPP_TO_CORE"));
    expect(Object.keys(DEBITS).toSorted()).toEqual(known.toSorted());
  });

  it.each(Object.entries(DEBITS))(
    "that is %s leaves one debit, and Alipay+ learns of it [SBX-38]",
    async (name, { header = name, got, core: expected }) => {
      const customerId = await customer();
      const paid = await pay(customerId, `${header}; link=MPP_TO_CORE`);
      expect(paid.result.resultCode).toBe(got);
      expect(await finalResultOf(messageOf(paid).paymentRequestId)).toBe("SUCCESS");
      expect(await balanceOf(customerId)).toBe("9000");
      await eventually(async () => {
        const faulty = (await coreTraffic(customerId)).filter(({ exchange }) => exchange.fault !== undefined);
        expect(inShort(faulty)).toEqual(expected);
        expect(new Set(faulty.map(({ exchange }) => exchange.fault))).toEqual(new Set([name]));
      });
    },
  );

  it("by a rule meets every message: U until the expiry, then closed, and the money is back [SBX-38]", async () => {
    const customerId = await customer();
    await sandbox.read("POST", "/faults", { fault: "ANSWER_LOST", link: "MPP_TO_CORE", interface: "debit" });
    const paid = await pay(customerId);
    expect(paid.result.resultCode).toBe("PAYMENT_IN_PROCESS");
    expect(await balanceOf(customerId)).toBe("9000");
    await sandbox.advanceClock(180_000);
    expect(await finalResultOf(messageOf(paid).paymentRequestId)).toBe("ORDER_IS_CLOSED");
    expect(await balanceOf(customerId)).toBe("10000");
    expect(inShort(await coreTraffic(customerId))).toContain("reverse DONE");
  });

  it.each([
    ["refund", "ANSWER_LOST", "9400"],
    ["cancelPayment", "DUPLICATED", "10000"],
  ])("asked for with a %s meets its own message: %s", async (call, fault, balance) => {
    const customerId = await customer();
    const { paymentRequestId } = messageOf(await pay(customerId));
    const wish = { paymentRequestId, ...(call === "refund" && { refundAmount: hkd("400"), refundRequestId: "r1" }) };
    const asked = () => sandbox.call<Sent>("POST", `/${call}`, wish, { "Sandbox-Fault": `${fault}; link=MPP_TO_CORE` });
    await asked();
    await eventually(async () => {
      await sandbox.advanceClock(2_000);
      const { body } = await sandbox.call<Sent>("POST", `/${call}`, wish);
      expect(body.result.resultCode).toBe("SUCCESS");
    });
    expect(await balanceOf(customerId)).toBe(balance);
    const faulty = (await coreTraffic(customerId)).filter(({ exchange }) => exchange.fault === fault);
    expect(new Set(faulty.map(({ exchange }) => exchange.interface))).toEqual(
      new Set([call === "refund" ? "refund" : "reverse"]),
    );
  });

  it("is asked for with a sale, and with the customer's confirmation", async () => {
    const customerId = await customer();
    const fault = { "Sandbox-Fault": "HTTP_500; link=MPP_TO_CORE" };
    const sale = { paymentCode: await sandbox.paymentCode(customerId), paymentAmount: hkd("1000") };
    expect((await sandbox.call("POST", "/sales", sale, fault)).body).toMatchObject({ status: "SUCCEEDED" });
    const { codeValue, paymentRequestId } = await sandbox.orderCode({ paymentAmount: hkd("700") });
    const wallet = rehearsal.wallet(customerId);
    await wallet.scan(codeValue);
    const confirmed = await wallet.call("POST", `/payments/${paymentRequestId}/confirm`, { customerId }, fault);
    expect(confirmed.body).toMatchObject({ status: "SUCCEEDED" });
    await eventually(async () =>
      expect(inShort(await coreTraffic(customerId))).toEqual([
        "debit HTTP_500",
        "debit DONE",
        "debit HTTP_500",
        "debit DONE",
      ]),
    );
    expect(await balanceOf(customerId)).toBe("8300");
    const refused = await wallet.call("POST", "/scans", { customerId, codeValue }, fault);
    expect(refused).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining("is for confirm") } },
    });
  });

  it("asked for with a confirmation leaves a path that cannot be read to the gateway", async () => {
    const fault = { "Sandbox-Fault": "HTTP_500; link=MPP_TO_CORE" };
    const wallet = rehearsal.wallet("alice");
    const confirm = (headers = {}) => wallet.call("POST", "/payments/%E0/confirm", { customerId: "alice" }, headers);
    const { status } = await confirm();
    expect(status).toBeLessThan(500);
    expect(await confirm(fault)).toMatchObject({ status });
  });

  it("is refused on a call that leads to no message there", async () => {
    const fault = { "Sandbox-Fault": "ANSWER_LOST; link=MPP_TO_CORE" };
    const refused = await sandbox.call("POST", "/inquiryPayment", { paymentRequestId: "1" }, fault);
    expect(refused).toMatchObject({
      status: 400,
      body: { error: { message: expect.stringContaining("MPP_TO_CORE") } },
    });
  });
});
