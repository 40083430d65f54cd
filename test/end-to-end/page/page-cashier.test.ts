/**
 * The page at /sandbox in a real Chromium: an online checkout, on a desktop and on a phone.
 * docs/spec/wallet/cashier.md.
 */
import { describe, expect, test } from "vitest";
import { freePort } from "../../support/end-to-end/free-port.ts";
import {
  askFor,
  confirmOnPhone,
  hasChromium,
  openForEachTest,
  partsOf,
  seeText,
  serveForTests,
} from "../../support/end-to-end/page.ts";

const PORT = await freePort();

const product = serveForTests(PORT);

describe.skipIf(!hasChromium)("the Cashier on the page at /sandbox", () => {
  const present = openForEachTest(`http://127.0.0.1:${PORT}/sandbox`);

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

  test.each([
    ["WAP", "https://wallet.plusgate.example/cashier"],
    ["APP", "plusgate://cashier"],
  ])("a merchant on a phone, %s, leads into the wallet, which pays and leads back [CSH-06]", async (...row) => {
    const [terminalType, registeredUrl] = row;
    const page = present();
    const { merchant, sale, wallet } = partsOf(page);
    await merchant.getByRole("radio", { name: "Cashier" }).check();
    await merchant.getByLabel("Where the customer shops").selectOption(terminalType);
    await askFor(page, "Cashier", "HKD", "12.50");
    await sale.getByText(`${registeredUrl}?source=alipay-connect&codeValue=`).waitFor();
    await sale.getByRole("button", { name: "Open it on the phone" }).click();
    await wallet.getByText(/^to be confirmed within (10:00|9:\d\d)$/).waitFor();
    await confirmOnPhone(page);
    await seeText(sale, "paid");
    // By itself, after six seconds.
    await wallet.getByRole("button", { name: /^Back to the merchant in [1-6] s$/ }).waitFor();
    await seeText(wallet, "https://merchant.plusgate.example/thanks");
  });

  test("the wallet's page before the login opens its app, and a second customer gets no order [CSH-07, CSH-10]", async () => {
    const page = present();
    const { merchant, sale, wallet } = partsOf(page);
    await merchant.getByRole("radio", { name: "Cashier" }).check();
    await merchant.getByLabel("Where the customer shops").selectOption("WAP");
    await askFor(page, "Cashier", "HKD", "12.50");
    const [landing] = await Promise.all([
      page.context().waitForEvent("page"),
      sale.getByRole("link", { name: /^The wallet’s page/ }).click(),
    ]);
    const appUrl = await landing.getByRole("link", { name: "Open the app" }).getAttribute("href");
    expect(appUrl).toMatch(/^plusgate:\/\/cashier\?source=alipay-connect&codeValue=https%3A%2F%2F/);
    await landing.close();
    await product.sandbox.openCustomer("first-customer");
    const codeValue = new URL(appUrl ?? "").searchParams.get("codeValue") ?? "";
    expect(await product.wallet("first-customer").openCashierOrder(codeValue)).toMatchObject({ status: 200 });
    await sale.getByRole("button", { name: "Open it on the phone" }).click();
    await seeText(wallet, "Another customer has opened the order of this code already.");
  });
});
