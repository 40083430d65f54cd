/** POST /wallet/v1/payment-codes: what a customer's screen shows while Alipay+ answers. */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { formatTime } from "../../../protocol/time.ts";
import { barcodeSvg, qrCodeSvg } from "../../../worker/wallet/payment-codes/code-images.ts";
import { openCustomer, pay, payMessage } from "../../support/alipayplus.ts";
import { setAlipayPlus } from "../../support/alipayplus-binding.ts";
import { MINUTE_MS, standTheClock } from "../../support/clock.ts";
import { fetchIn, otherEnvironment } from "../../support/home/other-environment.ts";
import { customerToken, walletRequest } from "../../support/wallet/calls.ts";
import { CodeIssuer, codesAnswer, newCodes, newScreen, refresh } from "../../support/wallet/payment-codes.ts";

/** A whole second: answers carry whole seconds. */
const NOW_MS = Math.floor(Date.now() / 1_000) * 1_000;

let alipayPlus: CodeIssuer;

standTheClock(() => NOW_MS);

beforeEach(() => {
  alipayPlus = new CodeIssuer();
});

afterEach(() => setAlipayPlus());

describe("a screen", () => {
  it("shows the current code, its times and both images [SCR-07]", async () => {
    const codes = newCodes(5);
    alipayPlus.answersWith(() => codesAnswer(codes));
    const { status, body, headers } = await refresh(newScreen({ region: "PH" }));
    const paymentCode = codes[0]?.paymentCode ?? "";
    expect(status).toBe(200);
    expect(headers.get("Cache-Control")).toBe("no-store");
    expect(body).toEqual({
      paymentCode,
      codeValidityStartTime: formatTime(NOW_MS),
      codeExpiryTime: formatTime(NOW_MS + MINUTE_MS),
      nextChangeTime: formatTime(NOW_MS + MINUTE_MS),
      serverTime: formatTime(NOW_MS),
      region: "PH",
      remainingCodes: 4,
      barcode: { symbology: "CODE_128", svg: barcodeSvg(paymentCode) },
      qrCode: { svg: qrCodeSvg(paymentCode) },
    });
  });

  it("has Alipay+ asked with customer, device, quantity and region, and without a region where none was named [GPC-01]", async () => {
    const screen = newScreen({ region: "PH", deviceTokenId: "device-7" });
    await refresh(screen);
    const { customerId } = screen;
    const env = { deviceTokenId: "device-7" };
    expect(alipayPlus.requests).toEqual([{ region: "PH", customerId, codeQuantity: "5", env }]);
    const { body } = await refresh({ customerId, deviceTokenId: "device-7", region: null });
    expect(alipayPlus.requests[1]).toEqual({ customerId, codeQuantity: "5", env });
    expect(body).not.toHaveProperty("region");
  });

  it("has Alipay+ asked with indirectMpp as the deployment has agreed it [UIP-14]", async () => {
    const { customerId, deviceTokenId } = newScreen();
    const environment = otherEnvironment({ INDIRECT_MPP: '{"indirectMppId":"1"}' });
    await fetchIn(environment, walletRequest("POST", "/payment-codes", { customerId, deviceTokenId }));
    expect(alipayPlus.requests).toMatchObject([{ customerId, indirectMpp: { indirectMppId: "1" } }]);
  });

  it("shows the same code until it expires, then the next, and one getPaymentCode serves a batch [PCD-04]", async () => {
    const screen = newScreen();
    const first = await refresh(screen);
    vi.setSystemTime(NOW_MS + MINUTE_MS - 1);
    expect((await refresh(screen)).body.paymentCode).toBe(first.body.paymentCode);
    vi.setSystemTime(NOW_MS + MINUTE_MS);
    const second = await refresh(screen);
    expect(second.body.paymentCode).not.toBe(first.body.paymentCode);
    expect(second.body).toMatchObject({ codeValidityStartTime: formatTime(NOW_MS + MINUTE_MS), remainingCodes: 3 });
    expect(alipayPlus.requests).toHaveLength(1);
  });

  it("never waits for a renewal while it has a code: the next batch comes when one is left beyond the current one", async () => {
    const screen = newScreen();
    await refresh(screen);
    vi.setSystemTime(NOW_MS + 3 * MINUTE_MS);
    const fourth = await refresh(screen);
    expect(fourth.body.remainingCodes).toBe(1);
    expect(alipayPlus.requests).toHaveLength(2);
    const again = await refresh(screen);
    expect(again.body).toMatchObject({ paymentCode: fourth.body.paymentCode, remainingCodes: 5 });
    expect(alipayPlus.requests).toHaveLength(2);
  });

  it("shows other codes for another region, and for another device [PCD-11]", async () => {
    const screen = newScreen({ region: "PH" });
    const shown = [
      await refresh(screen),
      await refresh({ ...screen, region: "JP" }),
      await refresh({ ...screen, region: "JP", deviceTokenId: "device-2" }),
    ].map(({ body }) => body.paymentCode);
    expect(new Set(shown).size).toBe(3);
    expect(alipayPlus.requests.map(({ region }) => region)).toEqual(["PH", "JP", "JP"]);
  });

  it("shows one code to many calls at once, and has Alipay+ asked once", async () => {
    const screen = newScreen();
    const replies = await Promise.all(Array.from({ length: 30 }, () => refresh(screen)));
    expect(replies.every(({ status }) => status === 200)).toBe(true);
    expect(new Set(replies.map(({ body }) => body.paymentCode)).size).toBe(1);
    expect(alipayPlus.requests).toHaveLength(1);
  });

  it("loses no code with an answer that is lost", async () => {
    const screen = newScreen();
    await refresh(screen);
    expect((await refresh(screen)).body.remainingCodes).toBe(4);
    expect(alipayPlus.requests).toHaveLength(1);
  });
});

