/** A subscription from the customer's consent to its end, with a debit each month. */
import { bodyOf } from "../../test/support/end-to-end/json-client.ts";
import type { Subscription } from "../../test/support/end-to-end/sandbox-client.ts";
import type { WalletClient } from "../../test/support/end-to-end/wallet-client.ts";
import { StageFailure } from "../tool.ts";
import { amountText } from "./print.ts";
import type { Demo } from "./steps.ts";

/** More than the longest month. */
const MONTH_MS = 32 * 86_400_000;

/** Binds, debits, debits again a month later, refreshes the tokens, unbinds. */
export async function playSubscription(demo: Demo, wallet: WalletClient): Promise<void> {
  const { sandbox } = demo;
  const { priceOf, debitMinorOf, ownCore } = demo.account;
  const price = priceOf(1_000n);
  const debited = { movedMinor: -debitMinorOf(1_000n), entries: "DEBIT" };
  const offered = await demo.step(`The bakery offers bread every month, ${amountText(price)}`, async () => {
    const subscription = await sandbox.subscribe({ paymentAmount: price });
    demo.expect("status", subscription.status, "OFFERED");
    const page = bodyOf(await wallet.authorization(preparedIdOf(subscription)));
    demo.expect("the merchant on the wallet's page", page.merchant.authClientName, "Harbour Bakery");
    demo.expect("the first scope", page.scopes[0]?.scope, "AGREEMENT_PAY");
    return subscription;
  });
  const { subscriptionId } = offered;
  const bound = await demo.step("The customer agrees and comes back to the shop: the first debit follows", async () => {
    const { redirectUrl } = bodyOf(await wallet.consent(preparedIdOf(offered)));
    await (await fetch(redirectUrl)).text();
    const subscription = await sandbox.subscriptionWhen(subscriptionId, hasDebits(1));
    expectDebit(demo, subscription, 1);
    await demo.expectAccount(debited);
    return subscription;
  });
  // A core of the wallet's own has a clock of its own.
  if (ownCore === undefined) {
    await demo.step("A month later: the second debit, without asking the customer", async () => {
      await sandbox.advanceClock(MONTH_MS);
      expectDebit(demo, await sandbox.subscriptionWhen(subscriptionId, hasDebits(2)), 2);
      await demo.expectAccount(debited);
    });
  }
  await demo.step("The merchant refreshes its tokens: the old ones pay no more", async () => {
    const refreshed = await sandbox.changeSubscription(subscriptionId, "refresh");
    demo.expect("status", refreshed.status, "ACTIVE");
    demo.expect("another access token", refreshed.accessToken !== bound.accessToken, true);
  });
  await demo.step("The customer ends it in the wallet: the shop can debit no more", async () => {
    demo.expect("status in the wallet", bodyOf(await wallet.unbind(preparedIdOf(offered))).status, "CANCELLED");
    const isOver = ({ status }: Subscription) => status === "ENDED";
    demo.expect("status in the shop", (await sandbox.subscriptionWhen(subscriptionId, isOver)).status, "ENDED");
    demo.expect("HTTP status of a debit", (await sandbox.debit(subscriptionId)).status, 409);
    await demo.expectAccount({ movedMinor: 0n, entries: "" });
  });
}

function preparedIdOf({ authUrl }: Subscription): string {
  const preparedId = authUrl === undefined ? null : new URL(authUrl).searchParams.get("preparedId");
  if (preparedId === null) throw new StageFailure("The wallet has given no page for the subscription.");
  return preparedId;
}

function hasDebits(count: number): (subscription: Subscription) => boolean {
  return ({ debits }) => debits.filter(({ status }) => status === "SUCCEEDED").length >= count;
}

function expectDebit(demo: Demo, { debits }: Subscription, count: number): void {
  demo.expect("number of debits", debits.length, count);
  demo.expect("the debit", debits[0]?.status, "SUCCEEDED");
}
