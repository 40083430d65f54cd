/** The page at /sandbox in a real Chromium: what a person sees of a payment, in every scenario. */
import { describe, expect, test } from "vitest";
import { eventually } from "../../support/end-to-end/eventually.ts";
import { freePort } from "../../support/end-to-end/free-port.ts";
import {
  askFor,
  changesAreAnswered,
  confirmOnPhone,
  exchangesOf,
  hasChromium,
  openForEachTest,
  partsOf,
  readText,
  seeText,
  serveForTests,
} from "../../support/end-to-end/page.ts";

const PORT = await freePort();
const PAGE = `http://127.0.0.1:${PORT}/sandbox`;

serveForTests(PORT);

describe("GET /sandbox", () => {
  test("is a page to a browser, and the list of endpoints to any other client [SBX-23]", async () => {
    const [page, list] = await Promise.all([fetch(PAGE, { headers: { Accept: "text/html,*/*;q=0.8" } }), fetch(PAGE)]);
    expect(page.headers.get("Content-Type")).toBe("text/html; charset=UTF-8");
    expect(await list.json()).toMatchObject({ sandbox: "plusgate" });
    expect([page.headers.get("Vary"), list.headers.get("Vary")]).toEqual(["Accept", "Accept"]);
  });

  test("lets nothing run but its own script [SBX-30]", async () => {
    const page = await fetch(PAGE, { headers: { Accept: "text/html" } });
    const policy = (page.headers.get("Content-Security-Policy") ?? "").split("; ");
    expect(policy).toEqual(expect.arrayContaining(["default-src 'none'", "script-src 'self'", "style-src 'self'"]));
    const markup = await page.text();
    expect(markup.match(/<script[^>]*>/g)).toEqual(['<script type="module" src="/sandbox/page/page.js">']);
    expect(markup).not.toMatch(/ style=|<style| on[a-z]+=/);
  });

  test("has no other file than those of the page [SBX-30]", async () => {
    const statuses = ["page.js", "page.css", "page.ts", "..%2f..%2fstate"].map(
      async (name) => (await fetch(`${PAGE}/page/${name}`)).status,
    );
    expect(await Promise.all(statuses)).toEqual([200, 200, 404, 404]);
  });
});

