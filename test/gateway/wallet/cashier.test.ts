/**
 * The landing of the wallet's cashier URL: the page, the order behind it, and the URL scanned.
 * docs/spec/wallet/cashier.md.
 */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Env } from "../../../durable/env.ts";
import { cashierUrlOf } from "../../../protocol/cashier-url.ts";
import { formatTime } from "../../../protocol/time.ts";
import { balanceOf, type Json, newId, openCustomer } from "../../support/alipayplus.ts";
import {
  type Answering,
  type Asked,
  pathOf,
  playAlipayPlus,
  resultOf,
  SUCCESS,
} from "../../support/alipayplus-answers.ts";
import { setAlipayPlus } from "../../support/alipayplus-binding.ts";
import { hkd } from "../../support/amounts.ts";
import { fetchIn, otherEnvironment } from "../../support/home/other-environment.ts";
import { customerToken, type WalletReply, walletReplyOf, walletRequest } from "../../support/wallet/calls.ts";
import { decodedOrder } from "../../support/wallet/order.ts";

const DECODE_PATH = pathOf("payments/userInitiatedPay");
const PAGE = "https://pages.wallet.test/cashier";
const SCHEME = "wallet://cashier";
const LOGIN = "https://login.wallet.test/?next=cashier";

const CASHIER = { isInStorePayment: "false", isCashierPayment: "true" };
const SHOP = { isInStorePayment: "true", isCashierPayment: "true" };

let environment: Env;

beforeEach(() => {
  environment = otherEnvironment({ CASHIER_URLS: `${PAGE} ${SCHEME}`, CASHIER_LOGIN_URL: LOGIN });
});

afterEach(() => {
  setAlipayPlus();
  vi.restoreAllMocks();
});

/** From now on Alipay+ decodes order codes like this, and has no code rules. */
function play(decode: Answering): Asked[] {
  return playAlipayPlus({
    [pathOf("codes/inquiryCodeRules")]: () => ({ result: SUCCESS, codeRules: [] }),
    [DECODE_PATH]: decode,
  });
}

const cashierOrder = (changes: Json = {}) => decodedOrder({ paymentFactor: CASHIER, ...changes });

const newCode = () => `https://pay.test/281666040/${newId("code")}`;

async function call(path: string, body: Json, token?: string): Promise<WalletReply> {
  const request = walletRequest("POST", path, body, token === undefined ? {} : { token });
  return walletReplyOf(await fetchIn(environment, request));
}

const land = (body: Json, token?: string) => call("/cashier", body, token);
const scan = (body: Json) => call("/scans", body);

