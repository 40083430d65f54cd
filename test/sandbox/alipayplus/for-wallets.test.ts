import type { env } from "cloudflare:workers";
import { describe, expect, inject, it } from "vitest";
import { formatTime } from "../../../protocol/time.ts";
import type { SandboxEnv } from "../../../sandbox/env.ts";
import { alipayPlus, CLIENT_ID, callAlipayPlus, deliver } from "../../support/sandbox/alipayplus.ts";
import { call, type ErrorReply, type ExchangeReply, openCustomer, sandboxEnv } from "../../support/sandbox/sandbox.ts";

const GET_PAYMENT_CODE = "/aps/api/v1/codes/getPaymentCode";
const USER_INITIATED_PAY = "/aps/api/v1/payments/userInitiatedPay";

const wish = (customerId = "alice") => ({ region: "HK", customerId, env: { deviceTokenId: "device-1" } });

type Recorded = {
  readonly traffic: readonly {
    readonly exchange: {
      readonly from: string;
      readonly to: string;
      readonly interface: string;
      readonly request: {
        readonly path: string;
        readonly headers: Readonly<Record<string, string>>;
        readonly body: string;
        readonly signedContent?: string;
        readonly verified: boolean;
        readonly verificationFault?: string;
      };
      readonly response: {
        readonly httpStatus: number;
        readonly headers: Readonly<Record<string, string>>;
        readonly body: string;
        readonly signedContent?: string;
      };
    };
    readonly result: { readonly resultCode: string };
  }[];
};

async function lastExchange(): Promise<Recorded["traffic"][number]> {
  const { traffic } = await call<Recorded>("GET", "/traffic?limit=1");
  if (!traffic[0]) throw new Error("there was no exchange");
  return traffic[0];
}