describe.skipIf(!hasChromium)("the page at /sandbox", () => {
  const present = openForEachTest(PAGE);

  test("a merchant scans the phone's code, and the phone shows the result [SBX-24]", async () => {
    const page = present();
    const { wallet, balance, sale } = partsOf(page);
    await askFor(page, "Payment code", "HKD", "12.50");
    await wallet.getByRole("heading", { name: "Paid" }).waitFor();
    await seeText(sale, "paid");
    await readText(balance, "HKD 987.50");

    const ofWallet = exchangesOf(page, "pay").filter({ hasText: "Alipay+ to Wallet:" }).first();
    await ofWallet.locator("summary").click();
    await seeText(ofWallet, "✓ signature verifies");
    await seeText(ofWallet, "What is signed, exactly");
    expect(await ofWallet.innerText()).toContain("Ledger: HKD 1,000.00 → HKD 987.50");
  });

  test("the acquirer's messages stand beside the wallet's: asked, answered, notified", async () => {
    const page = present();
    const { sale, messages } = partsOf(page);
    await askFor(page, "Payment code", "HKD", "12.50");
    await sale.getByText("1 notification", { exact: true }).waitFor();
    await sale.getByRole("button", { name: "Messages of this sale alone" }).click();
    await exchangesOf(page, "notifyPayment").filter({ hasText: "Alipay+ to Acquirer:" }).first().waitFor();
    await eventually(async () => {
      const ways = await messages.locator(".parties .visually-hidden").allInnerTexts();
      expect(ways.toSorted()).toEqual([
        "Acquirer to Alipay+:",
        "Alipay+ to Acquirer:",
        "Alipay+ to Wallet:",
        "Wallet to Alipay+:",
      ]);
    });
    const asked = exchangesOf(page, "pay").filter({ hasText: "Acquirer to Alipay+:" });
    await asked.locator("summary").click();
    await seeText(asked, "POST /sandbox/aps/api/v1/payments/pay");
    await seeText(asked, "✓ signature verifies");
    await messages.getByRole("button", { name: "Show all" }).click();
    await exchangesOf(page, "getPaymentCode").first().waitFor();
  });

  test("a customer scans an order code and confirms it [SBX-23]", async () => {
    const page = present();
    const { wallet, balance, sale } = partsOf(page);
    await askFor(page, "Order code", "JPY", "1,200");
    await seeText(sale, "to be paid");
    await sale.getByRole("button", { name: "Scan it with the phone" }).click();
    await wallet.getByRole("heading", { name: "Pay Harbour Bakery" }).waitFor();
    await confirmOnPhone(page);
    await seeText(sale, "paid");
    await readText(balance, "HKD 937.60");
  });

  test("an order code is pasted, and declined", async () => {
    const page = present();
    const { wallet, balance, sale } = partsOf(page);
    await askFor(page, "Order code", "HKD", "12.50");
    const codeValue = await sale.locator(".code-value").innerText();
    await wallet.getByRole("button", { name: "Scan", exact: true }).click();
    await wallet.getByLabel("Code", { exact: true }).fill(codeValue);
    await wallet.locator("form").getByRole("button", { name: "Scan", exact: true }).click();
    await wallet.getByRole("button", { name: "Decline" }).click();
    await wallet.getByRole("heading", { name: "Closed" }).waitFor();
    await seeText(sale, "not paid");
    expect(await balance.innerText()).toBe("HKD 1,000.00");
  });

  test("the code that hangs in the shop leads to its page, and from there to the payment", async () => {
    const page = present();
    const { wallet, balance, sale } = partsOf(page);
    await wallet.getByRole("button", { name: "Scan", exact: true }).click();
    await wallet.getByRole("button", { name: "Scan the code that hangs in the shop" }).click();
    await seeText(wallet, "https://shop.plusgate.example/s/1");
    await wallet.getByLabel("How much do you pay?").fill("1,200");
    await wallet.getByRole("button", { name: "Pay here" }).click();
    await confirmOnPhone(page);
    await seeText(sale, "paid");
    await seeText(sale, "Entry code");
    await readText(balance, "HKD 937.60");
  });

  test("the page of the cashier has a code and a countdown, and the phone pays it", async () => {
    const page = present();
    const { sale } = partsOf(page);
    await askFor(page, "Cashier", "HKD", "12.50");
    await sale.getByRole("img", { name: "QR code of the order" }).waitFor();
    await sale.getByText(/^To be paid within (10:00|9:\d\d)$/).waitFor();
    await sale.getByRole("button", { name: "Scan it with the phone" }).click();
    await confirmOnPhone(page);
    await seeText(sale, "paid");
  });

  test("a sale by the older interface is settled in another currency", async () => {
    const page = present();
    const { merchant, sale, wallet } = partsOf(page);
    await merchant.getByText("Another code, interface, settlement").click();
    await merchant.getByLabel("Interface of Alipay+").selectOption("the older one");
    await merchant.getByLabel("Settled in").selectOption("USD");
    await askFor(page, "Payment code", "HKD", "78.00");
    await wallet.getByRole("heading", { name: "Paid" }).waitFor();
    await seeText(sale, "older interface");
    await eventually(async () => expect(await sale.innerText()).toContain("settled in USD 10.00"));
    await exchangesOf(page, "pay")
      .filter({ hasText: "/sandbox/v1/payments/pay" })
      .first()
      .waitFor({ state: "attached" });
  });

  test("a payment code is pasted, and one that no phone shows is refused", async () => {
    const page = present();
    const { merchant, sale } = partsOf(page);
    await merchant.getByText("Another code, interface, settlement").click();
    await merchant.getByLabel("Payment code, pasted").fill("2810 0601 0000 0000 0000 0000");
    await merchant.getByRole("button", { name: "Scan the pasted code" }).click();
    await seeText(sale, "not paid");
    await seeText(sale, "INVALID_CODE");
  });

  test("a merchant closes an order while the phone shows it", async () => {
    const page = present();
    const { wallet, sale } = partsOf(page);
    await askFor(page, "Order code", "HKD", "12.50");
    await sale.getByRole("button", { name: "Scan it with the phone" }).click();
    await wallet.getByRole("button", { name: "Confirm" }).waitFor();
    await sale.getByRole("button", { name: "Close order" }).click();
    await wallet.getByRole("heading", { name: "Closed" }).waitFor();
    await seeText(sale, "cancelled");
  });

  test("a part is refunded, then the payment is cancelled in vain", async () => {
    const page = present();
    const { wallet, balance, sale } = partsOf(page);
    await askFor(page, "Payment code", "HKD", "12.50");
    await seeText(sale, "paid");
    await sale.getByLabel("Refund").fill("2.50");
    await sale.getByRole("button", { name: "Refund" }).click();
    await eventually(async () => expect(await sale.innerText()).toContain("refunded HKD 2.50"));
    await readText(balance, "HKD 990.00");
    await sale.getByRole("button", { name: "Cancel" }).click();
    await exchangesOf(page, "cancelPayment").filter({ hasText: "PROCESS_FAIL" }).first().waitFor();
    await seeText(sale, "paid");
    await wallet.getByRole("button", { name: "History" }).click();
    expect(await wallet.getByRole("listitem").first().innerText()).toContain("HKD +2.50");
    await sale.getByRole("button", { name: "Refund" }).click();
    await eventually(async () => expect(await sale.innerText()).toContain("refunded HKD 12.50"));
    await readText(balance, "HKD 1,000.00");
    await sale.getByRole("button", { name: "Refund" }).waitFor({ state: "detached" });
  });

  test("a refusal that the wallet's settings bring about is shown on both sides [SBX-25]", async () => {
    const page = present();
    const { wallet, sale } = partsOf(page);
    await wallet.getByText(/^Wallet settings of/).click();
    const frozen = wallet.getByRole("switch", { name: /^Frozen/ });
    await frozen.check();
    expect(await frozen.getAttribute("aria-checked")).toBe("true");
    await changesAreAnswered(page);
    await askFor(page, "Payment code", "HKD", "12.50");
    await wallet.getByRole("heading", { name: "Not paid" }).waitFor();
    await seeText(sale, "USER_STATUS_ABNORMAL");
  });

  test("an amount that the currency does not have is refused where it was typed", async () => {
    const page = present();
    const { merchant } = partsOf(page);
    const salesBefore = await merchant.getByRole("listitem").count();
    await askFor(page, "Order code", "JPY", "12.5");
    await seeText(merchant, "A whole number above zero: JPY has no decimals.");
    expect(await merchant.getByRole("listitem").count()).toBe(salesBefore);
  });
});
