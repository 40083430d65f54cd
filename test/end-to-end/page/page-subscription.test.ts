/** A subscription on the page: the phone has the wallet's authorisation page, the point of sale debits. */
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { eventually } from "../../support/end-to-end/eventually.ts";
import { freePort } from "../../support/end-to-end/free-port.ts";
import {
  askFor,
  hasChromium,
  openForEachTest,
  partsOf,
  readText,
  seeText,
  serveForTests,
} from "../../support/end-to-end/page.ts";
import { layoutFaultsOf } from "../../support/end-to-end/page-geometry.ts";
import { hkd } from "../../support/end-to-end/sandbox-client.ts";

const PORT = await freePort();

const { sandbox } = serveForTests(PORT);

/** The shop's own name, and the registered one. */
const SHOP = "ハーバーベーカリー (Harbour Bakery)";

/** In the browser: the texts of the buttons on the phone that have more than one line. */
const WRAPPED_BUTTONS = `[...document.querySelectorAll(".phone-screen button")].filter((button) => {
  const range = document.createRange();
  range.selectNodeContents(button);
  return new Set([...range.getClientRects()].map(({ top }) => top)).size > 1;
}).map((button) => button.textContent)`;

type Subscriptions = { readonly subscriptions: readonly object[] };

/** The shop asks, and the phone shows the wallet's page. */
async function offer(page: Page): Promise<void> {
  const { merchant } = partsOf(page);
  await merchant.getByText("Subscriptions", { exact: true }).click();
  await merchant.getByRole("button", { name: "Subscribe" }).click();
  await merchant.getByRole("button", { name: "Scan it with the phone" }).click();
}

/** The customer agrees, twice. */
async function agree(page: Page): Promise<void> {
  const { wallet } = partsOf(page);
  await wallet.getByRole("checkbox", { name: "I have read the agreement" }).check();
  await wallet.getByRole("button", { name: "Authorise" }).click();
  await wallet.getByRole("button", { name: "Yes, authorise" }).click();
  await wallet.getByRole("heading", { name: "Authorised", exact: true }).waitFor();
}

