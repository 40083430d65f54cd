/** After an erasure the gateway's database files hold nothing of what a payment said about a person. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, expect, test } from "vitest";
import { freePort } from "../support/end-to-end/free-port.ts";
import { Rehearsal } from "../support/end-to-end/rehearsal.ts";
import { hkd, messageOf } from "../support/end-to-end/sandbox-client.ts";

const rehearsal = new Rehearsal(await freePort());
const { sandbox, operator } = rehearsal;

beforeAll(() => rehearsal.start());
afterAll(() => rehearsal.end());

/** The gateway's classes. What the sandbox's parties keep is not the gateway's. */
const CLASSES = ["Customers", "Directory", "Codes", "Live", "CodeStocks", "Deployment", "CodeRules"];

/** The gateway's database files, each as it is on the disk, once its log is written back into it. */
function databaseFiles(): { readonly path: string; readonly bytes: Buffer }[] {
  const folders = readdirSync(rehearsal.objectsDirectory).filter((name) =>
    CLASSES.includes(name.split("-").at(-1) ?? ""),
  );
  expect(folders).toHaveLength(CLASSES.length);
  return folders.flatMap((folder) => {
    const directory = join(rehearsal.objectsDirectory, folder);
    const files = readdirSync(directory).filter((name) => name.endsWith(".sqlite"));
    return files.map((name) => {
      const path = join(directory, name);
      const database = new DatabaseSync(path);
      database.exec("PRAGMA wal_checkpoint(TRUNCATE)");
      database.close();
      return { path, bytes: readFileSync(path) };
    });
  });
}

function filesWith(text: string): string[] {
  return databaseFiles().flatMap(({ path, bytes }) => (bytes.includes(text) ? [path] : []));
}

// One payment: what SQLite copies where it splits a page is not overwritten (docs/storage.md#personal-data).
test("an erasure overwrites what it deletes", async () => {
  const customerId = "the-erased-one";
  await sandbox.openCustomer(customerId);
  const long = (name: string) => `Planted${name}`.repeat(300);
  const order = {
    referenceOrderId: "O-1",
    orderDescription: "PlantedGoods",
    orderAmount: hkd("1000"),
    merchant: { referenceMerchantId: "PlantedMerchant", merchantMCC: "5411", merchantName: "PlantedShop" },
    shipping: { address: long("Address") },
    buyer: { buyerName: "PlantedBuyer", buyerPhoneNo: "PlantedPhone", buyerEmail: "PlantedEmail" },
    env: { clientIp: "PlantedIp", deviceTokenId: "PlantedDevice" },
  };
  const paymentPromoInfo = { paymentPromoDetails: [{ promoName: "PlantedPromo" }] };
  const { paymentCode } = (await rehearsal.wallet(customerId).paymentCode("device-1")).body;
  const sent = await sandbox.pay(paymentCode, hkd("1000"), { order, paymentPromoInfo });
  expect(sent.result.resultCode).toBe("SUCCESS");
  await sandbox.refund(messageOf(sent).paymentRequestId, hkd("100"));
  await rehearsal.kill();
  expect(filesWith("PlantedBuyer")).not.toEqual([]);

  await rehearsal.start();
  const reply = await operator.call("DELETE", `/customers/${customerId}/data`);
  expect(reply).toEqual({ status: 200, body: { erased: { payments: 1, refunds: 1, authorizations: 0 } } });
  await rehearsal.kill();
  expect(filesWith("Planted")).toEqual([]);
  expect(filesWith(customerId)).not.toEqual([]);
});
