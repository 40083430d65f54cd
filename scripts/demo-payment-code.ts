/** User-presented mode on the phone: it shows a code, a merchant scans it, and the app hears the result. */
import { randomUUID } from "node:crypto";
import { CUSTOMER_ID } from "./demo-account.ts";
import { type AppDemo, hear } from "./demo-app.ts";
import { lookAtExchange, paymentRequestIdOf } from "./demo-exchange.ts";
import { showCall, showCodePage } from "./demo-phone-screen.ts";
import { jpy } from "./demo-sandbox.ts";
import type { Check } from "./demo-steps.ts";
import { replyOf, type ShownCode, type WalletClient } from "./demo-wallet.ts";

/** Plays it from 480.00 to 428.00 HKD. */
export async function playPaymentCode(demo: AppDemo): Promise<void> {
  // A phone of its own for each demo: its codes are fresh.
  const deviceTokenId = `demo-${randomUUID()}`;
  const code = await showCode(demo, deviceTokenId);
  await payByCode(demo, code);
  await payAgain(demo, code);
  await showNextCode(demo, deviceTokenId, code);
}

function showCode({ steps, wallet }: AppDemo, deviceTokenId: string): Promise<ShownCode> {
  return steps.step(
    "A code to show",
    "The app asks for the code that is valid now. The gateway has fetched several from Alipay+ in advance and keeps them for this phone, so that the screen does not go blank when Alipay+ is slow.",
    (check) => askForCode(wallet, deviceTokenId, check),
  );
}

function payByCode({ steps, sandbox, account, stream }: AppDemo, { paymentCode }: ShownCode): Promise<void> {
  return steps.step(
    "The merchant scans the phone",
    "Two coffees, 1,000 yen. Alipay+ asks the wallet to pay, and the phone that shows the code hears what came of it.",
    async (check) => {
      const scan = { what: "the scan", atMs: performance.now() };
      const reply = await sandbox.send("/pay", { paymentCode, paymentAmount: jpy("1000") });
      lookAtExchange(check, reply, { resultCode: "SUCCESS" });
      const paymentRequestId = paymentRequestIdOf(reply);
      await hear(stream, check, { paymentRequestId, status: "SUCCEEDED" }, scan);
      await account.look(check, { balance: "42800", entryKinds: ["DEBIT"] });
    },
  );
}

function payAgain({ steps, sandbox, account }: AppDemo, { paymentCode }: ShownCode): Promise<void> {
  return steps.step(
    "The same code once more",
    "Somebody has photographed the screen and pays with it within its minute. A code pays once.",
    async (check) => {
      const reply = await sandbox.send("/pay", { paymentCode, paymentAmount: jpy("1000") });
      lookAtExchange(check, reply, { resultCode: "INVALID_CODE" });
      await account.look(check, { balance: "42800", entryKinds: [] });
    },
  );
}

function showNextCode({ steps, wallet }: AppDemo, deviceTokenId: string, used: ShownCode): Promise<void> {
  return steps.step("The next code", "After the payment the app asks again, and shows another code.", async (check) => {
    const next = await askForCode(wallet, deviceTokenId, check);
    check.same("another code", next.paymentCode !== used.paymentCode, true);
  });
}

async function askForCode(wallet: WalletClient, deviceTokenId: string, check: Check): Promise<ShownCode> {
  const call = await wallet.post<ShownCode>("/payment-codes", { customerId: CUSTOMER_ID, deviceTokenId });
  showCall(call);
  const code = replyOf(call);
  showCodePage(code);
  check.same("a number of a payment code", /^28100602[0-9]{16}$/.test(code.paymentCode), true);
  const nowMs = Date.parse(code.serverTime);
  const isValid = Date.parse(code.codeValidityStartTime) <= nowMs && nowMs < Date.parse(code.codeExpiryTime);
  check.same("valid now", isValid, true);
  return code;
}
