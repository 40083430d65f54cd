/** The page behind an entry code (docs/spec/order-codes.md). */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { SandboxEnv } from "../../../sandbox/env.ts";
import sandbox from "../../../sandbox/index.ts";
import { setAlipayPlus } from "../../support/alipayplus-binding.ts";
import { DAY_MS } from "../../support/clock.ts";
import { connectWallet, notifyAcquirer, payInWallet, type ShownSale, saleOf } from "../../support/sandbox/sales.ts";
import { call, openCustomer, sandboxEnv } from "../../support/sandbox/sandbox.ts";
import { walletCall } from "../../support/wallet/calls.ts";

/** The user agent with which the wallet opens an entry code, by Alipay+'s code rules. */
const WALLET = "Mozilla/5.0 (Linux; Android 15) AlipayPlus PlusgateWallet/1.0";
const BROWSER = "Mozilla/5.0 (X11; Linux x86_64)";

beforeEach(() => {
  // Ahead of the runtime's own clock: no alarm fires before a test calls it.
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + DAY_MS });
  connectWallet();
});

afterEach(() => {
  setAlipayPlus();
  vi.useRealTimers();
});

type Visit = {
  readonly userAgent?: string;
  readonly form?: string;
  readonly query?: string;
  readonly storeId?: string;
  readonly changes?: Partial<SandboxEnv>;
};

async function visit({ userAgent = WALLET, form, query = "", storeId = "S0001", changes }: Visit) {
  const request = new Request(`http://127.0.0.1:8787/sandbox/shop/${storeId}${query}`, {
    method: form === undefined ? "GET" : "POST",
    headers: { "User-Agent": userAgent },
    ...(form !== undefined && { body: new Blob([form], { type: "application/x-www-form-urlencoded" }) }),
    redirect: "manual",
  });
  const response = await sandbox.fetch(request, sandboxEnv(changes), {} as ExecutionContext);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

async function lastSale(): Promise<ShownSale | undefined> {
  return (await call<{ sales: ShownSale[] }>("GET", "/sales?limit=1")).sales[0];
}

describe("an entry code's page", () => {
  it("is opened by the wallet as the code rules say [OCD-08]", async () => {
    const customerId = await openCustomer();
    const codeValue = "https://shop.plusgate.example/s/S0001";
    const { body } = await walletCall("POST", "/scans", { customerId, codeValue });
    expect(body).toMatchObject({ action: "OPEN_URL", url: codeValue });
    expect((await visit({ userAgent: String(body.userAgent) })).text).toContain("<form");
  });

  it("takes an amount in the wallet and leads to the payment, which succeeds [OCD-08]", async () => {
    const customerId = await openCustomer();
    const { status, headers } = await visit({ form: "amount=1%2C000" });
    const sale = await lastSale();
    expect([status, headers.get("Location")]).toEqual([303, sale?.paymentUrl]);
    expect(sale).toMatchObject({ scenario: "EntryCode", paymentAmount: { currency: "JPY", value: "1000" } });
    expect(await payInWallet(customerId, headers.get("Location") ?? "")).toBe("SUCCEEDED");
    await notifyAcquirer();
    expect(await saleOf(sale ?? { paymentRequestId: "" })).toMatchObject({ status: "SUCCEEDED" });
  });

  it("counts in major units of the currency that it is asked for", async () => {
    expect((await visit({ query: "?currency=HKD" })).text).toContain("Amount in HKD");
    expect((await visit({ query: "?currency=HKD", form: "amount=12.5" })).status).toBe(303);
    expect(await lastSale()).toMatchObject({ paymentAmount: { currency: "HKD", value: "1250" } });
  });

  it("asks any other browser to open it in the wallet, and sells it nothing", async () => {
    const before = await lastSale();
    const shown = await visit({ userAgent: BROWSER });
    expect([shown.status, shown.text]).toEqual([200, expect.stringContaining("scan the code with your wallet")]);
    expect(shown.text).not.toContain("<form");
    expect((await visit({ userAgent: BROWSER, form: "amount=1" })).status).toBe(403);
    expect(await lastSale()).toEqual(before);
  });

  it.each(["", "0", "-1", "1.5", "abc", "1e3", "9".repeat(19), "9".repeat(40)])(
    "asks again for an amount that is none: %s",
    async (amount) => {
      const { status, text } = await visit({ form: `amount=${amount}` });
      expect([status, text]).toEqual([400, expect.stringContaining('role="alert"')]);
      expect(text).toContain(`value="${amount}"`);
    },
  );

  it("escapes what was entered [SBX-08]", async () => {
    const { text } = await visit({ form: `amount=${encodeURIComponent('"><script>alert(1)</script>')}` });
    expect(text).toContain('value="&quot;&gt;&lt;script&gt;');
    expect(text).not.toContain("<script");
  });

  it("may show its own style and images, and send its form, and nothing else [SBX-08]", async () => {
    const { headers, text } = await visit({});
    expect(headers.get("Content-Security-Policy")).toBe(
      "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; " +
        "form-action 'self' https://sandbox.plusgate.example; frame-ancestors 'none'",
    );
    expect(text).toMatch(/<label for="amount">.*<input id="amount"/s);
    expect(text).not.toMatch(/<script|<style|style=|onclick/);
  });

  it.each<[string, Visit, number, string]>([
    ["a store of another form", { storeId: "%3Cb%3E" }, 400, "storeId"],
    ["a currency that there is not", { query: "?currency=ABC" }, 400, "currency"],
    ["an unknown parameter", { query: "?price=1" }, 400, "price"],
    ["an unknown field", { form: "amount=1&price=1" }, 400, "price"],
    ["a form without an amount", { form: "" }, 400, "amount"],
    ["a form that is too large", { form: `amount=${"1".repeat(1_024)}` }, 413, "body"],
  ])("refuses %s", async (_, wrong, status, named) => {
    const shown = await visit(wrong);
    expect([shown.status, shown.text]).toEqual([status, expect.stringContaining(named)]);
  });

  it("says so when the payment is not possible", async () => {
    const SALES = { getByName: () => ({ sell: async () => ({ outcome: "UNKNOWN" }) }) };
    const changes = { SALES } as unknown as Partial<SandboxEnv>;
    const shown = await visit({ form: "amount=1", changes });
    expect([shown.status, shown.text]).toEqual([503, expect.stringContaining("not possible at the moment")]);
  });
});
