/** The page at /sandbox in a real Chromium, as a person finds its parts. */
import { existsSync, writeSync } from "node:fs";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { Rehearsal } from "./rehearsal.ts";

/** Debian's package, or wherever the variable says. */
const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Whether there is a browser. */
export const hasChromium = existsSync(CHROMIUM);
if (!hasChromium) {
  // Past vitest, which shows the console of failed tests alone.
  writeSync(
    process.stderr.fd,
    `There is no ${CHROMIUM}: the tests of the page are skipped. CHROMIUM may name another.\n`,
  );
}

/** Starts the whole product for the tests of a file. */
export function serveForTests(port: number): void {
  const rehearsal = new Rehearsal(port);
  beforeAll(() => rehearsal.start());
  afterAll(() => rehearsal.end());
}

/** The page, as a person finds its parts. */
export function partsOf(page: Page) {
  const wallet = page.getByRole("region", { name: "The customer’s phone" });
  const merchant = page.getByRole("region", { name: "The point of sale" });
  return {
    wallet,
    merchant,
    messages: page.getByRole("region", { name: "Messages" }),
    rehearsal: page.getByRole("region", { name: "The rehearsal" }),
    balance: wallet.getByLabel("Balance", { exact: true }).first(),
    /** The newest. */
    sale: merchant.getByRole("listitem").first(),
    faultBar: page.getByRole("complementary", { name: "Faults" }),
  };
}

/**
 * Opens the page with a new customer before each test of a group, and sees afterwards that nothing broke.
 *
 * @returns the present page
 */
export function openForEachTest(url: string): () => Page {
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
    await page.goto(url);
    customerNumber += 1;
    await openCustomer(page, `customer-${customerNumber}`);
  });

  afterEach(async () => {
    await page.close();
    expect(faults).toEqual([]);
  });

  return () => page;
}

/** Takes the phone of a customer whom nobody has opened yet, and waits until it shows a code. */
export async function openCustomer(page: Page, customerId: string): Promise<void> {
  const { wallet } = partsOf(page);
  await wallet.getByLabel("Customer", { exact: true }).fill(customerId);
  await wallet.getByRole("button", { name: "Switch" }).click();
  await wallet.getByRole("button", { name: "Open with HKD 1,000.00" }).click();
  await wallet.getByAltText("QR code of the payment code").waitFor();
  await seeText(wallet, "live");
}

/** Asks for an amount, in one of the ways in which a customer pays. */
export async function askFor(page: Page, scenario: string, currency: string, amount: string): Promise<void> {
  const { merchant } = partsOf(page);
  await merchant.getByLabel("Currency").selectOption(currency);
  await merchant.getByLabel("Amount").fill(amount);
  await merchant.getByRole("radio", { name: scenario }).check();
  await merchant.locator("form.sale-form button[type=submit]").click();
}

/** The phone has what the point of sale shows, and its customer confirms. */
export async function confirmOnPhone(page: Page): Promise<void> {
  const { wallet } = partsOf(page);
  await wallet.getByRole("button", { name: "Confirm" }).click();
  await wallet.getByRole("heading", { name: "Paid" }).waitFor();
}

/** Waits until a text is seen. */
export async function seeText(locator: Locator, text: string): Promise<void> {
  await locator.getByText(text, { exact: true }).first().waitFor();
}

/** The lines of an interface in the timeline, newest first. */
export function exchangesOf(page: Page, interfaceName: string): Locator {
  const { messages } = partsOf(page);
  return messages.getByRole("listitem").filter({ has: page.getByText(interfaceName, { exact: true }) });
}
