/**
 * Real clients on the wire of `npm start` and of a deployed gateway: what the official SDKs write, byte for byte, and
 * what they make of an answer. docs/spec/messages.md#official-sdks.
 */
import { createPrivateKey, createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { MPP_CLIENT_ID } from "../../../scripts/project.ts";
import { payMessage, paymentCode, SAMPLE_CURRENCY } from "../../support/end-to-end/alipayplus-messages.ts";
import { deployedBundle } from "../../support/end-to-end/build-product.ts";
import { isSignedBy, OFFICIAL_SDKS, type Sdk } from "../../support/end-to-end/clients/official-sdks.ts";
import { exchange, headerOf, receiveOne, Wire } from "../../support/end-to-end/clients/wire.ts";
import { Deployments } from "../../support/end-to-end/deployments/deployments.ts";
import { freePort } from "../../support/end-to-end/free-port.ts";
import { Rehearsal } from "../../support/end-to-end/rehearsal.ts";

const PORT = await freePort();
const BASE = "/aps/api/v1/payments";
const PARTIES = { acquirerId: "1022188000000000001", pspId: "1022172000000000001" };

const rehearsal = new Rehearsal(PORT);
let serial = 0n;

beforeAll(() => rehearsal.start());
afterAll(() => rehearsal.end());

function callOf(path: string, message: object) {
  const { alipayplus } = rehearsal.keys();
  const privateKey = createPrivateKey(alipayplus.privateKey);
  return { origin: rehearsal.origin, path, clientId: MPP_CLIENT_ID, message, privateKey };
}

/** Sends a message as an SDK does; the result code, and whether the SDK accepts the answer. */
async function ask(sdk: Sdk, path: string, message: object) {
  const answer = await exchange(PORT, sdk.write(callOf(path, message)));
  const publicKey = createPublicKey(rehearsal.keys().mpp.publicKey);
  const acceptance = sdk.read(answer, { path, clientId: MPP_CLIENT_ID, publicKey });
  const body = JSON.parse(answer.body) as { result: { resultCode: string }; paymentId?: string };
  return { answer, body, outcome: [body.result.resultCode, acceptance] };
}

/** A pay with what the SDKs write and no document says: metadata as an object, a rate as a number. */
async function newPayment(sdk: Sdk) {
  const customerId = `${sdk.name}-${crypto.randomUUID()}`;
  await rehearsal.sandbox.openCustomer(customerId, { currency: SAMPLE_CURRENCY, balance: "10000" });
  serial += 1n;
  const paymentRequestId = crypto.randomUUID();
  const sample = payMessage({
    paymentRequestId,
    paymentCode: paymentCode(serial),
    customerId,
    payToAmountMinor: 1_000n,
  });
  const { paymentMethod } = sample as { paymentMethod: object };
  return {
    paymentRequestId,
    customerId,
    message: {
      ...sample,
      paymentQuote: { quoteCurrencyPair: "JPY/KRW", quotePrice: 10.5 },
      paymentMethod: { ...paymentMethod, paymentMethodMetaData: { tokenServiceProvider: "ALIPAY_PLUS" } },
    },
  };
}

describe.each(OFFICIAL_SDKS)("the $name SDK", (sdk) => {
  test("has all four interfaces answered, and verifies each answer [MSG-26, MSG-28, MSG-30, MSG-31]", async () => {
    const { paymentRequestId, customerId, message } = await newPayment(sdk);
    const paid = await ask(sdk, `${BASE}/pay`, message);
    expect(paid.outcome).toEqual(["SUCCESS", "VERIFIED"]);
    const reference = { ...PARTIES, paymentRequestId };
    expect((await ask(sdk, `${BASE}/inquiryPayment`, reference)).outcome).toEqual(["SUCCESS", "VERIFIED"]);
    const refund = {
      ...reference,
      paymentId: paid.body.paymentId,
      refundRequestId: crypto.randomUUID(),
      refundAmount: { currency: "JPY", value: "40" },
      refundFromAmount: { currency: SAMPLE_CURRENCY, value: "400" },
    };
    expect((await ask(sdk, `${BASE}/refund`, refund)).outcome).toEqual(["SUCCESS", "VERIFIED"]);
    expect(await rehearsal.sandbox.balance(customerId)).toBe("9400");
    const other = { ...PARTIES, paymentRequestId: crypto.randomUUID() };
    expect((await ask(sdk, `${BASE}/cancelPayment`, other)).outcome).toEqual(["SUCCESS", "VERIFIED"]);
  });

  test("is refused by the sandbox's acquirer interface with a result, whatever form its target has", async () => {
    const path = "/sandbox/v1/payments/pay";
    expect((await ask(sdk, path, {})).outcome[0]).toBe("CLIENT_INVALID");
  });
});

test("a signed answer has the names that are looked for in lower case, each once [MSG-30]", async () => {
  const [sdk] = OFFICIAL_SDKS as [Sdk];
  const { answer } = await ask(sdk, `${BASE}/inquiryPayment`, { ...PARTIES, paymentRequestId: "none" });
  const ours = ["client-id", "response-time", "signature", "plusgate-request-id"];
  const names = answer.headerLines.map((line) => line.split(":")[0] ?? "");
  for (const name of ours) expect(names.filter((other) => other.toLowerCase() === name)).toEqual([name]);
});

describe("a request target that is a whole URL [MSG-31]", () => {
  const python = OFFICIAL_SDKS[1] as Sdk;
  const inquiry = () => python.write(callOf(`${BASE}/inquiryPayment`, { ...PARTIES, paymentRequestId: "none" }));
  const codeOf = ({ body }: { readonly body: string }) => JSON.parse(body).result.resultCode;

  test("is taken again and again on one connection, also in small pieces", async () => {
    const wire = await Wire.open(PORT);
    const inPieces = inquiry();
    for (let at = 0; at < 120; at += 20) await wire.write(inPieces.slice(at, at + 20));
    for (const request of [inPieces.slice(120), inquiry(), inquiry()]) {
      expect(codeOf(await wire.ask(request))).toBe("ORDER_NOT_EXIST");
    }
    wire.hangUp();
  });

  test("may come with a large body", async () => {
    const message = { ...PARTIES, paymentRequestId: "none", unknown: "x".repeat(100_000) };
    const answer = await exchange(PORT, python.write(callOf(`${BASE}/inquiryPayment`, message)));
    expect(codeOf(answer)).toBe("ORDER_NOT_EXIST");
  });

  test("leads to the sandbox where its path does", async () => {
    const health = `GET ${rehearsal.origin}/healthz HTTP/1.1\r\nHost: x\r\n\r\n`;
    expect((await exchange(PORT, health)).body).toContain('"status":"ready"');
    const sandbox = (host: string) => `GET ${rehearsal.origin}/sandbox/faults HTTP/1.1\r\nHost: ${host}\r\n\r\n`;
    expect((await exchange(PORT, sandbox(`127.0.0.1:${PORT}`))).body).toContain('"catalogue"');
    expect((await exchange(PORT, sandbox("x"))).body).toContain('"HOST_NOT_ALLOWED"');
  });
});

test("a caller that hangs up in its body leaves no error in the log, and is under way no more", async () => {
  const [sdk] = OFFICIAL_SDKS as [Sdk];
  const request = sdk.write(callOf(`${BASE}/inquiryPayment`, { ...PARTIES, paymentRequestId: "none" }));
  for (let time = 0; time < 5; time += 1) {
    const wire = await Wire.open(PORT);
    await wire.write(request.slice(0, -20));
    wire.hangUp();
  }
  expect((await ask(sdk, `${BASE}/inquiryPayment`, { ...PARTIES, paymentRequestId: "none" })).outcome[1]).toBe(
    "VERIFIED",
  );
  const lines = readFileSync(rehearsal.logPath, "utf8").split("\n");
  expect(lines.filter((line) => line.includes('"level":"error"') || line.includes("rror:"))).toEqual([]);
});

test("our notification is one that every SDK's tool verifies, with names in lower case [MSG-26, MSG-30]", async () => {
  const deployments = await Deployments.begin();
  try {
    const { port, received } = await receiveOne();
    await deployments.deploy(deployedBundle(), { FOREIGN_PAYMENT_CODES: "ACCEPT" }, port);
    await deployments.openCustomer("alice", 10_000n);
    serial += 1n;
    const payment = {
      paymentRequestId: "notified",
      paymentCode: paymentCode(serial),
      customerId: "alice",
      payToAmountMinor: 10n,
    };
    const path = "/notify/payments?of=alice";
    const message = { ...payMessage(payment), paymentNotifyUrl: `https://alipayplus.example${path}` };
    expect((await deployments.alipayplus.call("pay", message)).result.resultCode).toBe("SUCCESS");

    const notification = await received;
    expect(notification.start).toBe(`POST ${path} HTTP/1.1`);
    expect(JSON.parse(notification.body)).toMatchObject({
      paymentRequestId: "notified",
      paymentResult: { resultStatus: "S" },
    });
    const header = (name: string) => headerOf(notification, name, "AS_IT_IS") ?? "";
    expect(headerOf(notification, "content-type", "ANY")).toBe("application/json; charset=UTF-8");
    const signed = { path, clientId: header("client-id"), time: header("request-time"), body: notification.body };
    for (const { name, signatureIn } of OFFICIAL_SDKS) {
      const publicKey = createPublicKey(deployments.publicKey);
      expect(isSignedBy(publicKey, signed, signatureIn(header("signature"))), name).toBe(true);
    }
  } finally {
    await deployments.end();
  }
});
