/**
 * Headers that every call carries, and what they may hold. docs/spec/messages.md#headers,
 * docs/spec/signatures.md#signed-content.
 */
import { env } from "cloudflare:workers";
import { afterEach, describe, expect, it, vi } from "vitest";
import { requireConfiguration } from "../../../durable/env.ts";
import { admit } from "../../../protocol/exchange/admit.ts";
import { formatTime } from "../../../protocol/time.ts";
import {
  balanceOf,
  CLIENT_ID,
  inquire,
  type Json,
  newId,
  openCustomer,
  PARTIES,
  payMessage,
  type Reply,
  send,
  signedRequest,
  type Tampering,
} from "../../support/alipayplus.ts";
import { MINUTE_MS } from "../../support/clock.ts";
import { otherEnvironment, sendIn } from "../../support/home/other-environment.ts";

afterEach(() => {
  vi.useRealTimers();
});

/** Sends a pay with such headers and checks that it was refused without a signature and without a payment. */
async function expectUnsignedRefusal(tampering: Tampering, resultCode: string, parameter?: string): Promise<Reply> {
  const customerId = await openCustomer();
  const message = payMessage(customerId);
  const reply = await send("/payments/pay", message, tampering);
  expect(reply).toMatchObject({ status: 200, code: resultCode, resultStatus: "F", verified: false });
  if (parameter !== undefined) expect(reply.message).toContain(`Illegal parameter ${parameter}: `);
  expect(reply.headers.get("Signature")).toBeNull();
  expect((await inquire(message.paymentRequestId)).code).toBe("ORDER_NOT_EXIST");
  expect(await balanceOf(customerId)).toBe(100_000n);
  return reply;
}

function inquiry(): Json {
  return { ...PARTIES, paymentRequestId: newId("pay") };
}

