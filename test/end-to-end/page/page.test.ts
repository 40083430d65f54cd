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
  holdPaymentCodes,
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
    const { wallet, merchant, balance, sale } = partsOf(page);
    const releaseCodes = await holdPaymentCodes(page);
    await askFor(page, "Payment code", "HKD", "12.50");
    await wallet.getByRole("heading", { name: "Paid" }).waitFor();
    await seeText(sale, "paid");
    await readText(balance, "HKD 987.50");
    // The code that has paid is not offered a second time.
    await seeText(merchant, "The phone is fetching a code …");
    releaseCodes();
    await merchant.getByRole("button", { name: "Scan the phone’s code", disabled: false }).waitFor();

    const ofWallet = exchangesOf(page, "pay").filter({ hasText: "Alipay+ to Wallet:" }).first();
    await ofWallet.locator("summary").click();
    await seeText(ofWallet, "✓ signature verifies");
    await seeText(ofWallet, "The exact signed content");
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
    await seeText(wallet, "1 JPY = 0.052 HKD");
    await confirmOnPhone(page);
    await seeText(sale, "paid");
    await readText(balance, "HKD 937.60");
    const report = exchangesOf(page, "notifyPayment").filter({ hasText: "Wallet to Alipay+:" });
    await eventually(async () => expect(await report.innerText()).toContain("HKD −62.40"));
  });

  test("a reload, the way back and a link lead to the same customer, payment, message and tool", async () => {
    const page = present();
    const { wallet, sale, messages, rehearsal } = partsOf(page);
    await askFor(page, "Payment code", "HKD", "12.50");
    await seeText(sale, "paid");
    await sale.getByRole("button", { name: "Messages of this sale alone" }).click();
    await rehearsal.getByRole("button", { name: "Clock" }).click();
    const pay = exchangesOf(page, "pay").filter({ hasText: "Alipay+ to Wallet:" });
    await pay.locator("summary").click();
    await seeText(pay, "The exact signed content");
    const seeAll = async () => {
      await seeText(wallet, "Wallet settings of customer-1");
      await messages.getByText("of the sale of HKD 12.50").waitFor();
      await messages.getByText("The exact signed content").first().waitFor();
      await seeText(rehearsal, "The true time.");
    };
    await page.reload();
    await seeAll();
    const link = page.url();
    await page.goBack();
    await eventually(async () => expect(await messages.getByText("The exact signed content").count()).toBe(0));
    await page.goBack();
    await rehearsal.getByText("The true time.").waitFor({ state: "hidden" });
    await page.goBack();
    await messages.getByRole("button", { name: "Show all" }).waitFor({ state: "detached" });
    await page.goBack();
    await wallet.getByRole("button", { name: "Open with HKD 1,000.00" }).waitFor();
    await page.goForward();
    await seeText(wallet, "Wallet settings of customer-1");
    await page.goto(link);
    await seeAll();
  });

  test("the first view says who the parties are and what to click first, and leads to the documents", async () => {
    const page = present();
    const { merchant, wallet } = partsOf(page);
    await page.getByText("Every message between them is signed").waitFor();
    const steps = page.getByRole("list", { name: "First steps" });
    await steps.getByText("scan the phone’s code").waitFor();
    await wallet.getByLabel("Customer", { exact: true }).fill("customer-2");
    await wallet.getByRole("button", { name: "Switch" }).click();
    await seeText(merchant, "The phone has no customer yet: open one on the phone.");
    expect(await steps.locator("[aria-current=step]").innerText()).toContain("open a customer");
    for (const link of await page.getByRole("navigation", { name: "Documents" }).getByRole("link").all()) {
      const answer = await page.request.get(new URL((await link.getAttribute("href")) ?? "", PAGE).href);
      expect([await link.innerText(), answer.status()]).toEqual([await link.innerText(), 200]);
    }
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
    const asked = exchangesOf(page, "pay").filter({ hasText: "Acquirer to Alipay+:" });
    await asked.locator("summary").click();
    await seeText(asked, "POST /sandbox/v1/payments/pay");
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

  test("the digits of the payment code are masked until they are tapped [PCD-13]", async () => {
    const { wallet } = partsOf(present());
    const digits = wallet.getByRole("button", { name: "Show all digits" });
    expect(await digits.innerText()).toMatch(/^2810 •••• •••• •••• •••• [0-9]{4}/);
    await digits.click();
    const whole = wallet.getByRole("button", { name: "Hide the digits" });
    expect(await whole.innerText()).toMatch(/^2810( [0-9]{4}){5}/);
    await whole.click();
    await digits.waitFor();
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
    await seeText(sale, "partly refunded");
    await sale.getByRole("button", { name: "Cancel" }).click();
    await exchangesOf(page, "cancelPayment").filter({ hasText: "PROCESS_FAIL" }).first().waitFor();
    await sale.getByText(/^The cancel was refused: PROCESS_FAIL/).waitFor();
    await wallet.getByRole("button", { name: "History" }).click();
    expect(await wallet.getByRole("listitem").first().innerText()).toContain("HKD +2.50");
    await sale.getByRole("button", { name: "Refund" }).click();
    await eventually(async () => expect(await sale.innerText()).toContain("refunded HKD 12.50"));
    await readText(balance, "HKD 1,000.00");
    await sale.getByRole("button", { name: "Refund" }).waitFor({ state: "detached" });
    await seeText(sale, "refunded");
    expect(await sale.getByRole("button", { name: "Cancel" }).count()).toBe(0);
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
    await seeText(merchant, "JPY has no decimals: enter a whole number.");
    await askFor(page, "Order code", "HKD", "12,50");
    await seeText(merchant, "Write decimals with a point: 12.50.");
    await askFor(page, "Order code", "HKD", "92233720368547758.08");
    await seeText(merchant, "Too large: at most HKD 92,233,720,368,547,758.07.");
    expect(await merchant.getByRole("listitem").count()).toBe(salesBefore);
  });
});
