/** The page at /sandbox in a real Chromium: faults are switches; clock, market, clearing files, reset. */
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
  seeText,
  serveForTests,
} from "../../support/end-to-end/page.ts";

const PORT = await freePort();
const SANDBOX = `http://127.0.0.1:${PORT}/sandbox`;

const product = serveForTests(PORT);

describe.skipIf(!hasChromium)("the rehearsal at /sandbox", () => {
  const present = openForEachTest(SANDBOX);

  test("a fault is done once, its message shows it, and the acquirer finds the result by itself [SBX-26]", async () => {
    const page = present();
    const { rehearsal, sale, faultBar } = partsOf(page);
    await rehearsal.getByRole("button", { name: /^Faults/ }).click();
    await rehearsal.getByRole("radio", { name: /^Acquirer → Alipay\+/ }).check();
    await rehearsal.getByLabel("Interface").selectOption("pay");
    await rehearsal.getByRole("button", { name: "Answer lost, once" }).click();
    await faultBar.getByText("1 fault on").waitFor();
    await seeText(rehearsal, "Answer lost, Acquirer → Alipay+, pay, once");
    await changesAreAnswered(page);
    await askFor(page, "Payment code", "HKD", "12.50");
    await faultBar.waitFor({ state: "detached" });
    await exchangesOf(page, "pay").filter({ hasText: "ANSWER_LOST" }).first().waitFor();
    expect(await exchangesOf(page, "pay").filter({ hasText: "not verified" }).count()).toBe(0);
    await seeText(sale, "paid");
    await seeText(sale, "1 notification");
  });

  test("a fault stays on until it is switched off, and is seen from everywhere [SBX-26]", async () => {
    const page = present();
    const { rehearsal, wallet, faultBar } = partsOf(page);
    await rehearsal.getByRole("button", { name: /^Faults/ }).click();
    await rehearsal.getByRole("radio", { name: /^Wallet → Alipay\+/ }).check();
    await rehearsal.getByLabel("Interface").selectOption("userInitiatedPay");
    await rehearsal.getByRole("switch", { name: "Traffic limit" }).check();
    await rehearsal.getByRole("radio", { name: /^Wallet → Alipay\+ *1/ }).waitFor();
    await rehearsal.getByRole("button", { name: /^Faults/ }).click();
    await faultBar.getByText("1 fault on").waitFor();
    await changesAreAnswered(page);
    await askFor(page, "Order code", "HKD", "12.50");
    await partsOf(page).sale.getByRole("button", { name: "Scan it with the phone" }).click();
    await exchangesOf(page, "userInitiatedPay").filter({ hasText: "TRAFFIC_LIMIT" }).first().waitFor();
    await wallet.getByRole("alert").filter({ hasText: /./ }).first().waitFor();
    await faultBar.getByRole("button", { name: "Show" }).click();
    await rehearsal.getByRole("button", { name: /^Switch off: Traffic limit/ }).click();
    await faultBar.waitFor({ state: "detached" });
    await seeText(rehearsal, "No fault is on: every message arrives as it was sent.");
  });

  test("a refused signature says what the wallet answered, and an inquiry shows the payment's own result", async () => {
    const page = present();
    const { messages } = partsOf(page);
    const add = (data: object) => page.request.post(`${SANDBOX}/faults`, { data });
    await add({ fault: "SIGNATURE_WRONG", link: "ALIPAYPLUS_TO_MPP", interface: "pay", times: "1" });
    await askFor(page, "Payment code", "HKD", "12.50");
    const refused = exchangesOf(page, "pay").filter({ hasText: "SIGNATURE_WRONG" });
    await refused.locator(".badge", { hasText: "INVALID_SIGNATURE" }).waitFor();
    expect(await refused.innerText()).not.toContain("SIGNATURE_MISSING");
    await askFor(page, "Order code", "HKD", "12.50");
    await partsOf(page).sale.getByRole("button", { name: "Inquire" }).click();
    const inquiry = exchangesOf(page, "inquiryPayment").filter({ hasText: "Acquirer to Alipay+:" }).first();
    await inquiry.locator(".badge.U").waitFor();
    expect(await inquiry.locator(".badge").allInnerTexts()).toEqual(["PAYMENT_IN_PROCESS"]);
    await inquiry.locator("summary").click();
    await messages.getByText(/^The payment: PAYMENT_IN_PROCESS/).waitFor();
  });

  test("a fault that another client has switched on shows, too, and all are switched off at once", async () => {
    const page = present();
    const { faultBar } = partsOf(page);
    for (const fault of ["DUPLICATED", "U_THEN_S"]) {
      await page.request.post(`${SANDBOX}/faults`, { data: { fault, link: "ALIPAYPLUS_TO_MPP" } });
    }
    await faultBar.getByText("2 faults on").waitFor();
    await faultBar.getByRole("button", { name: "Switch all off" }).click();
    await faultBar.waitFor({ state: "detached" });
    await changesAreAnswered(page);
    const active = await page.request.get(`${SANDBOX}/faults`);
    expect(await active.json()).toMatchObject({ rules: [] });
  });

  test("the clock is set ahead: the phone has a new code, and the order has expired [SBX-27]", async () => {
    const page = present();
    const { rehearsal, wallet, sale } = partsOf(page);
    await askFor(page, "Order code", "HKD", "12.50");
    await seeText(sale, "to be paid");
    const shown = await wallet.getByAltText("QR code of the payment code").getAttribute("src");
    await rehearsal.getByRole("button", { name: "Clock" }).click();
    await rehearsal.getByRole("button", { name: "+1 h" }).click();
    await seeText(rehearsal, "1 h ahead of the true time.");
    await eventually(async () =>
      expect(await wallet.getByAltText("QR code of the payment code").getAttribute("src")).not.toBe(shown),
    );
    await eventually(async () => expect(await sale.innerText()).not.toContain("to be paid"));
  });

  test("a code that is over is refused, and the sale says to take a new one", async () => {
    const page = present();
    const { merchant, sale } = partsOf(page);
    const paymentCode = await product.sandbox.paymentCode("customer-1");
    await product.sandbox.advanceClock(120_000);
    await merchant.getByText("Another code, interface, settlement").click();
    await merchant.getByLabel("Payment code, pasted").fill(paymentCode);
    await merchant.getByRole("button", { name: "Scan the pasted code" }).click();
    await seeText(sale, "EXPIRED_CODE");
    await sale.getByText(/Sell again with a new code from the phone\.$/).waitFor();
  });

  test("what failed while Plusgate was down is over when it is back, and the phone's code pays", async () => {
    const page = present();
    const { rehearsal, wallet, merchant, sale } = partsOf(page);
    await rehearsal.getByRole("button", { name: "Clock" }).click();
    await rehearsal.getByRole("button", { name: "+1 h" }).click();
    await seeText(rehearsal, "1 h ahead of the true time.");
    await product.kill();
    await rehearsal.getByRole("button", { name: "+1 min" }).click();
    await askFor(page, "Order code", "HKD", "12.50");
    const question = page.getByText("No answer. Is Plusgate still running?");
    await eventually(async () => expect(await question.count()).toBeGreaterThanOrEqual(2));
    const releaseCodes = await holdPaymentCodes(page);
    await product.start();
    await eventually(async () => expect(await question.count()).toBe(0));
    await seeText(rehearsal, "The true time.");
    await seeText(wallet, "live");
    await eventually(async () => expect(await merchant.getByRole("listitem").count()).toBe(0));
    // The code that the phone has shown belongs to the time that was ahead.
    await merchant.getByRole("radio", { name: "Payment code" }).check();
    await seeText(merchant, "The phone is fetching a code …");
    releaseCodes();
    await askFor(page, "Payment code", "HKD", "12.50");
    await wallet.getByRole("heading", { name: "Paid" }).waitFor();
    await seeText(sale, "paid");
  });

  test("the first worked case: a coupon and a surcharge, as the customer and the acquirer see it [SBX-27]", async () => {
    const page = present();
    const { rehearsal, wallet, sale } = partsOf(page);
    await rehearsal.getByRole("button", { name: "Market" }).click();
    await seeText(rehearsal, "1 JPY = 0.052 HKD");
    await rehearsal.getByRole("button", { name: "Coupon in JPY, surcharge" }).click();
    await seeText(rehearsal, "Payments from now on use this market.");
    await rehearsal.getByText("1 JPY = 0.085614 HKD quote of the market").waitFor();
    await askFor(page, "Order code", "JPY", "1000");
    await sale.getByRole("button", { name: "Scan it with the phone" }).click();
    await wallet.getByRole("heading", { name: "Pay Harbour Bakery" }).waitFor();
    const terms = await wallet.locator(".phone-screen").innerText();
    for (const text of ["HKD 89.16", "Coupon", "HKD 0.43", "1 JPY = 0.085614 HKD"]) expect(terms).toContain(text);
    await confirmOnPhone(page);
    await seeText(sale, "paid");
    await rehearsal.getByRole("button", { name: "Back to the table" }).click();
    await seeText(rehearsal, "Payments use only the table of quotes.");
  });

  test("an illegal market is refused with the reason", async () => {
    const page = present();
    const { rehearsal } = partsOf(page);
    await rehearsal.getByRole("button", { name: "Market" }).click();
    await rehearsal.getByText("The market as JSON").click();
    await rehearsal.getByLabel("The market").fill("no");
    await rehearsal.getByRole("button", { name: "Apply" }).click();
    await seeText(rehearsal, "This is not a JSON object.");
    await rehearsal.getByLabel("The market").fill('{"quotes":[{"quoteCurrencyPair":"JPY"}]}');
    await rehearsal.getByRole("button", { name: "Apply" }).click();
    await rehearsal.getByText(/^Illegal parameter quotes/).waitFor();
  });

  test("the files of the day are there after 00:30, for both parties", async () => {
    const page = present();
    const { rehearsal, sale } = partsOf(page);
    await askFor(page, "Payment code", "HKD", "12.50");
    await seeText(sale, "paid");
    await rehearsal.getByRole("button", { name: "Clearing files" }).click();
    // The day that is chosen at first is one that can be had.
    await rehearsal.getByRole("button", { name: "List the files" }).click();
    await rehearsal.getByRole("link", { name: /^summary_/ }).waitFor();
    await rehearsal.getByRole("button", { name: "Set the clock there, and list today’s files" }).click();
    const rows = rehearsal.getByRole("link", { name: /^transactionItems_1022172000000000001_HKD/ });
    await rows.waitFor();
    const [download] = await Promise.all([page.waitForEvent("download"), rows.click()]);
    expect(download.suggestedFilename()).toMatch(/^transactionItems_.*\.csv$/);
    await rehearsal.getByLabel("Files for").selectOption("the acquirer");
    await rehearsal.getByRole("button", { name: "List the files" }).click();
    await rehearsal
      .getByRole("link", { name: /^summary_1022188000000000001_/ })
      .first()
      .waitFor();
  });

  test("a reset asks first, and then everything is erased", async () => {
    const page = present();
    const { rehearsal, wallet, merchant, messages, sale } = partsOf(page);
    await askFor(page, "Payment code", "HKD", "12.50");
    await seeText(sale, "paid");
    await rehearsal.getByRole("button", { name: "Reset", exact: true }).click();
    await rehearsal.getByLabel(/^Seed/).fill("harbour");
    await rehearsal.getByRole("button", { name: "Reset everything …" }).click();
    await rehearsal.getByRole("button", { name: "No", exact: true }).click();
    await seeText(sale, "paid");
    await rehearsal.getByRole("button", { name: "Reset everything …" }).click();
    await rehearsal.getByRole("button", { name: "Yes, erase everything" }).click();
    await seeText(rehearsal, "Everything is erased. Codes and ids are drawn from the seed “harbour”.");
    await wallet.getByRole("button", { name: "Open with HKD 1,000.00" }).waitFor();
    await merchant.getByText(/^None yet\./).waitFor();
    // The gateway fetches the code rules again within a minute: only messages of the payment are gone for good.
    await messages.getByText("pay", { exact: true }).first().waitFor({ state: "hidden" });
    await wallet.getByRole("button", { name: "Open with HKD 1,000.00" }).click();
    await wallet.getByAltText("QR code of the payment code").waitFor();
    await askFor(page, "Payment code", "HKD", "12.50");
    await wallet.getByRole("heading", { name: "Paid" }).waitFor();
  });
});
