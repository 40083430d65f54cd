/** The page at /sandbox in a real Chromium, as a person finds its parts. */
import { existsSync, writeSync } from "node:fs";
import { type Browser, chromium, type Locator, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect } from "vitest";
import { eventually } from "./eventually.ts";
import { Rehearsal } from "./rehearsal.ts";

/** Not the page's first choice. */
const CUSTOMER_ID = "customer-1";

/** Longer than any answer takes, on a busy machine, too. */
const WAIT_LIMIT_MS = 60_000;

/** Debian's package, or wherever the variable says. */
export const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** Whether there is a browser. */
export const hasChromium = existsSync(CHROMIUM);
if (!hasChromium) {
  // Past vitest, which shows the console of failed tests alone.
  writeSync(
    process.stderr.fd,
    `There is no ${CHROMIUM}: the tests of the page are skipped. CHROMIUM may name another.\n`,
  );
}

/**
 * Starts the whole product for the tests of a file; each of them begins with nothing stored and the true time.
 *
 * @returns the product, for a test that ends it and starts it again
 */
export function serveForTests(port: number): Rehearsal {
  const rehearsal = new Rehearsal(port);
  beforeAll(() => rehearsal.start());
  afterAll(() => rehearsal.end());
  beforeEach(async () => expect(await rehearsal.sandbox.reset()).toMatchObject({ status: 200 }));
  return rehearsal;
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
    sale: merchant.getByRole("list", { name: "Sales" }).getByRole("listitem").first(),
    faultBar: page.getByRole("complementary", { name: "Faults" }),
  };
}

/**
 * Opens the page with a new customer before each test of a group, and checks afterwards that the page has thrown
 * nothing and that its Content Security Policy has refused nothing.
 *
 * @returns a function that answers the page of the test
 */
export function openForEachTest(url: string): () => Page {
  const faults: string[] = [];
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    // Chromium refuses its own sandbox to root, who runs the tests in a container.
    browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  });

  afterAll(() => browser?.close());

  beforeEach(async () => {
    page = await browser.newPage();
    page.setDefaultTimeout(WAIT_LIMIT_MS);
    page.on("pageerror", ({ message }) => faults.push(message));
    page.on("console", (message) => {
      if (message.text().includes("Content Security Policy")) faults.push(message.text());
    });
    await page.goto(url);
    await openCustomer(page, CUSTOMER_ID);
  });

  afterEach(async () => {
    await page.close();
    expect(faults).toEqual([]);
  });

  return () => page;
}

/** Takes the phone of a customer that does not exist yet, opens it, and waits until the phone shows a code. */
async function openCustomer(page: Page, customerId: string): Promise<void> {
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

/** Waits until every change that the page shows was answered: it shows one as soon as it is asked for. */
export async function changesAreAnswered(page: Page): Promise<void> {
  await page.locator("[aria-busy=true]").first().waitFor({ state: "detached" });
}

/**
 * Leaves the phone without an answer when it fetches a code.
 *
 * @returns a function that lets every such call through
 */
export async function holdPaymentCodes(page: Page): Promise<() => void> {
  const { promise: isReleased, resolve: release } = Promise.withResolvers<void>();
  await page.route("**/wallet/v1/payment-codes", async (route) => {
    await isReleased;
    await route.continue();
  });
  return release;
}

/** Waits until an element's text is exactly this. */
export async function readText(locator: Locator, text: string): Promise<void> {
  await eventually(async () => expect(await locator.innerText()).toBe(text));
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