describe("a code", () => {
  it("that has paid is not shown again", async () => {
    const customerId = await openCustomer();
    const screen = newScreen({ customerId });
    const first = await refresh(screen);
    const message = payMessage(customerId, {
      paymentMethod: {
        paymentMethodType: "CONNECT_WALLET",
        paymentMethodId: first.body.paymentCode,
        customerId,
      },
    });
    expect((await pay(message)).resultStatus).toBe("S");
    const second = await refresh(screen);
    expect(second.status).toBe(200);
    expect(second.body.paymentCode).not.toBe(first.body.paymentCode);
    expect(alipayPlus.requests).toHaveLength(2);
  });

  it("that was issued to another customer is shown and pays for that customer alone", async () => {
    const codes = newCodes(5);
    const [twice, own] = codes;
    alipayPlus.answersWith(() => codesAnswer(codes));
    const first = await refresh(newScreen());
    expect(first.body.paymentCode).toBe(twice?.paymentCode);
    const others = newCodes(2);
    alipayPlus.answersWith(() => codesAnswer([twice, own, ...others] as typeof codes));
    const second = await refresh(newScreen());
    expect(second.body).toMatchObject({ paymentCode: others[0]?.paymentCode, remainingCodes: 1 });
  });

  it("is never shown outside its window, whatever Alipay+ says about it [PCD-03]", async () => {
    const [valid] = newCodes(1);
    const [over] = newCodes(1, NOW_MS - MINUTE_MS);
    const [inverted] = newCodes(1).map((code) => ({ ...code, codeExpiryTime: formatTime(NOW_MS - 1_000) }));
    alipayPlus.answersWith(() => codesAnswer([over, inverted, valid] as ReturnType<typeof newCodes>));
    const { body } = await refresh(newScreen());
    expect(body).toMatchObject({ paymentCode: valid?.paymentCode, remainingCodes: 0 });
  });

  it("expires at the second that is answered, even when Alipay+ names a fraction of a second", async () => {
    const codeExpiryTime = new Date(NOW_MS + MINUTE_MS + 700).toISOString();
    const codes = newCodes(2).map((code, index) => (index === 0 ? { ...code, codeExpiryTime } : code));
    alipayPlus.answersWith(() => codesAnswer(codes));
    const screen = newScreen();
    expect((await refresh(screen)).body.codeExpiryTime).toBe(formatTime(NOW_MS + MINUTE_MS));
    vi.setSystemTime(NOW_MS + MINUTE_MS);
    expect((await refresh(screen)).body.paymentCode).toBe(codes[1]?.paymentCode);
  });
});

describe("the caller", () => {
  it("is a service that names the customer, or the customer's app [SCR-07]", async () => {
    const screen = newScreen();
    const token = await customerToken(screen.customerId);
    const { body } = await refresh(screen);
    const own = await refresh({ deviceTokenId: screen.deviceTokenId }, { token });
    expect(own.body.paymentCode).toBe(body.paymentCode);
    const another = await refresh(newScreen(), { token });
    expect(another).toMatchObject({ status: 403, body: { code: "CUSTOMER_NOT_ALLOWED" } });
    expect(await refresh(screen, { token: null })).toMatchObject({ status: 401, body: { code: "UNAUTHENTICATED" } });
  });

  it.each([
    { parameter: "customerId", change: { customerId: undefined } },
    { parameter: "customerId", change: { customerId: "" } },
    { parameter: "deviceTokenId", change: { deviceTokenId: undefined } },
    { parameter: "deviceTokenId", change: { deviceTokenId: "x".repeat(257) } },
    { parameter: "region", change: { region: "ph" } },
    { parameter: "region", change: { region: "" } },
  ])("gets the name of the wrong parameter: $parameter $change [GPC-01]", async ({ parameter, change }) => {
    const { status, body } = await refresh({ ...newScreen(), ...change });
    expect(status).toBe(400);
    expect(body.code).toBe("PARAM_ILLEGAL");
    expect(body.detail).toContain(parameter);
    expect(alipayPlus.requests).toHaveLength(0);
  });
});

it("writes neither code nor customer nor device to the log", async () => {
  const written: string[] = [];
  for (const method of ["log", "error"] as const) {
    vi.spyOn(console, method).mockImplementation((...texts: unknown[]) => {
      written.push(texts.map(String).join(" "));
    });
  }
  const codes = newCodes(5);
  alipayPlus.answersWith(() => codesAnswer(codes));
  const deviceTokenId = "device-of-one-customer";
  const screens = [newScreen({ deviceTokenId }), newScreen({ deviceTokenId })];
  for (const screen of screens) await refresh(screen);
  vi.restoreAllMocks();
  const log = written.join("\n");
  expect(log).toContain("payment-codes-left-out");
  for (const secret of [
    ...codes.map(({ paymentCode }) => paymentCode),
    ...screens.map(({ customerId }) => customerId),
    deviceTokenId,
  ]) {
    expect(log).not.toContain(secret);
  }
});