describe("a call of the wallet", () => {
  it("is answered with HTTP status 200 and a signature over the path that was called, with its query", async () => {
    const answer = await callAlipayPlus(`${GET_PAYMENT_CODE}?from=test`, wish());
    expect(answer).toMatchObject({ httpStatus: 200, verified: true, result: { resultCode: "SUCCESS" } });
    expect(answer.headers.get("Content-Type")).toBe("application/json; charset=UTF-8");
  });

  const farTime = (offsetMs: number) => ({ "Request-Time": formatTime(Date.now() + offsetMs) });

  it.each<[string, string, Parameters<typeof callAlipayPlus>[2]]>([
    ["METHOD_NOT_SUPPORTED", "", { method: "GET" }],
    ["METHOD_NOT_SUPPORTED", "", { method: "PUT" }],
    ["MEDIA_TYPE_NOT_ACCEPTABLE", "", { headers: { "Content-Type": "text/plain" } }],
    ["PARAM_ILLEGAL", "Client-Id", { headers: { "Client-Id": undefined } }],
    ["PARAM_ILLEGAL", "Client-Id", { headers: { "Client-Id": "a b" } }],
    ["PARAM_ILLEGAL", "Request-Time", { headers: { "Request-Time": undefined } }],
    ["PARAM_ILLEGAL", "Request-Time", { headers: { "Request-Time": "now" } }],
    ["PARAM_ILLEGAL", "Request-Time", { headers: farTime(-601_000) }],
    ["PARAM_ILLEGAL", "Request-Time", { headers: farTime(602_000) }],
    ["PARAM_ILLEGAL", "Signature", { headers: { Signature: undefined } }],
    ["PARAM_ILLEGAL", "Signature", { headers: { Signature: "yes" } }],
    ["PARAM_ILLEGAL", "algorithm", { headers: { Signature: "algorithm=RSA1,keyVersion=1,signature=AAAA" } }],
    ["PARAM_ILLEGAL", "body", { sent: "x".repeat(131_073) }],
    ["INVALID_CLIENT", "", { headers: { "Client-Id": "SANDBOX_5Y00000000000000009" } }],
    ["KEY_NOT_FOUND", "", { headers: { Signature: "algorithm=RSA256,keyVersion=9,signature=AAAA" } }],
    ["INVALID_SIGNATURE", "", { headers: { Signature: "algorithm=RSA256,keyVersion=1,signature=AAAA" } }],
    ["INVALID_SIGNATURE", "", { sent: `${JSON.stringify(wish())} ` }],
  ])("that does not verify is refused with %s %s, unsigned", async (code, named, changes) => {
    const answer = await callAlipayPlus(GET_PAYMENT_CODE, wish(), changes);
    expect([answer.httpStatus, answer.result.resultCode, answer.result.resultStatus]).toEqual([200, code, "F"]);
    expect(answer.result.resultMessage).toContain(named);
    expect(answer.headers.has("Signature")).toBe(false);
    expect(answer.headers.has("Response-Time")).toBe(true);
  });

  it("to a path that is no interface is refused with NO_INTERFACE_DEF", async () => {
    for (const path of ["/aps/api/v1/payments/pay", "/aps/api/v1", "/", "/sandboxes"]) {
      expect((await callAlipayPlus(path, {})).result.resultCode).toBe("NO_INTERFACE_DEF");
    }
  });

  it("opens no door for another party whose key Alipay+ knows", async () => {
    const publicKey = inject("mppPublicKey");
    const VERIFICATION_KEYS = JSON.stringify({
      [CLIENT_ID]: { 1: publicKey },
      SANDBOX_5Y00000000000000002: { 1: publicKey },
    });
    const environment = sandboxEnv({ VERIFICATION_KEYS });
    const headers = { "Client-Id": "SANDBOX_5Y00000000000000002" };
    const answer = await callAlipayPlus(GET_PAYMENT_CODE, wish(), { headers, environment });
    expect(answer.result.resultCode).toBe("INVALID_CLIENT");
  });

  it.each([
    ["body", "{"],
    ["body", "[]"],
    ["customerId", '{"customerId":"a","customerId":"b"}'],
  ])("whose body is not one strict JSON object is refused, signed, naming %s", async (named, body) => {
    const answer = await callAlipayPlus(GET_PAYMENT_CODE, body);
    expect([answer.result.resultCode, answer.verified]).toEqual(["PARAM_ILLEGAL", true]);
    expect(answer.result.resultMessage).toContain(named);
  });

  it("is answered U when the sandbox fails: signed when an object of it is broken, unsigned when it is misconfigured", async () => {
    const broken = sandboxEnv({ ISSUED_CODES: { getByName: () => undefined } as unknown as typeof env.ISSUED_CODES });
    const failed = await callAlipayPlus(GET_PAYMENT_CODE, wish(), { environment: broken });
    expect([failed.result.resultCode, failed.result.resultStatus, failed.verified]).toEqual([
      "UNKNOWN_EXCEPTION",
      "U",
      true,
    ]);
    const misconfigured: SandboxEnv = sandboxEnv({ SHARD_COUNT: "many" });
    const unsigned = await callAlipayPlus(GET_PAYMENT_CODE, wish(), { environment: misconfigured });
    expect([unsigned.httpStatus, unsigned.result.resultCode, unsigned.verified]).toEqual([
      200,
      "UNKNOWN_EXCEPTION",
      false,
    ]);
  });

  it("never reaches what a developer calls, and a developer never reaches Alipay+", async () => {
    const api = await deliver(new Request("https://open-sea-global.alipayplus.com/sandbox"));
    expect((await api.json<ErrorReply>()).error.code).toBe("HOST_NOT_ALLOWED");
    const below = await call<ErrorReply>("POST", "/aps/api/v1/codes/getPaymentCode", wish());
    expect([below.httpStatus, below.error.code]).toEqual([404, "NOT_FOUND"]);
  });
});

