/** The page at /sandbox for every person: by keyboard, on a small screen, in light and dark, without motion. */
import { describe, expect, test } from "vitest";
import { eventually } from "../../support/end-to-end/eventually.ts";
import { freePort } from "../../support/end-to-end/free-port.ts";
import {
  askFor,
  exchangesOf,
  hasChromium,
  openForEachTest,
  partsOf,
  seeText,
  serveForTests,
} from "../../support/end-to-end/page.ts";
import { layoutFaultsOf } from "../../support/end-to-end/page-geometry.ts";
import { hkd, jpy } from "../../support/end-to-end/sandbox-client.ts";

const PORT = await freePort();
const SANDBOX = `http://127.0.0.1:${PORT}/sandbox`;
const SMALL_WIDTH = 360;
/** From a phone to a large screen; where the layout changes, the widths on both sides. */
const WIDTHS = [703, 704, 1183, 1184, 1366, 1535, ...Array.from({ length: 16 }, (_, step) => SMALL_WIDTH + step * 104)];
/** WCAG 2.2, 1.4.3: text against what is behind it. */
const CONTRAST_MINIMUM = 4.5;

/**
 * In the browser: every text of its own that is fainter than it may be, with its contrast. A colour is read off a
 * canvas, which knows all ways to write one.
 */
const FAINT_TEXTS = `(minimum) => {
  const pencil = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const coloursOf = (element) => {
    const lineage = [];
    for (let each = element; each; each = each.parentElement) lineage.push(each);
    const grounds = lineage.reverse().map((each) => getComputedStyle(each).backgroundColor);
    return [...grounds, getComputedStyle(element).color];
  };
  const paint = (colours) => {
    for (const colour of colours) {
      pencil.fillStyle = colour;
      pencil.fillRect(0, 0, 1, 1);
    }
    return pencil.getImageData(0, 0, 1, 1).data;
  };
  const luminance = ([red, green, blue]) => {
    const linear = [red, green, blue].map((byte) => byte / 255).map((part) =>
      part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2];
  };
  const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== "");
  return [...document.body.querySelectorAll("*")]
    .filter((element) => hasText(element) && element.checkVisibility({ contentVisibilityAuto: true }))
    .filter((element) => !element.closest("[aria-disabled=true], noscript"))
    .map((element) => {
      const colours = coloursOf(element);
      const [light, dark] = [luminance(paint(colours)), luminance(paint(colours.slice(0, -1)))].sort((a, b) => b - a);
      return { text: element.textContent.slice(0, 40), contrast: (light + 0.05) / (dark + 0.05) };
    })
    .filter(({ contrast }) => contrast < minimum);
}`;

const product = serveForTests(PORT);

