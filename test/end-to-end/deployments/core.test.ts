/** A payment belongs to its core: a deployment with another one, or with none, leaves it as it is. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  inquiryMessage,
  payMessage,
  paymentCode,
  SAMPLE_CURRENCY,
} from "../../support/end-to-end/alipayplus-messages.ts";
import { deployedBundle } from "../../support/end-to-end/build-product.ts";
import { Deployments, type Settings } from "../../support/end-to-end/deployments/deployments.ts";
import { HangingCore } from "../../support/end-to-end/deployments/hanging-core.ts";
import { makeOpenWorkDue, storedRows } from "../../support/end-to-end/deployments/stored-state.ts";
import { eventually } from "../../support/end-to-end/eventually.ts";

const CUSTOMER_ID = "customer-of-the-core";
const BALANCE_MINOR = 10_000n;
const AMOUNT_MINOR = 1_000n;

/** Paid while the core answered, and not. */
const [EARLIER, OPEN] = [1, 2].map((serial) =>
  payMessage({
    paymentRequestId: `payment-${serial}`,
    paymentCode: paymentCode(serial),
    customerId: CUSTOMER_ID,
    payToAmountMinor: AMOUNT_MINOR,
  }),
) as [object, object];
const OF_EARLIER = inquiryMessage("payment-1");
const OF_OPEN = inquiryMessage("payment-2");

/** Another core, or none, in place of the wallet's. */
const WITHOUT_CORE = { CORE: undefined, CORE_NAME: undefined, CORE_URL: undefined, CORE_SECRET: undefined };

let deployments: Deployments;
let core: HangingCore;
let paymentId: unknown;

const deploy = (settings: Settings = {}) =>
  deployments.deploy(deployedBundle(), { FOREIGN_PAYMENT_CODES: "ACCEPT", ...core.settings, ...settings });

async function resultOf(interfaceName: string, message: object): Promise<string> {
  const { resultStatus, resultCode } = (await deployments.alipayplus.call(interfaceName, message)).result;
  return `${resultStatus} ${resultCode}`;
}

/** The payment's own result, which an inquiry carries beside that of the call. */
async function paymentResult(reference: object): Promise<unknown> {
  const { paymentResult } = await deployments.alipayplus.call("inquiryPayment", reference);
  return (paymentResult as { resultStatus: string }).resultStatus;
}

function refundOf(refundRequestId: string): object {
  return {
    ...OF_EARLIER,
    paymentId,
    refundRequestId,
    refundAmount: { currency: "JPY", value: "40" },
    refundFromAmount: { currency: SAMPLE_CURRENCY, value: "400" },
  };
}

beforeAll(async () => {
  core = await HangingCore.start();
  core.openCustomer(CUSTOMER_ID, BALANCE_MINOR);
  deployments = await Deployments.begin();
  await deploy();
  const paid = await deployments.alipayplus.call("pay", EARLIER);
  expect(paid.result.resultCode).toBe("SUCCESS");
  paymentId = paid.paymentId;
  core.hangs = true;
  expect(await resultOf("pay", OPEN)).toBe("U PAYMENT_IN_PROCESS");
});

afterAll(async () => {
  await deployments.end();
  core.stop();
});

it("the core has taken the money that it did not answer for", () => {
  expect(core.balanceOf(CUSTOMER_ID)).toBe(BALANCE_MINOR - 2n * AMOUNT_MINOR);
});

