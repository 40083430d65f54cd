/** A subscription over HTTP, on what `npm start` runs with its own settings. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "../support/end-to-end/free-port.ts";
import { bodyOf } from "../support/end-to-end/json-client.ts";
import { Rehearsal } from "../support/end-to-end/rehearsal.ts";
import { hkd, type Subscription } from "../support/end-to-end/sandbox-client.ts";
import { WalletClient } from "../support/end-to-end/wallet-client.ts";

const rehearsal = new Rehearsal(await freePort());
const { sandbox } = rehearsal;

beforeAll(() => rehearsal.start());
afterAll(() => rehearsal.end());

const DAY_MS = 86_400_000;

const paid =
  (count: number) =>
  ({ debits }: Subscription): boolean =>
    debits.filter(({ status }) => status === "SUCCEEDED").length === count;

test("a customer subscribes, is debited each month, gets new tokens and unsubscribes", async () => {
  await sandbox.openCustomer("subscriber");
  const wallet = new WalletClient(rehearsal.origin, "subscriber");
  const { subscriptionId, authUrl = "" } = await sandbox.subscribe({ paymentAmount: hkd("1000") });
  const preparedId = new URL(authUrl).searchParams.get("preparedId") ?? "";
  expect(bodyOf(await wallet.authorization(preparedId)).merchant.authClientName).toBe("Harbour Bakery");

  const back = await fetch(bodyOf(await wallet.consent(preparedId)).redirectUrl);
  expect(await back.text()).toContain("you are subscribed");
  const first = await sandbox.subscriptionWhen(subscriptionId, paid(1));
  expect(first).toMatchObject({ status: "ACTIVE", debits: [{ status: "SUCCEEDED" }] });

  await sandbox.advanceClock(32 * DAY_MS);
  expect((await sandbox.subscriptionWhen(subscriptionId, paid(2))).debits).toHaveLength(2);
  expect(await sandbox.balance("subscriber")).toBe("98000");

  const refreshed = await sandbox.changeSubscription(subscriptionId, "refresh");
  expect(refreshed.accessToken).not.toBe(first.accessToken);

  expect(bodyOf(await wallet.unbind(preparedId)).status).toBe("CANCELLED");
  const ended = await sandbox.subscriptionWhen(subscriptionId, ({ status }) => status === "ENDED");
  expect(ended.status).toBe("ENDED");
  expect((await sandbox.debit(subscriptionId)).status).toBe(409);
  expect(await sandbox.balance("subscriber")).toBe("98000");
});
