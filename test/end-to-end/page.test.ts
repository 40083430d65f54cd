/** The page at /sandbox in a real Chromium: what a person sees of a payment in either mode. */
import { existsSync, mkdtempSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { buildWasm } from "../../scripts/build-wasm.ts";
import { bundleForDevelopment } from "../../scripts/bundle.ts";
import { ensureDevelopmentKeys } from "../../scripts/keys.ts";
import { type KillableGateway, startKillableGateway } from "./kill-gateway.ts";

const PORT = 8842;
const PAGE = `http://127.0.0.1:${PORT}/sandbox`;

/** Debian's package, or wherever the variable says. */
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";
const hasChromium = existsSync(CHROMIUM);
if (!hasChromium) {
  // Past vitest, which shows the console of failed tests alone.
  writeSync(
    process.stderr.fd,
    `There is no ${CHROMIUM}: the tests of the page are skipped. CHROMIUM may name another.\n`,
  );
}

/** The page, as a person finds its parts. */
function partsOf(page: Page) {
  const wallet = page.getByRole("region", { name: "The customer’s phone" });
  const merchant = page.getByRole("region", { name: "The point of sale" });
  return {
    wallet,
    merchant,
    messages: page.getByRole("region", { name: "Messages" }),
    balance: wallet.getByLabel("Balance", { exact: true }).first(),
    sale: merchant.getByRole("listitem").first(),
  };
}

async function expectText(locator: Locator, text: string): Promise<void> {
  await locator.getByText(text, { exact: true }).first().waitFor();
}

const directory = mkdtempSync(join(tmpdir(), "plusgate-page-"));
let gateway: KillableGateway;

beforeAll(async () => {
  await buildWasm();
  const bundles = await bundleForDevelopment();
  const keys = ensureDevelopmentKeys(join(directory, "keys"));
  const options = { port: PORT, stateDirectory: join(directory, "state"), keys, bundles };
  gateway = await startKillableGateway(options, join(directory, "gateway.log"));
});

afterAll(async () => {
  await gateway?.kill();
  rmSync(directory, { recursive: true, force: true });
});

describe("GET /sandbox", () => {
  test("is a page to whoever wants to show one, and the list of endpoints to anybody else", async () => {
    const [page, list] = await Promise.all([fetch(PAGE, { headers: { Accept: "text/html,*/*;q=0.8" } }), fetch(PAGE)]);
    expect(page.headers.get("Content-Type")).toBe("text/html; charset=UTF-8");
    expect(await list.json()).toMatchObject({ sandbox: "plusgate" });
    expect([page.headers.get("Vary"), list.headers.get("Vary")]).toEqual(["Accept", "Accept"]);
  });

  test("lets nothing run but its own script", async () => {
    const page = await fetch(PAGE, { headers: { Accept: "text/html" } });
    const policy = (page.headers.get("Content-Security-Policy") ?? "").split("; ");
    expect(policy).toEqual(expect.arrayContaining(["default-src 'none'", "script-src 'self'", "style-src 'self'"]));
    const markup = await page.text();
    expect(markup.match(/<script[^>]*>/g)).toEqual(['<script type="module" src="/sandbox/page/page.js">']);
    expect(markup).not.toMatch(/ style=|<style| on[a-z]+=/);
  });

  test("has no other file than those of the page", async () => {
    const statuses = ["page.js", "page.css", "page.ts", "..%2f..%2fstate"].map(
      async (name) => (await fetch(`${PAGE}/page/${name}`)).status,
    );
    expect(await Promise.all(statuses)).toEqual([200, 200, 404, 404]);
  });
});

describe.skipIf(!hasChromium)("the page at /sandbox", () => {
  const faults: string[] = [];
  let customerNumber = 0;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    // Chromium refuses its own sandbox to root, who runs the tests in a container.
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  });

  afterAll(() => browser?.close());

  beforeEach(async () => {
    page = await browser.newPage();
    page.setDefaultTimeout(20_000);
    page.on("pageerror", ({ message }) => faults.push(message));
    page.on("console", (message) => {
      if (message.text().includes("Content Security Policy")) faults.push(message.text());
    });
    await page.goto(PAGE);
    const { wallet } = partsOf(page);
    customerNumber += 1;
    await wallet.getByLabel("Customer", { exact: true }).fill(`customer-${customerNumber}`);
    await wallet.getByRole("button", { name: "Switch" }).click();
    await wallet.getByRole("button", { name: "Open with HKD 1,000.00" }).click();
    await wallet.getByAltText("QR code of the payment code").waitFor();
    await expectText(wallet, "live");
  });

  afterEach(async () => {
    await page.close();
    expect(faults).toEqual([]);
  });

  test("a merchant scans the phone's code, and the phone tells the result", async () => {
    const { wallet, merchant, messages, balance, sale } = partsOf(page);
    await merchant.getByLabel("Amount").fill("12.50");
    await merchant.getByRole("button", { name: "Scan the phone’s code" }).click();
    await wallet.getByRole("heading", { name: "Paid" }).waitFor();
    await expectText(sale, "paid");
    await expect.poll(() => balance.innerText()).toBe("HKD 987.50");

    const pay = messages
      .getByRole("group")
      .filter({ hasText: /\bpay\b/ })
      .first();
    await pay.locator("summary").click();
    await expectText(pay, "✓ signature verifies");
    await expectText(pay, "What is signed, exactly");
    expect(await pay.innerText()).toContain("Ledger: HKD 1,000.00 → HKD 987.50");
  });

  test("a customer scans an order code and confirms it", async () => {
    const { wallet, merchant, balance, sale } = partsOf(page);
    await merchant.getByLabel("Currency").selectOption("JPY");
    await merchant.getByLabel("Amount").fill("1,200");
    await merchant.getByRole("button", { name: "Show an order code" }).click();
    await expectText(sale, "to be scanned");
    await sale.getByRole("button", { name: "Scan it with the phone" }).click();
    await wallet.getByRole("heading", { name: "Pay Harbour Bakery" }).waitFor();
    await expectText(sale, "scanned");
    await wallet.getByRole("button", { name: "Confirm" }).click();
    await wallet.getByRole("heading", { name: "Paid" }).waitFor();
    await expectText(sale, "paid");
    await expect.poll(() => balance.innerText()).toBe("HKD 937.60");
  });

  test("an order code is pasted, and declined", async () => {
    const { wallet, merchant, balance, sale } = partsOf(page);
    await merchant.getByRole("button", { name: "Show an order code" }).click();
    const codeValue = await sale.locator(".code-value").innerText();
    await wallet.getByRole("button", { name: "Scan", exact: true }).click();
    await wallet.getByLabel("Code", { exact: true }).fill(codeValue);
    await wallet.locator("form").getByRole("button", { name: "Scan" }).click();
    await wallet.getByRole("button", { name: "Decline" }).click();
    await wallet.getByRole("heading", { name: "Closed" }).waitFor();
    await expectText(sale, "not paid");
    await expectText(sale, "ORDER_IS_CLOSED");
    expect(await balance.innerText()).toBe("HKD 1,000.00");
  });

  test("a merchant closes an order while the phone shows it", async () => {
    const { wallet, merchant, sale } = partsOf(page);
    await merchant.getByRole("button", { name: "Show an order code" }).click();
    await sale.getByRole("button", { name: "Scan it with the phone" }).click();
    await wallet.getByRole("button", { name: "Confirm" }).waitFor();
    await sale.getByRole("button", { name: "Close the order" }).click();
    await wallet.getByRole("heading", { name: "Closed" }).waitFor();
    await expectText(sale, "closed");
  });

  test("a part is refunded, then the payment is cancelled in vain", async () => {
    const { wallet, merchant, balance, sale } = partsOf(page);
    await merchant.getByRole("button", { name: "Scan the phone’s code" }).click();
    await expectText(sale, "paid");
    await sale.getByLabel("Refund").fill("2.50");
    await sale.getByRole("button", { name: "Refund" }).click();
    await expect.poll(() => sale.innerText()).toContain("refunded HKD 2.50");
    await expect.poll(() => balance.innerText()).toBe("HKD 990.00");
    await sale.getByRole("button", { name: "Cancel" }).click();
    await expectText(sale, "PROCESS_FAIL");
    await wallet.getByRole("button", { name: "History" }).click();
    expect(await wallet.getByRole("listitem").first().innerText()).toContain("HKD +2.50");
  });

  test("a refusal that the wallet's settings bring about is shown on both sides", async () => {
    const { wallet, merchant, sale } = partsOf(page);
    await wallet.getByText(/^Wallet settings of/).click();
    const frozen = wallet.getByRole("switch", { name: /^Frozen/ });
    await frozen.check();
    await expect.poll(() => frozen.getAttribute("aria-checked")).toBe("true");
    await merchant.getByRole("button", { name: "Scan the phone’s code" }).click();
    await wallet.getByRole("heading", { name: "Not paid" }).waitFor();
    await expectText(sale, "USER_STATUS_ABNORMAL");
  });

  test("an amount that the currency does not have is refused where it was typed", async () => {
    const { merchant } = partsOf(page);
    await merchant.getByLabel("Currency").selectOption("JPY");
    await merchant.getByLabel("Amount").fill("12.5");
    await merchant.getByRole("button", { name: "Show an order code" }).click();
    await expectText(merchant, "A whole number above zero: JPY has no decimals.");
    await expectText(merchant, "None yet.");
  });

  test("a payment needs no mouse, and the focus follows what happens", async () => {
    const { wallet, merchant, sale } = partsOf(page);
    await merchant.getByLabel("Amount").focus();
    for (const key of ["Tab", "Tab", "Tab", "Enter"]) await page.keyboard.press(key);
    await sale.getByRole("button", { name: "Scan it with the phone" }).focus();
    await page.keyboard.press("Enter");
    await wallet.getByRole("button", { name: "Confirm" }).waitFor();
    for (const key of ["Tab", "Enter"]) await page.keyboard.press(key);
    await wallet.getByRole("heading", { name: "Paid" }).waitFor();
    await expectText(sale, "paid");
  });

  test("nothing is wider than a small screen", async () => {
    const { merchant, messages } = partsOf(page);
    await page.setViewportSize({ width: 380, height: 760 });
    await merchant.getByRole("button", { name: "Show an order code" }).click();
    await merchant.getByRole("button", { name: "Scan it with the phone" }).waitFor();
    await messages.locator("summary").first().click();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(380);
  });
});
