/** sendOTP and verifyOTP, which the wallet's core answers (docs/spec/wallet/auto-debit.md#sendotp-and-verifyotp). */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Json, PARTIES, send } from "../../support/alipayplus.ts";
import { standTheClock } from "../../support/clock.ts";
import { otherEnvironment, sendIn } from "../../support/home/other-environment.ts";
import { bind, cancelToken, takeAuthNotifications } from "../../support/wallet/authorizations.ts";
import { placesOf } from "../../support/wallet/personal-data.ts";

standTheClock();

const SCOPES = { scopes: ["AGREEMENT_PAY", "SEND_OTP"] };
const PASSWORD = "one-time-secret";

let asked: { readonly url: string; readonly body: Json }[] = [];
let written: string[] = [];
let answer: () => Response = () => Response.json({ outcome: "DONE" });

beforeEach(() => {
  asked = [];
  written = [];
  answer = () => Response.json({ outcome: "DONE" });
  // The core's calls of one-time passwords are made by the edge, which runs in the isolate of the tests.
  vi.spyOn(globalThis, "fetch").mockImplementation(async (url, init) => {
    asked.push({ url: String(url), body: JSON.parse(String(init?.body)) as Json });
    return answer();
  });
  for (const method of ["log", "info", "warn", "error"] as const) {
    vi.spyOn(console, method).mockImplementation(
      (...texts: unknown[]) => void written.push(texts.map(String).join(" ")),
    );
  }
});

afterEach(() => {
  vi.restoreAllMocks();
});

const sendOtp = (accessToken: unknown, changes: Json = {}) =>
  send("/users/sendOTP", { ...PARTIES, accessToken, ...changes });

const verifyOtp = (accessToken: unknown, verifyRequestId: unknown, changes: Json = {}) =>
  send("/users/verifyOTP", { ...PARTIES, accessToken, verifyRequestId, otpCode: PASSWORD, ...changes });

describe("a one-time password", () => {
  it("is sent and checked by the core, for the customer of the token [AUT-40]", async () => {
    const { accessToken, customerId, authorizationId } = await bind(SCOPES);
    const sent = await sendOtp(accessToken);
    const { verifyRequestId } = sent.body;
    expect(sent).toMatchObject({ code: "SUCCESS", verified: true, body: { verifyRequestId: expect.any(String) } });
    await sendOtp(accessToken, { verifyType: "EMAIL" });
    expect(await verifyOtp(accessToken, verifyRequestId)).toMatchObject({ code: "SUCCESS", verified: true });
    const about = { customerId, authorizationId };
    expect(asked).toEqual([
      { url: "https://core.test/otp/send", body: { ...about, verifyRequestId, verifyType: "MOBILE" } },
      {
        url: "https://core.test/otp/send",
        body: { ...about, verifyRequestId: expect.any(String), verifyType: "EMAIL" },
      },
      { url: "https://core.test/otp/verify", body: { ...about, verifyRequestId, otpCode: PASSWORD } },
    ]);
    expect(asked[1]?.body.verifyRequestId).not.toBe(verifyRequestId);
  });

  it("stands in no log line and in no table [AUT-38]", async () => {
    const { accessToken } = await bind(SCOPES);
    const { verifyRequestId } = (await sendOtp(accessToken)).body;
    await verifyOtp(accessToken, verifyRequestId);
    answer = () => new Response(null, { status: 500 });
    await verifyOtp(accessToken, verifyRequestId);
    expect(written.length).toBeGreaterThan(3);
    for (const secret of [PASSWORD, String(verifyRequestId), accessToken.slice(-32)]) {
      expect(written.join("\n")).not.toContain(secret);
      expect(await placesOf(secret)).toEqual([]);
    }
  });

  it("needs a token in force with the scope SEND_OTP: otherwise the core is not asked [AUT-40]", async () => {
    takeAuthNotifications();
    const without = await bind();
    const ended = await bind(SCOPES);
    await cancelToken(ended.accessToken);
    for (const token of [without.accessToken, ended.accessToken, ended.refreshToken, "unknown"]) {
      expect((await sendOtp(token)).code).toBe("INVALID_TOKEN");
      expect((await verifyOtp(token, "v-1")).code).toBe("INVALID_TOKEN");
    }
    expect(asked).toEqual([]);
  });

  it.each<[string, string, string]>([
    ["TOO_SOON", "REQUEST_TRAFFIC_EXCEED_LIMIT", "U"],
    ["TOO_MANY", "RISK_REJECT", "F"],
    ["NO_DESTINATION", "PROCESS_FAIL", "F"],
    ["CUSTOMER_UNKNOWN", "USER_NOT_EXIST", "F"],
  ])("that the core does not send for %s is %s [AUT-41]", async (reason, code, resultStatus) => {
    answer = () => Response.json({ outcome: "REFUSED", reason });
    expect(await sendOtp((await bind(SCOPES)).accessToken)).toMatchObject({ code, resultStatus });
  });

  it.each<[string, string]>([
    ["OTP_WRONG", "USER_PAYMENT_VERIFICATION_FAILED"],
    ["OTP_EXPIRED", "USER_PAYMENT_VERIFICATION_FAILED"],
    ["TOO_MANY", "RISK_REJECT"],
    ["CUSTOMER_UNKNOWN", "USER_NOT_EXIST"],
  ])("that the core refuses for %s is %s [AUT-41]", async (reason, code) => {
    answer = () => Response.json({ outcome: "REFUSED", reason });
    expect((await verifyOtp((await bind(SCOPES)).accessToken, "v-1")).code).toBe(code);
  });

  it("is U without an answer, and not supported by a core without the calls, or the embedded one [AUT-41]", async () => {
    const { accessToken } = await bind(SCOPES);
    answer = () => new Response(null, { status: 500 });
    expect(await sendOtp(accessToken)).toMatchObject({ code: "UNKNOWN_EXCEPTION", resultStatus: "U" });
    answer = () => new Response(null, { status: 404 });
    expect((await sendOtp(accessToken)).code).toBe("BUSINESS_NOT_SUPPORT");
    expect((await verifyOtp(accessToken, "v-1")).code).toBe("BUSINESS_NOT_SUPPORT");
    const embedded = otherEnvironment({
      CORE: "EMBEDDED",
      CORE_NAME: undefined,
      CORE_URL: undefined,
      CORE_SECRET: undefined,
    });
    for (const path of ["/users/sendOTP", "/users/verifyOTP"]) {
      expect((await sendIn(embedded, path, { ...PARTIES, accessToken })).code).toBe("BUSINESS_NOT_SUPPORT");
    }
  });

  it.each<[string, Json]>([
    ["verifyType", { verifyType: "POST" }],
    ["accessToken", { accessToken: undefined }],
    ["accessToken", { accessToken: "x".repeat(129) }],
  ])("with a wrong %s is refused, and the answer names it [AUT-03]", async (name, changes) => {
    const { code, message } = await sendOtp("x", changes);
    expect([code, message]).toEqual(["PARAM_ILLEGAL", expect.stringContaining(name)]);
  });
});