describe.skipIf(!hasChromium)("the page at /sandbox, for every person", () => {
  const present = openForEachTest(SANDBOX);

  test("a payment needs no mouse, and the focus follows what happens [SBX-28]", async () => {
    const page = present();
    const { wallet, merchant, sale } = partsOf(page);
    await merchant.getByLabel("Amount").focus();
    for (const key of ["Tab", "Tab", "ArrowRight", "Tab", "Enter"]) await page.keyboard.press(key);
    await sale.getByRole("button", { name: "Scan it with the phone" }).focus();
    await page.keyboard.press("Enter");
    await wallet.getByRole("button", { name: "Confirm" }).waitFor();
    for (const key of ["Tab", "Enter"]) await page.keyboard.press(key);
    await wallet.getByRole("heading", { name: "Paid" }).waitFor();
    await seeText(sale, "paid");
  });

  test("a fault is switched with the keyboard, and Escape returns the focus", async () => {
    const page = present();
    const { rehearsal, faultBar } = partsOf(page);
    const opener = rehearsal.getByRole("button", { name: /^Faults/ });
    await opener.focus();
    await page.keyboard.press("Enter");
    await rehearsal.getByRole("switch", { name: "Duplicated" }).focus();
    await page.keyboard.press("Space");
    await faultBar.getByText("1 fault on").waitFor();
    await page.keyboard.press("Escape");
    await eventually(async () => expect(await opener.getAttribute("aria-expanded")).toBe("false"));
    expect(await opener.evaluate((button) => button.matches(":focus"))).toBe(true);
    await faultBar.getByRole("button", { name: "Switch all off" }).focus();
    await page.keyboard.press("Enter");
    await faultBar.waitFor({ state: "detached" });
  });

  test("nothing is crushed, cut off or wider than the window, at any width, in light and dark [SBX-28]", async () => {
    const page = present();
    const { rehearsal, wallet, messages, sale } = partsOf(page);
    const { customer, paymentRequestId } = await playLargeDay();
    await page.goto(`${SANDBOX}?customer=${customer}&payment=${paymentRequestId}&panel=faults`);
    await wallet.getByAltText("QR code of the payment code").waitFor();
    await sale.waitFor();
    await messages.locator("summary").first().click();
    await messages.getByRole("button", { name: "Show all" }).click();
    const faults: string[] = [];
    let looks = 0;
    const look = async (width: number, what: string) => {
      looks += 1;
      await page.setViewportSize({ width, height: 900 });
      await page.emulateMedia({ colorScheme: looks % 2 === 0 ? "light" : "dark", reducedMotion: "reduce" });
      for (const fault of await layoutFaultsOf(page)) faults.push(`${width} px, ${what}: ${fault}`);
    };
    for (const width of WIDTHS) await look(width, "faults and messages");
    await wallet.getByText(/^Wallet settings of/).click();
    for (const screen of ["Scan", "History"]) {
      await wallet.getByRole("button", { name: screen, exact: true }).click();
      for (const width of [SMALL_WIDTH, 1367]) await look(width, screen);
    }
    for (const tool of await rehearsal.locator(".tools button").all()) {
      await tool.click();
      for (const width of [SMALL_WIDTH, 767, 1366]) await look(width, (await tool.innerText()).trim());
    }
    expect(faults).toEqual([]);
  });

  test.each(["light", "dark"] as const)("every text can be read in %s [SBX-29]", async (colorScheme) => {
    const page = present();
    const { rehearsal, sale, wallet, messages } = partsOf(page);
    // What has arrived is marked for a moment.
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await rehearsal.getByRole("button", { name: /^Faults/ }).click();
    await rehearsal.getByRole("button", { name: "Duplicated, once" }).click();
    await askFor(page, "Payment code", "HKD", "5000");
    await wallet.getByRole("heading", { name: "Not paid" }).waitFor();
    await seeText(sale, "not paid");
    await rehearsal.getByRole("switch", { name: "Duplicated" }).check();
    await messages.locator("summary").first().click();
    expect(await page.evaluate(`(${FAINT_TEXTS})(${CONTRAST_MINIMUM})`)).toEqual([]);
    await partsOf(page).faultBar.getByRole("button", { name: "Switch all off" }).click();
  });

  test("nothing moves for a person who wants no motion [SBX-29]", async () => {
    const page = present();
    await page.emulateMedia({ reducedMotion: "reduce" });
    await askFor(page, "Order code", "HKD", "12.50");
    await exchangesOf(page, "pay").first().waitFor();
    expect(await page.evaluate("document.getAnimations().length")).toBe(0);
  });
});

/** Ids as long as they may be, amounts as large as they may be, and messages with faults. */
async function playLargeDay(): Promise<{ readonly customer: string; readonly paymentRequestId: string }> {
  const { sandbox } = product;
  const customer = "customer-".padEnd(64, "0123456789");
  const paymentRequestId = "sale-".padEnd(64, "0123456789");
  const open = (change: object = {}) => sandbox.openCustomer(customer, { balance: "8000000000000000000", ...change });
  const sell = async (value: string, more: object = {}) => {
    const paymentCode = await sandbox.paymentCode(customer);
    await sandbox.read("POST", "/sales", { paymentCode, paymentAmount: hkd(value), ...more });
  };
  await open();
  await sell("1200000000000000000", { paymentRequestId });
  const refundAmount = hkd("200000000000000000");
  await sandbox.read("POST", `/sales/${paymentRequestId}/refund`, { refundAmount });
  await open({ verification: "FAILED" });
  await sell("123456789");
  await open({ verification: "PASSED" });
  for (const fault of ["SIGNATURE_WRONG", "KEY_VERSION_WRONG", "CANCEL_OVERTAKES_PAY", "HTTP_500"]) {
    await sandbox.read("POST", "/faults", { fault, link: "ALIPAYPLUS_TO_MPP", interface: "pay", times: "1" });
    await sell("150");
  }
  await sandbox.read("POST", "/sales", { scenario: "Cashier", terminalType: "WAP", paymentAmount: hkd("1") });
  await sandbox.read("POST", "/sales", { scenario: "OrderCode", paymentAmount: jpy("8000000000000000000") });
  await sandbox.read("POST", "/faults", { fault: "REQUEST_DELAYED", interface: "inquiryCodeRules" });
  await sandbox.read("POST", "/faults", { fault: "NEVER_ACKNOWLEDGED", link: "MPP_TO_ALIPAYPLUS" });
  return { customer, paymentRequestId };
}