describe("an answer", () => {
  it("carries Content-Type, Client-Id, Response-Time, Signature and Plusgate-Request-Id, with HTTP status 200 [MSG-03]", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { status, headers, verified } = await send("/payments/inquiryPayment", inquiry());
    expect(status).toBe(200);
    expect(headers.get("Content-Type")).toBe("application/json; charset=UTF-8");
    expect(headers.get("Client-Id")).toBe(CLIENT_ID);
    expect(headers.get("Response-Time")).toBe(formatTime(Date.now()));
    expect(headers.get("Signature")).toMatch(/^algorithm=RSA256,keyVersion=1,signature=[A-Za-z0-9%]+$/);
    expect(headers.get("Plusgate-Request-Id")).toMatch(/^[0-9a-f-]{36}$/);
    expect(verified).toBe(true);
  });

  it("has another Plusgate-Request-Id each time", async () => {
    const message = inquiry();
    const ids = new Set<string | null>();
    for (const _call of [1, 2, 3]) {
      ids.add((await send("/payments/inquiryPayment", message)).headers.get("Plusgate-Request-Id"));
    }
    expect(ids.size).toBe(3);
  });

  it("that is not signed carries the same headers but Signature [MSG-04]", async () => {
    const { headers } = await expectUnsignedRefusal({ headers: { Signature: undefined } }, "PARAM_ILLEGAL");
    expect(headers.get("Content-Type")).toBe("application/json; charset=UTF-8");
    expect(headers.get("Client-Id")).toBe(CLIENT_ID);
    expect(headers.get("Response-Time")).toMatch(/\+08:00$/);
    expect(headers.get("Plusgate-Request-Id")).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe("a header", () => {
  it.each(["Client-Id", "Request-Time", "Signature"])("%s that is missing is named [MSG-19]", async (name) => {
    await expectUnsignedRefusal({ headers: { [name]: undefined } }, "PARAM_ILLEGAL", name);
  });

  it.each(["Client-Id", "Request-Time", "Signature"])("%s that is empty is named [MSG-19]", async (name) => {
    await expectUnsignedRefusal({ headers: { [name]: "" } }, "PARAM_ILLEGAL", name);
  });

  it.each(["Client-Id", "Request-Time", "Signature"])("%s that stands there twice is named", async (name) => {
    const { headers } = await signedRequest("/payments/pay", {});
    const same = headers.get(name) ?? "";
    for (const second of [same, "another"]) {
      await expectUnsignedRefusal({ repeatedHeaders: { [name]: second } }, "PARAM_ILLEGAL", name);
    }
  });

  it.each([
    `${CLIENT_ID}.`,
    `${CLIENT_ID} 1`,
    `${CLIENT_ID}\t1`,
    `${CLIENT_ID},${CLIENT_ID}`,
    "C".repeat(65),
    '"quoted"',
    "../../etc",
  ])("Client-Id %j is malformed", async (clientId) => {
    await expectUnsignedRefusal({ headers: { "Client-Id": clientId } }, "PARAM_ILLEGAL", "Client-Id");
  });

  it.each([
    "algorithm=RSA256,keyVersion=1",
    "algorithm=RSA256,keyVersion=one,signature=AAAA",
    "algorithm=RSA256,keyVersion=-1,signature=AAAA",
    "algorithm=RSA256,keyVersion=1,signature=",
    "algorithm=RSA256,keyVersion=1,signature=%%%",
    "AAAA",
    "A".repeat(3_000),
  ])("Signature %j is malformed [SIG-03]", async (signature) => {
    await expectUnsignedRefusal({ headers: { Signature: signature } }, "PARAM_ILLEGAL", "Signature");
  });

  it("that is not known, or Agent-Token, is ignored [MSG-06]", async () => {
    const headers = { "Agent-Token": "token", "X-Unknown": "1" };
    expect(await send("/payments/inquiryPayment", inquiry(), { headers })).toMatchObject({
      code: "ORDER_NOT_EXIST",
      verified: true,
    });
  });
});

describe("Request-Time", () => {
  it.each([
    ["ISO 8601 at +08:00", (nowMs: number) => formatTime(nowMs)],
    ["ISO 8601 in UTC with milliseconds", (nowMs: number) => new Date(nowMs).toISOString()],
    ["ISO 8601 with a short fraction", (nowMs: number) => new Date(nowMs).toISOString().replace(/\d\dZ$/, "Z")],
    ["ISO 8601 with an offset without a colon", (nowMs: number) => formatTime(nowMs).replace("+08:00", "+0800")],
    ["ISO 8601 with an offset of hours", (nowMs: number) => formatTime(nowMs).replace("+08:00", "+08")],
    ["ISO 8601 without seconds", (nowMs: number) => `${new Date(nowMs).toISOString().slice(0, 16)}Z`],
    ["epoch milliseconds", (nowMs: number) => String(nowMs)],
  ])("may be %s [MSG-05, MSG-26]", async (_form, write) => {
    const time = write(Date.now());
    expect(await send("/payments/inquiryPayment", inquiry(), { time })).toMatchObject({ verified: true });
  });

  it.each([
    ["epoch milliseconds", (timeMs: number) => String(timeMs)],
    ["ISO 8601", (timeMs: number) => new Date(timeMs).toISOString()],
  ])(
    "as %s may be 10 minutes from our clock, either way, and not a millisecond more [MSG-07]",
    async (_form, write) => {
      vi.useFakeTimers({ toFake: ["Date"] });
      const nowMs = Date.now();
      for (const offsetMs of [-10 * MINUTE_MS, 10 * MINUTE_MS]) {
        const time = write(nowMs + offsetMs);
        expect(await send("/payments/inquiryPayment", inquiry(), { time })).toMatchObject({ verified: true });
      }
      for (const offsetMs of [-10 * MINUTE_MS - 1, 10 * MINUTE_MS + 1]) {
        await expectUnsignedRefusal({ time: write(nowMs + offsetMs) }, "PARAM_ILLEGAL", "Request-Time");
      }
    },
  );

  it("has the window that is configured [MSG-07]", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const environment = otherEnvironment({ REQUEST_TIME_WINDOW_MS: "1000" });
    const sendAt = (timeMs: number) =>
      sendIn(environment, "/payments/inquiryPayment", inquiry(), { time: String(timeMs) });
    expect((await sendAt(Date.now() - 1_000)).code).toBe("ORDER_NOT_EXIST");
    expect((await sendAt(Date.now() - 1_001)).code).toBe("PARAM_ILLEGAL");
  });

  it.each([
    "now",
    "0",
    "1767225600",
    "17672256000000",
    "-1767225600000",
    "1.7672256e12",
    "2026-11-21",
    "2026-11-21T12:00:00",
    "2026-11-21 12:00:00+08:00",
    "2026-11-21t12:00:00z",
    "2026-02-30T12:00:00Z",
    "2026-13-01T12:00:00Z",
    "2026-11-21T24:00:00Z",
    "2026-11-21T12:60:00Z",
    "2026-11-21T12:00:00+25:00",
    "0000-00-00T00:00:00Z",
    "9999-12-31T23:59:59Z",
    "+275760-09-13T00:00:00Z",
    "Sat, 21 Nov 2026 12:00:00 GMT",
  ])("%j is refused", async (time) => {
    await expectUnsignedRefusal({ time }, "PARAM_ILLEGAL", "Request-Time");
  });
});

describe("a border of the signed content cannot be moved", () => {
  /** Headers as a platform without any checks would pass them. */
  function requestWith(headers: Readonly<Record<string, string>>): Request {
    const get = (name: string) => headers[name] ?? null;
    return { headers: { get }, body: null } as unknown as Request;
  }

  const time = "2026-11-21T12:00:00Z";
  const nowMs = Date.parse(time);
  const honest = {
    "Content-Type": "application/json; charset=UTF-8",
    "Client-Id": CLIENT_ID,
    "Request-Time": time,
    Signature: "algorithm=RSA256,keyVersion=1,signature=AAAA",
  };

  it("by Client-Id and Request-Time that share the same bytes another way [SIG-05]", async () => {
    const customerId = await openCustomer();
    const text = JSON.stringify(payMessage(customerId));
    const signedTime = new Date().toISOString(); // …T12:00:00.123Z has a dot of its own.
    const [second = "", fraction = ""] = signedTime.split(".");
    const shifts: readonly Tampering[] = [
      { headers: { "Client-Id": `${CLIENT_ID}.${signedTime}`, "Request-Time": "" } },
      { headers: { "Client-Id": `${CLIENT_ID}.${second}`, "Request-Time": fraction } },
      { headers: { "Client-Id": "", "Request-Time": `${CLIENT_ID}.${signedTime}` } },
      { headers: { "Request-Time": second }, sentBody: `${fraction}.${text}` },
      { headers: { "Request-Time": `${signedTime}.${text.slice(0, 1)}` }, sentBody: text.slice(1) },
    ];
    for (const shift of shifts) {
      expect(await send("/payments/pay", text, { time: signedTime, ...shift })).toMatchObject({
        code: "PARAM_ILLEGAL",
        verified: false,
      });
    }
    expect(await balanceOf(customerId)).toBe(100_000n);
  });

  it.each(["\n", "\r", "\r\n", "\u0000", "\u2028"])(
    "by %j in a header, which the platform refuses, and we too [SIG-05]",
    async (end) => {
      const configuration = requireConfiguration(env);
      expect(await admit(requestWith(honest), configuration, nowMs)).toMatchObject({ clientId: CLIENT_ID });
      for (const [name, value] of Object.entries({ "Client-Id": CLIENT_ID, "Request-Time": time })) {
        for (const smuggled of [`${value}${end}`, `${end}${value}`, `${value}${end}${value}`]) {
          if (end !== "\u2028") expect(() => new Headers({ [name]: `a${smuggled}a` })).toThrow(TypeError);
          expect(await admit(requestWith({ ...honest, [name]: smuggled }), configuration, nowMs)).toMatchObject({
            refusal: { result: { resultCode: "PARAM_ILLEGAL", resultMessage: expect.stringContaining(name) } },
          });
        }
      }
    },
  );
});