describe.skipIf(!hasChromium)("a subscription on the page", () => {
  const present = openForEachTest(`http://127.0.0.1:${PORT}/sandbox`);

  test("a customer reads, agrees, is debited, and ends it on the phone [SBX-41]", async () => {
    const page = present();
    const { wallet, merchant, balance } = partsOf(page);
    await merchant.getByText("Subscriptions", { exact: true }).click();
    await merchant.getByRole("button", { name: "Subscribe" }).click();
    await merchant.getByRole("button", { name: "Scan it with the phone" }).click();
    await wallet.getByRole("heading", { name: "Authorise ハーバーベーカリー" }).waitFor();
    await seeText(wallet, "Take payments from your wallet without asking you each time.");

    const box = wallet.getByRole("checkbox", { name: "I have read the agreement" });
    expect(await box.isChecked()).toBe(false);
    await wallet.getByRole("button", { name: "Authorise" }).click();
    await seeText(wallet, "Read the agreement, and tick the box first.");
    await wallet.getByRole("button", { name: "Cancel" }).click();
    await seeText(wallet, "Leave without authorising?");
    await wallet.getByRole("button", { name: "Back" }).click();
    await box.check();
    await wallet.getByRole("button", { name: "Authorise" }).click();
    await wallet.getByRole("button", { name: "Yes, authorise" }).click();
    await wallet.getByRole("heading", { name: "Authorised", exact: true }).waitFor();
    await readText(balance, "HKD 990.10");

    await merchant.getByRole("button", { name: "Debit" }).click();
    await readText(balance, "HKD 980.20");
    await seeText(merchant, "subscribed");

    await wallet.getByRole("button", { name: "Shops" }).click();
    const end = wallet.getByRole("button", { name: `End the authorisation of ${SHOP}`, exact: true });
    await end.click();
    await seeText(wallet, "End this for good?");
    await wallet.getByRole("button", { name: "No", exact: true }).click();
    await seeText(wallet, "in force");
    await end.click();
    await wallet.getByRole("button", { name: `Yes, end the authorisation of ${SHOP}` }).click();
    await wallet.getByText(/^ended \d{4}-\d{2}-\d{2} by you$/).waitFor();
    await seeText(merchant, "ended");
  });

  test("subscriptions stand above the sales, and the first steps lead to them", async () => {
    const page = present();
    const { merchant, sale } = partsOf(page);
    await page.getByRole("list", { name: "First steps" }).getByRole("link", { name: "Subscriptions" }).waitFor();
    await askFor(page, "Order code", "HKD", "12.50");
    await sale.waitFor();
    const subscriptions = await merchant.getByText("Subscriptions", { exact: true }).boundingBox();
    const newest = await sale.boundingBox();
    expect(subscriptions?.y).toBeLessThan(newest?.y ?? 0);
  });

  test("a reload and the way back lead to the authorisation page, which leads who has agreed to the shop", async () => {
    const page = present();
    const { wallet } = partsOf(page);
    await offer(page);
    await wallet.getByRole("heading", { name: `Authorise ${SHOP}` }).waitFor();
    await page.reload();
    await wallet.getByRole("heading", { name: `Authorise ${SHOP}` }).waitFor();
    await agree(page);
    await page.reload();
    await wallet.getByRole("heading", { name: "Authorised", exact: true }).waitFor();
    const back = wallet.getByRole("link", { name: "Back to the shop" });
    expect(await back.getAttribute("href")).toContain("authCode=");
    await wallet.getByRole("button", { name: "Done" }).click();
    await eventually(async () => expect(page.url()).not.toContain("preparedId"));
    await page.goBack();
    await back.waitFor();
    await page.goBack();
    await wallet.getByAltText("QR code of the payment code").waitFor();
  });

  test("the address of the wallet's page leads to it [SBX-41]", async () => {
    const page = present();
    const { wallet } = partsOf(page);
    const { authUrl = "" } = await sandbox.subscribe({ paymentAmount: hkd("990") });
    await page.goto(`${authUrl}&customer=customer-1`);
    await wallet.getByRole("heading", { name: "Authorise ハーバーベーカリー" }).waitFor();
  });

  test("a customer who leaves has agreed to nothing", async () => {
    const page = present();
    const { wallet, merchant } = partsOf(page);
    await merchant.getByText("Subscriptions", { exact: true }).click();
    await merchant.getByLabel("Customer’s device").selectOption("APP");
    await merchant.getByRole("button", { name: "Subscribe" }).click();
    await merchant.getByRole("button", { name: "Open it on the phone" }).click();
    await wallet.getByRole("button", { name: "Cancel" }).click();
    await wallet.getByRole("button", { name: "Yes, leave" }).click();
    await wallet.getByRole("heading", { name: "Not authorised" }).waitFor();
    await seeText(merchant, "declined");
  });

  test("a customer who has declined is asked again as the wallet's page advises, and agrees", async () => {
    const page = present();
    const { wallet, merchant, balance } = partsOf(page);
    await offer(page);
    await wallet.getByRole("button", { name: "Cancel" }).click();
    await wallet.getByRole("button", { name: "Yes, leave" }).click();
    await wallet.getByText("Nothing was agreed. To decide otherwise, choose “Ask again”").waitFor();
    await seeText(merchant, "declined");
    await page.reload();
    await wallet.getByText("This was declined, or its time is over. To decide otherwise, choose “Ask again”").waitFor();
    await merchant.getByText("Subscriptions", { exact: true }).click();
    await merchant.getByRole("button", { name: "Ask again" }).click();
    await merchant.getByRole("button", { name: "Scan it with the phone" }).click();
    await agree(page);
    await readText(balance, "HKD 990.10");
    expect((await sandbox.read<Subscriptions>("GET", "/subscriptions")).subscriptions).toHaveLength(1);
  });

  test("a subscription that has failed is asked for again, on the same terms", async () => {
    const terms = { paymentAmount: hkd("120"), terminalType: "APP", isMonthly: "false" };
    const page = present();
    const { merchant } = partsOf(page);
    const { subscriptionId } = await sandbox.subscribe(terms);
    const { authState } = await sandbox.read<{ authState: string }>("GET", `/subscriptions/${subscriptionId}`);
    const back = new URLSearchParams({ authState, authCode: "281006999999999999999999" });
    await page.request.get(`http://127.0.0.1:${PORT}/sandbox/subscriptions/${subscriptionId}/return?${back}`);
    await merchant.getByText("Subscriptions", { exact: true }).click();
    await seeText(merchant, "failed");
    await merchant.getByRole("button", { name: "Ask again" }).click();
    await merchant.getByRole("button", { name: "Open it on the phone" }).waitFor();
    const { subscriptions } = await sandbox.read<Subscriptions>("GET", "/subscriptions");
    expect(subscriptions).toMatchObject([
      { ...terms, status: "OFFERED" },
      { ...terms, status: "FAILED" },
    ]);
  });

  test("no button of the authorisation page has two lines on a small phone", async () => {
    const page = present();
    const { wallet } = partsOf(page);
    await page.setViewportSize({ width: 360, height: 800 });
    await offer(page);
    await wallet.getByRole("checkbox").check();
    await wallet.getByRole("button", { name: "Authorise" }).click();
    await wallet.getByRole("button", { name: "Yes, authorise" }).waitFor();
    expect(await page.evaluate(WRAPPED_BUTTONS)).toEqual([]);
    expect(await layoutFaultsOf(page)).toEqual([]);
  });
});
