/** A subscription on the page: the phone has the wallet's authorisation page, the point of sale debits. */
import { describe, expect, test } from "vitest";
import { freePort } from "../../support/end-to-end/free-port.ts";
import {
  hasChromium,
  openForEachTest,
  partsOf,
  readText,
  seeText,
  serveForTests,
} from "../../support/end-to-end/page.ts";
import { hkd } from "../../support/end-to-end/sandbox-client.ts";

const PORT = await freePort();

const { sandbox } = serveForTests(PORT);

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
    await wallet.getByRole("button", { name: "End" }).click();
    await seeText(wallet, "ended");
    await seeText(merchant, "ended");
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
});