/** What a browser shows, which has no token. */
async function visit(query: string) {
  const request = walletRequest("GET", `/cashier${query}`, undefined, { token: null });
  const response = await fetchIn(environment, request);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** The address with which Alipay+ leads a customer to the page. */
const queryOf = (codeValue: string) => new URL(cashierUrlOf(PAGE, codeValue)).search;

describe("the landing", () => {
  it("decodes the code without any rule, and the order counts down, is paid and leads back [CSH-05, CSH-06]", async () => {
    const paymentExpiryTime = formatTime(Date.now() + 600_000);
    const order = cashierOrder({
      paymentFactor: { ...CASHIER, isPaymentEvaluation: "false" },
      paymentAmount: hkd("1000"),
      payToAmount: hkd("1000"),
      paymentExpiryTime,
      paymentRedirectUrl: "https://shop.test/thanks?order=1",
    });
    const asked = play(() => order);
    const customerId = await openCustomer();
    const codeValue = newCode();
    const landed = await land({ customerId, codeValue, passThroughInfo: "seat 3" });
    expect(landed).toMatchObject({
      status: 200,
      body: {
        action: "SHOW_PAYMENT",
        payment: {
          paymentRequestId: order.paymentRequestId,
          status: "AWAITING_CONFIRMATION",
          paymentExpiryTime,
          paymentRedirectUrl: "https://shop.test/thanks?order=1",
        },
      },
    });
    expect(asked.map(({ path, body }) => [path, body])).toEqual([
      [DECODE_PATH, { codeValue, customerId, passThroughInfo: "seat 3" }],
    ]);
    const confirmed = await call(`/payments/${order.paymentRequestId}/confirm`, { customerId });
    expect(confirmed.body).toMatchObject({ status: "SUCCEEDED", redirectAfterSeconds: 6 });
    expect(await balanceOf(customerId)).toBe(99_000n);
  });

  it("is used up by the customer who logs in, who may come again; another may not [CSH-07]", async () => {
    const asked = play(() => cashierOrder());
    const codeValue = newCode();
    const first = await land({ customerId: "alice", codeValue });
    expect((await land({ codeValue }, await customerToken("alice"))).body).toEqual(first.body);
    expect(await land({ codeValue }, await customerToken("bob"))).toMatchObject({
      status: 409,
      body: { code: "CODE_OF_ANOTHER_CUSTOMER", title: expect.not.stringContaining("scan") },
    });
    expect(asked.filter(({ path }) => path === DECODE_PATH)).toHaveLength(1);
  });

  it("takes no order of a shop, and says so [CSH-08]", async () => {
    play(() => cashierOrder({ paymentFactor: SHOP }));
    const reply = await land({ customerId: "alice", codeValue: newCode() });
    expect(reply).toMatchObject({ status: 422, body: { code: "NOT_CASHIER_ORDER" } });
  });

  it("answers an evaluation, which has nothing to confirm and no countdown [PAY-12]", async () => {
    play(() => cashierOrder({ paymentFactor: { ...CASHIER, isPaymentEvaluation: "true" } }));
    const customerId = await openCustomer();
    expect((await land({ customerId, codeValue: newCode() })).body).toEqual({
      action: "EVALUATION",
      result: { resultCode: "SUCCESS", resultStatus: "S", resultMessage: "Success" },
    });
  });

  it("needs a token, and a customer's opens it for that customer alone", async () => {
    play(() => cashierOrder());
    const codeValue = newCode();
    expect((await land({ customerId: "alice", codeValue }, "no-token-of-this-gateway-0000000000")).status).toBe(401);
    expect(await land({ customerId: "bob", codeValue }, await customerToken("alice"))).toMatchObject({
      status: 403,
      body: { code: "CUSTOMER_NOT_ALLOWED" },
    });
  });

  it.each([{}, { codeValue: "" }, { codeValue: "1".repeat(513) }, { codeValue: {} }])(
    "refuses a code value that is none: %#",
    async (body) => {
      play(() => cashierOrder());
      expect(await land({ customerId: "alice", ...body })).toMatchObject({
        status: 400,
        body: { code: "PARAM_ILLEGAL", detail: expect.stringContaining("codeValue") },
      });
    },
  );
});

describe("a scanned cashier URL", () => {
  it.each([PAGE, SCHEME])("that begins with %s leads to the same order as its landing [CSH-09]", async (registered) => {
    const asked = play(() => cashierOrder());
    const codeValue = newCode();
    const scanned = await scan({ customerId: "alice", codeValue: ` ${cashierUrlOf(registered, codeValue)}\n` });
    expect(scanned.body).toMatchObject({ action: "SHOW_PAYMENT" });
    for (const landed of [codeValue, cashierUrlOf(registered, codeValue)]) {
      expect((await land({ customerId: "alice", codeValue: landed })).body).toEqual(scanned.body);
    }
    expect(asked.map(({ body }) => body.codeValue)).toEqual([codeValue]);
  });

  it("may be longer than the code value in it, which has its own limit", async () => {
    const asked = play(() => cashierOrder());
    const longest = `${newCode()}/`.padEnd(512, "/");
    expect((await scan({ customerId: "alice", codeValue: cashierUrlOf(PAGE, longest) })).status).toBe(200);
    await scan({ customerId: "alice", codeValue: cashierUrlOf(PAGE, `${longest}/`) });
    expect(asked.filter(({ path }) => path === DECODE_PATH).map(({ body }) => body.codeValue)).toEqual([longest]);
  });

  it("of another wallet is judged by the code rules, as any other text [CSH-04]", async () => {
    const asked = play(() => cashierOrder());
    await scan({ customerId: "alice", codeValue: cashierUrlOf("https://other.test/cashier", newCode()) });
    environment = otherEnvironment({});
    await scan({ customerId: "alice", codeValue: cashierUrlOf(PAGE, newCode()) });
    expect(asked.filter(({ path }) => path === DECODE_PATH)).toEqual([]);
  });

  it("takes no order of a shop [CSH-08]", async () => {
    play(() => cashierOrder({ paymentFactor: SHOP }));
    const reply = await scan({ customerId: "alice", codeValue: cashierUrlOf(PAGE, newCode()) });
    expect(reply).toMatchObject({ status: 422, body: { code: "NOT_CASHIER_ORDER" } });
  });
});

describe("the page", () => {
  it("needs no login, leads into the app and to the login with the code, and uses up nothing [CSH-10]", async () => {
    const asked = play(() => cashierOrder());
    const codeValue = newCode();
    const { status, headers, text } = await visit(queryOf(codeValue));
    expect(status).toBe(200);
    expect(headers.get("Content-Type")).toBe("text/html; charset=UTF-8");
    const encoded = encodeURIComponent(codeValue);
    expect(text).toContain(`href="wallet://cashier?source=alipay-connect&amp;codeValue=${encoded}"`);
    expect(text).toContain(
      `href="https://login.wallet.test/?next=cashier&amp;source=alipay-connect&amp;codeValue=${encoded}"`,
    );
    expect(asked).toEqual([]);
    expect((await land({ customerId: "anyone", codeValue })).body).toMatchObject({ action: "SHOW_PAYMENT" });
  });

  it("has no script, nothing of another origin, and is kept and framed by none [CSH-10]", async () => {
    const { headers, text } = await visit(queryOf(newCode()));
    expect(headers.get("Content-Security-Policy")).toMatch(
      /^default-src 'none'; style-src 'nonce-[0-9a-f-]{36}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    );
    expect(text).not.toMatch(/<script|style=|onclick|src=/);
    expect(Object.fromEntries(headers)).toMatchObject({
      "cache-control": "no-store",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "x-robots-tag": "noindex",
    });
  });

  it("lets no code value become markup or another link", async () => {
    const { text } = await visit(`?codeValue=${encodeURIComponent(`"><script>alert(1)</script>&codeValue=2`)}`);
    expect(text).not.toContain("<script");
    expect(text.match(/codeValue=/g)).toHaveLength(2);
  });

  it.each<[string, string]>([
    ["app", SCHEME],
    ["login", ""],
  ])("has one way where the wallet has only the %s", async (_, cashierUrls) => {
    const only = cashierUrls === "" ? { CASHIER_URLS: PAGE, CASHIER_LOGIN_URL: LOGIN } : { CASHIER_URLS: cashierUrls };
    environment = otherEnvironment(only);
    expect((await visit(queryOf(newCode()))).text.match(/<a /g)).toHaveLength(1);
  });

  it("is not there without a way on", async () => {
    environment = otherEnvironment({ CASHIER_URLS: PAGE });
    const { status, text } = await visit(queryOf(newCode()));
    expect([status, text]).toEqual([503, expect.stringContaining("CASHIER_LOGIN_URL")]);
  });

  it.each(["", "?codeValue=", "?codeValue=1&codeValue=2", `?codeValue=${"1".repeat(513)}`])(
    "says that a link without one code value is not complete: %#",
    async (query) => {
      const log = vi.spyOn(console, "log").mockImplementation(() => undefined);
      const { status, text } = await visit(query);
      expect(JSON.parse(String(log.mock.lastCall?.[0]))).toMatchObject({
        interface: "showCashier",
        resultCode: "PARAM_ILLEGAL",
        httpStatus: 400,
      });
      expect([status, text]).toEqual([400, expect.stringContaining("Go back to the merchant")]);
      expect(text).not.toContain("<a ");
    },
  );

  it("ignores what else the link of a wallet has", async () => {
    expect((await visit("?utm=a&codeValue=1&utm=b")).status).toBe(200);
  });
});

it("the log never has a code value, from the page to the payment [CSH-11]", async () => {
  const written: string[] = [];
  for (const method of ["log", "info", "warn", "error", "debug"] as const) {
    vi.spyOn(console, method).mockImplementation((...texts: unknown[]) => {
      written.push(texts.map(String).join(" "));
    });
  }
  const secret = newId("planted");
  const codeValue = `https://pay.test/281666040/${secret}`;
  play(() => cashierOrder());
  await visit(queryOf(codeValue));
  await land({ customerId: "alice", codeValue });
  await land({ customerId: "bob", codeValue });
  await scan({ customerId: "alice", codeValue: cashierUrlOf(SCHEME, codeValue) });
  play(() => resultOf("U", "UNKNOWN_EXCEPTION"));
  await land({ customerId: "alice", codeValue: `${codeValue}-2` });
  expect(written.length).toBeGreaterThanOrEqual(5);
  expect(written.join("\n")).not.toContain(secret);
});

describe("what Alipay+ adds for the wallet", () => {
  const actionForm = { actionType: "HANDLE_BY_SDK", sdkActionPayload: { step: "1" } };

  it("is handed on to the app with the order, as it came [UIP-13]", async () => {
    const added = { actionForm, indirectMpp: { name: "sub-wallet" }, paymentCodeRegion: "JP" };
    play(() => cashierOrder(added));
    const { body } = await land({ customerId: "alice", codeValue: newCode() });
    expect(body.payment).toMatchObject(added);
  });

  it("is handed on with a refusal, too [UIP-13]", async () => {
    play(() => ({ ...resultOf("F", "PROCESS_FAIL"), actionForm }));
    const reply = await land({ customerId: "alice", codeValue: newCode() });
    expect(reply).toMatchObject({ status: 502, body: { code: "ALIPAYPLUS_REFUSED", actionForm } });
    play(() => ({ ...resultOf("F", "PROCESS_FAIL"), actionForm: "none" }));
    expect((await land({ customerId: "alice", codeValue: newCode() })).body).not.toHaveProperty("actionForm");
  });
});
