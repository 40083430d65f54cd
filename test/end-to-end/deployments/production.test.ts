/** Production as wrangler.toml says it, with the embedded core: it does what check-config says of it. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { checkDeployment } from "../../../scripts/deployment/check-deployment.ts";
import { MPP_CLIENT_ID } from "../../../scripts/project.ts";
import {
  inquiryMessage,
  payMessage,
  paymentCode,
  SAMPLE_CURRENCY,
} from "../../support/end-to-end/alipayplus-messages.ts";
import { deployedBundle } from "../../support/end-to-end/build-product.ts";
import { Deployments, ENVIRONMENT, type Settings } from "../../support/end-to-end/deployments/deployments.ts";

const CUSTOMER_ID = "customer-of-production";
const BALANCE_MINOR = 10_000n;
const AMOUNT_MINOR = 1_000n;
const LIFETIME_MS = 600_000;

const PAID = inquiryMessage("paid");

let deployments: Deployments;

function payOf(paymentRequestId: string, codeSerial: number, customerId = CUSTOMER_ID) {
  const payment = { paymentRequestId, paymentCode: paymentCode(codeSerial), customerId };
  return payMessage({ ...payment, payToAmountMinor: AMOUNT_MINOR }) as { readonly paymentFactor: object };
}

async function resultOf(interfaceName: string, message: object): Promise<string> {
  return (await deployments.alipayplus.call(interfaceName, message)).result.resultCode;
}

/** What check-config says of the secrets, and a deployment with them. */
async function checkAndDeploy(differences: Settings = {}) {
  const all = Object.entries({ ...deployments.secrets, ...differences });
  const secrets = Object.fromEntries(all.filter((entry): entry is [string, string] => entry[1] !== undefined));
  const report = await checkDeployment(ENVIRONMENT, secrets);
  await deployments.deploy(deployedBundle(), differences);
  return report;
}

beforeAll(async () => {
  deployments = await Deployments.begin();
});

afterAll(() => deployments.end());

describe("with every secret", () => {
  it("check-config names nothing wrong, and the gateway is ready", async () => {
    expect(await checkAndDeploy()).toMatchObject({
      wrong: [],
      toPut: [],
      deployment: { clientId: MPP_CLIENT_ID, core: "EMBEDDED", shardCount: 4_096 },
    });
    expect(await deployments.health()).toEqual({ status: 200, body: { status: "ready" } });
  });

  it("a customer pays with a code of ours, once, and with no other", async () => {
    await deployments.openCustomer(CUSTOMER_ID, BALANCE_MINOR);
    const expiryTimeMs = Date.now() + LIFETIME_MS;
    await deployments.issueCodes(CUSTOMER_ID, [{ paymentCode: paymentCode(1), expiryTimeMs }]);
    const evaluated = payOf("paid", 1);
    const paymentFactor = { ...evaluated.paymentFactor, isPaymentEvaluation: "true" };
    expect(await resultOf("pay", { ...evaluated, paymentFactor })).toBe("SUCCESS");
    expect(await resultOf("pay", payOf("paid", 1))).toBe("SUCCESS");
    expect(await resultOf("pay", payOf("paid", 1))).toBe("SUCCESS");
    expect(await resultOf("pay", payOf("paid-again", 1))).toBe("INVALID_CODE");
    expect(await resultOf("pay", payOf("foreign", 2))).toBe("INVALID_CODE");
    expect(await deployments.balanceOf(CUSTOMER_ID)).toBe(BALANCE_MINOR - AMOUNT_MINOR);
  });

  it("Alipay+ inquires, refunds and cancels", async () => {
    const { paymentId, paymentResult } = await deployments.alipayplus.call("inquiryPayment", PAID);
    expect(paymentResult).toMatchObject({ resultCode: "SUCCESS" });
    const amounts = {
      refundAmount: { currency: "JPY", value: "40" },
      refundFromAmount: { currency: SAMPLE_CURRENCY, value: "400" },
    };
    expect(await resultOf("refund", { ...PAID, paymentId, refundRequestId: "refund", ...amounts })).toBe("SUCCESS");
    expect(await deployments.balanceOf(CUSTOMER_ID)).toBe(BALANCE_MINOR - AMOUNT_MINOR + 400n);
    expect(await resultOf("cancelPayment", PAID)).toBe("PROCESS_FAIL");
    expect(await resultOf("cancelPayment", inquiryMessage("never-paid"))).toBe("SUCCESS");
    expect(await resultOf("pay", payOf("never-paid", 1))).toBe("ORDER_IS_CLOSED");
  });

  it("operators and the wallet are admitted", async () => {
    expect(await deployments.operator.read("GET", "/payments/paid")).toMatchObject({
      status: "SUCCEEDED",
      core: "EMBEDDED",
    });
    const wallet = deployments.wallet(CUSTOMER_ID);
    expect((await wallet.payment("paid")).body).toMatchObject({ status: "SUCCEEDED" });
    expect((await wallet.call("POST", "/live-tokens", { customerId: CUSTOMER_ID })).status).toBe(200);
  });
});

it("without tokens payments go on, and what check-config says is missing admits no caller", async () => {
  const { wrong, notes } = await checkAndDeploy({
    WALLET_TOKENS: undefined,
    OPS_TOKENS: undefined,
    LIVE_TOKEN_SECRET: undefined,
  });
  expect(wrong).toEqual([]);
  expect(notes).toEqual([
    "WALLET_TOKENS: is not set; no service of the wallet is admitted at /wallet/v1",
    "WALLET_JWT: is not set; no app is admitted at /wallet/v1 by a token of its own",
    "LIVE_TOKEN_SECRET: is not set; there is no live stream",
    "OPS_TOKENS: is not set; no operator is admitted at /ops",
    "CASHIER_URLS: is not set; a cashier URL that a customer scans is not recognised",
    "AUTHORIZATION_URL: is not set; there is no Auto Debit",
  ]);
  expect(await deployments.health()).toEqual({ status: 200, body: { status: "ready" } });
  expect(await resultOf("pay", payOf("paid", 1))).toBe("SUCCESS");
  expect((await deployments.operator.call("GET", "/payments/paid")).status).toBe(401);
  expect((await deployments.wallet(CUSTOMER_ID).payment("paid")).status).toBe(401);
});