describe.each([
  { other: "the embedded core", name: "EMBEDDED", settings: { ...WITHOUT_CORE, CORE: "EMBEDDED" } },
  { other: "a core of another name", name: "other-core", settings: { CORE_NAME: "other-core" } },
])("a deployment with $other", ({ name, settings }) => {
  beforeAll(async () => {
    await deployments.stop();
    makeOpenWorkDue(deployments.storageDirectory);
    core.hangs = false;
    await deploy(settings);
  });

  it("leaves the payment open when its resolver looks at it, and says so", async () => {
    expect(await deployments.health()).toEqual({ status: 200, body: { status: "ready" } });
    expect(await paymentResult(OF_OPEN)).toBe("U");
    const why = `It is paid with core wallet-core; the settings name ${name}.`;
    await eventually(() => expect(deployments.log.join("\n")).toContain(why));
    expect(await paymentResult(OF_OPEN)).toBe("U");
    expect(await resultOf("pay", OPEN)).toBe("U PAYMENT_IN_PROCESS");
  });

  it("answers cancel and refund U, and changes neither payment", async () => {
    const before = await viewsOfOperator();
    expect(before).toMatchObject([
      { core: "wallet-core", status: "SUCCEEDED" },
      { core: "wallet-core", status: "PROCESSING" },
    ]);
    for (const reference of [OF_EARLIER, OF_OPEN]) {
      expect(await resultOf("cancelPayment", reference)).toBe("U PAYMENT_IN_PROCESS");
    }
    expect(await resultOf("refund", refundOf(`refund-${name}`))).toBe("U PAYMENT_IN_PROCESS");
    expect(await viewsOfOperator()).toEqual(before);
    expect(await paymentResult(OF_EARLIER)).toBe("S");
    expect(core.balanceOf(CUSTOMER_ID)).toBe(BALANCE_MINOR - 2n * AMOUNT_MINOR);
  });
});

describe.each([
  { lack: "without CORE, CORE_NAME, CORE_URL and CORE_SECRET", setting: "CORE: is missing", settings: WITHOUT_CORE },
  {
    lack: "without CORE_URL and CORE_SECRET",
    setting: "CORE_URL: is missing",
    settings: { CORE_URL: undefined, CORE_SECRET: undefined },
  },
])("a deployment $lack", ({ setting, settings }) => {
  it("is refused at the start, and changes nothing", async () => {
    await deployments.stop();
    makeOpenWorkDue(deployments.storageDirectory);
    const rows = storedRows(deployments.storageDirectory);
    await deploy(settings);
    const body = { status: "misconfigured", reason: "VARIABLE_INVALID" };
    expect(await deployments.health()).toEqual({ status: 503, body });
    for (const reference of [OF_EARLIER, OF_OPEN]) {
      expect(await resultOf("inquiryPayment", reference)).toBe("U UNKNOWN_EXCEPTION");
      expect(await resultOf("cancelPayment", reference)).toBe("U UNKNOWN_EXCEPTION");
    }
    expect(await resultOf("refund", refundOf("refund-refused"))).toBe("U UNKNOWN_EXCEPTION");
    expect(await resultOf("pay", OPEN)).toBe("U UNKNOWN_EXCEPTION");
    await eventually(() => expect(deployments.log.join("\n")).toContain(setting));
    await deployments.stop();
    expect(storedRows(deployments.storageDirectory)).toEqual(rows);
  });
});

it("with its core again the payment becomes final, and cancel and refund reach the core", async () => {
  await deployments.stop();
  makeOpenWorkDue(deployments.storageDirectory);
  await deploy();
  await eventually(async () => expect(await paymentResult(OF_OPEN)).toBe("S"));
  expect(await resultOf("pay", OPEN)).toBe("S SUCCESS");
  expect(core.balanceOf(CUSTOMER_ID)).toBe(BALANCE_MINOR - 2n * AMOUNT_MINOR);
  // The refund that was U under another core is the same one, once.
  expect(await resultOf("refund", refundOf("refund-EMBEDDED"))).toBe("S SUCCESS");
  expect(await resultOf("refund", refundOf("refund-EMBEDDED"))).toBe("S SUCCESS");
  expect(await resultOf("cancelPayment", OF_OPEN)).toBe("S SUCCESS");
  expect(core.balanceOf(CUSTOMER_ID)).toBe(BALANCE_MINOR - AMOUNT_MINOR + 400n);
});

/** What an operator sees of both payments; when the resolver looks again is none of a call's business. */
async function viewsOfOperator(): Promise<object[]> {
  const ids = ["payment-1", "payment-2"];
  return Promise.all(ids.map((id) => deployments.operator.read<object>("GET", `/payments/${id}`)));
}
