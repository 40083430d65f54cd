/** The page of the cashier, as a browser shows it (docs/spec/wallet/cashier.md). */
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import sandbox from "../../../sandbox/index.ts";
import { setAlipayPlus } from "../../support/alipayplus-binding.ts";
import { DAY_MS, SECOND_MS } from "../../support/clock.ts";
import { runAlarm } from "../../support/sandbox/acquirer.ts";
import { act, connectWallet, payInWallet, type ShownSale, sell } from "../../support/sandbox/sales.ts";
import { openCustomer, sandboxEnv } from "../../support/sandbox/sandbox.ts";
import { walletCall } from "../../support/wallet/calls.ts";

const REDIRECT_URL = "https://merchant.example/thanks?order=1&x=%22";

beforeEach(() => {
  // Ahead of the runtime's own clock, and at a whole second, as expiry times are.
  vi.useFakeTimers({ toFake: ["Date"], now: Math.floor(Date.now() / SECOND_MS) * SECOND_MS + DAY_MS });
  connectWallet();
});

afterEach(() => {
  setAlipayPlus();
  vi.useRealTimers();
});

const advance = (milliseconds: number) => vi.setSystemTime(Date.now() + milliseconds);

const sellAtCashier = (wish: object = {}) => sell({ scenario: "Cashier", ...wish });

/** What a browser shows at a sale's address. */
async function visit({ paymentUrl = "" }: Pick<ShownSale, "paymentUrl">) {
  const code = new URL(paymentUrl).pathname.replace("/281002040001", "");
  const request = new Request(`http://127.0.0.1:8787/sandbox/cashier/${code}`);
  const response = await sandbox.fetch(request, sandboxEnv(), {} as ExecutionContext);
  return { status: response.status, headers: response.headers, text: await response.text() };
}

describe("the page of the cashier", () => {
  it("shows merchant, amount and the code, and counts down from ten minutes, whatever the merchant wants [CSH-01]", async () => {
    const paymentExpiryTime = new Date(Date.now() + 30 * 60_000).toISOString();
    const sale = await sellAtCashier({ paymentExpiryTime, paymentAmount: { currency: "HKD", value: "123450" } });
    const { text, status } = await visit(sale);
    expect(status).toBe(200);
    expect(text).toContain("1,234.50 HKD");
    expect(text).toContain(`/sandbox/acquirer/order-codes/${sale.paymentId}/BIGIMAGE.svg`);
    expect(text).toContain("<time>10:00</time>");
    advance(61 * SECOND_MS);
    expect((await visit(sale)).text).toContain("<time>8:59</time>");
  });

  it("asks for the confirmation once the wallet has scanned, and no longer for the code", async () => {
    const sale = await sellAtCashier();
    const customerId = await openCustomer();
    await walletCall("POST", "/scans", { customerId, codeValue: sale.paymentUrl ?? "" });
    const { text } = await visit(sale);
    expect(text).toContain("Confirm the payment in your wallet");
    expect(text).not.toContain("BIGIMAGE");
  });

  it("leads a customer who has paid back to the merchant, by itself after six seconds [CSH-01]", async () => {
    const sale = await sellAtCashier({ paymentRedirectUrl: REDIRECT_URL });
    expect(await payInWallet(await openCustomer(), sale.paymentUrl)).toBe("SUCCEEDED");
    const { text } = await visit(sale);
    expect(text).toContain("Paid.");
    expect(text).toContain(`content="6; url=https://merchant.example/thanks?order=1&amp;x=%22"`);
    expect(text).toContain(`href="https://merchant.example/thanks?order=1&amp;x=%22"`);
  });

  it("says why there is no way back when the merchant named none [CSH-02]", async () => {
    const sale = await sellAtCashier();
    await payInWallet(await openCustomer(), sale.paymentUrl);
    const { text } = await visit(sale);
    expect(text).toContain("named no paymentRedirectUrl");
    expect(text).not.toContain("http-equiv");
  });

  it.each([
    ["has expired", async () => advance(10 * 60 * SECOND_MS)],
    ["was closed by the merchant", async (sale: ShownSale) => void (await act(sale, "cancel"))],
  ])("of an order that %s says that it is closed", async (_, end) => {
    const sale = await sellAtCashier();
    await end(sale);
    await runAlarm();
    const { text } = await visit(sale);
    expect(text).toContain("ORDER_IS_CLOSED");
    expect(text).not.toContain("BIGIMAGE");
  });

  it("lets nothing that a merchant says become markup, and no script in", async () => {
    const merchantName = `<script>alert("1")</script>`;
    const order = {
      orderDescription: "Tea",
      orderAmount: { currency: "JPY", value: "1" },
      merchant: { merchantName },
      env: { terminalType: "WEB" },
    };
    const { text, headers } = await visit(await sellAtCashier({ order }));
    expect(text).not.toContain("<script");
    expect(text).toContain("&lt;script&gt;");
    expect(headers.get("Content-Security-Policy")).toMatch(/^default-src 'none';.*form-action 'none'/);
  });

  it.each(["nothing", "..%2F..", "a".repeat(65)])("of no order is refused: %s", async (code) => {
    const request = new Request(`http://127.0.0.1:8787/sandbox/cashier/${code}`);
    const { status } = await sandbox.fetch(request, sandboxEnv(), {} as ExecutionContext);
    expect([400, 404]).toContain(status);
  });
});

describe("a customer of the Cashier", () => {
  it.each([
    ["a page on a phone", "WAP", "https://wallet.test/cashier"],
    ["an app", "APP", "walletapp://cashier"],
  ])("in %s is led to the wallet's registered URL with the code, and pays there [CSH-12]", async (...row) => {
    const [, terminalType, registeredUrl] = row;
    const sale = await sellAtCashier({ terminalType, paymentRedirectUrl: REDIRECT_URL });
    expect(sale.status).toBe("SHOWN");
    expect(sale.paymentUrl).toMatch(
      `${registeredUrl}?source=alipay-connect&codeValue=https%3A%2F%2Fsandbox.plusgate.example%2F281002040001`,
    );
    const customerId = await openCustomer();
    const codeValue = new URL(sale.paymentUrl ?? "").searchParams.get("codeValue") ?? "";
    const { body } = await walletCall("POST", "/cashier", { customerId, codeValue });
    const payment = body.payment as { paymentRequestId: string; paymentExpiryTime: string };
    expect(payment).toMatchObject({ paymentRequestId: sale.paymentId, paymentRedirectUrl: REDIRECT_URL });
    expect(payment.paymentExpiryTime).toBe(sale.paymentExpiryTime);
    const confirmed = await walletCall("POST", `/payments/${payment.paymentRequestId}/confirm`, { customerId });
    expect(confirmed.body).toMatchObject({ status: "SUCCEEDED", redirectAfterSeconds: 6 });
  });

  it("who scans the registered URL pays the same order [CSH-09, CSH-12]", async () => {
    const sale = await sellAtCashier({ terminalType: "WAP" });
    expect(await payInWallet(await openCustomer(), sale.paymentUrl)).toBe("SUCCEEDED");
  });

  it("on a desktop is led to the page with the code [CSH-12]", async () => {
    for (const wish of [{}, { terminalType: "WEB" }]) {
      const { paymentUrl } = await sellAtCashier(wish);
      expect(paymentUrl).toMatch(/^https:\/\/sandbox\.plusgate\.example\/281002040001[0-9a-f]+$/);
    }
  });
});