describe("the traffic of the wallet's calls", () => {
  it("shows both messages, what is signed, who speaks to whom, and the result", async () => {
    const customerId = `customer-${crypto.randomUUID()}`;
    await callAlipayPlus(GET_PAYMENT_CODE, wish(customerId));
    const { exchange, result } = await lastExchange();
    const { request, response } = exchange;
    expect(exchange).toMatchObject({ from: "MPP", to: "Alipay+", interface: "getPaymentCode" });
    expect(JSON.parse(request.body)).toEqual(wish(customerId));
    expect(request.verified).toBe(true);
    expect(request.signedContent).toBe(
      `POST ${GET_PAYMENT_CODE}\n${CLIENT_ID}.${request.headers["request-time"]}.${request.body}`,
    );
    expect(response.httpStatus).toBe(200);
    expect(response.signedContent).toBe(
      `POST ${GET_PAYMENT_CODE}\n${CLIENT_ID}.${response.headers["response-time"]}.${response.body}`,
    );
    expect([result.resultCode, JSON.parse(response.body)]).toMatchObject(["SUCCESS", { result }]);
  });

  it("shows what was refused too: why, the body, and no signed content of what was not signed", async () => {
    await callAlipayPlus(GET_PAYMENT_CODE, wish("mallory"), { sent: '{"customerId":"eve"}' });
    const forged = await lastExchange();
    expect(forged.exchange.request).toMatchObject({ verified: false, verificationFault: "SIGNATURE_INVALID" });
    expect(forged.exchange.request.signedContent).toContain('{"customerId":"eve"}');
    expect(forged.exchange.response.signedContent).toBeUndefined();
    expect(forged.result.resultCode).toBe("INVALID_SIGNATURE");

    await callAlipayPlus("/aps/api/v1/unknown", { some: "thing" }, { headers: { Signature: undefined } });
    const unsigned = await lastExchange();
    expect(unsigned.exchange).toMatchObject({
      interface: "unknown",
      request: { body: '{"some":"thing"}', verified: false },
    });
    expect(unsigned.exchange.request.signedContent).toBeUndefined();
  });

  it("leaves the signed content out where the body was cut", async () => {
    await callAlipayPlus(USER_INITIATED_PAY, {
      codeValue: "x",
      customerId: "alice",
      passThroughInfo: "y".repeat(5_000),
    });
    const { request } = (await lastExchange()).exchange;
    expect(request).toMatchObject({ bodyCharacters: expect.any(Number) });
    expect(request.signedContent).toBeUndefined();
  });
});

describe("getPaymentCode", () => {
  it("gives the gateway's client codes of consecutive minutes, which a merchant can scan", async () => {
    const customerId = await openCustomer();
    const result = await alipayPlus.call("getPaymentCode", { ...wish(customerId), codeQuantity: "10" });
    if (result.outcome !== "S") throw new Error(JSON.stringify(result));
    const codes = result.answer.paymentCodeInfoList;
    expect(codes).toHaveLength(10);
    for (const [index, code] of codes.entries()) {
      expect(code.paymentCode).toMatch(/^28100602[0-9]{16}$/);
      expect(code.codeExpiryTime - code.codeValidityStartTime).toBe(60_000);
      expect(code.codeValidityStartTime).toBe((codes[0]?.codeValidityStartTime ?? 0) + index * 60_000);
    }
    expect(Math.abs((codes[0]?.codeValidityStartTime ?? 0) - Date.now())).toBeLessThan(60_000);
    const pay = { paymentCode: codes[0]?.paymentCode, paymentAmount: { currency: "HKD", value: "100" } };
    expect((await call<ExchangeReply>("POST", "/pay", pay)).result.resultCode).toBe("SUCCESS");
  });

  it("gives one code unless more are asked for, and new ones for every call", async () => {
    const codesOf = async (customerId: string) => {
      const answer = await callAlipayPlus(GET_PAYMENT_CODE, wish(customerId));
      return (answer.paymentCodeInfoList as { paymentCode: string }[]).map(({ paymentCode }) => paymentCode);
    };
    const codes = (await Promise.all(["alice", "alice", "bob"].map(codesOf))).flat();
    expect(new Set(codes).size).toBe(3);
  });

  it.each([
    ["customerId", { customerId: undefined }],
    ["customerId", { customerId: "" }],
    ["region", { region: "hk" }],
    ["codeQuantity", { codeQuantity: "0" }],
    ["codeQuantity", { codeQuantity: "11" }],
    ["env", { env: undefined }],
    ["env.deviceTokenId", { env: {} }],
  ])("refuses an illegal %s by name", async (parameter, changes) => {
    const answer = await callAlipayPlus(GET_PAYMENT_CODE, { ...wish(), ...changes });
    expect([answer.result.resultCode, answer.verified]).toEqual(["PARAM_ILLEGAL", true]);
    expect(answer.result.resultMessage).toContain(`Illegal parameter ${parameter}:`);
  });

  it("ignores what it does not know, and takes null for left out", async () => {
    const answer = await callAlipayPlus(GET_PAYMENT_CODE, { ...wish(), region: null, tip: "1" });
    expect(answer.result.resultCode).toBe("SUCCESS");
  });
});
