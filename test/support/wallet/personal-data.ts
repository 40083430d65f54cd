/** Personal data planted in every field that takes some, and looked for in every table. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { expect } from "vitest";
import { shardName } from "../../../durable/platform/shard.ts";
import { issueCode, type Json, newId, payMessage, SHARD_COUNT } from "../alipayplus.ts";

/** Texts that are nowhere else, one for each field that takes one. */
export function plant(names: readonly string[]): Record<string, string> {
  return Object.fromEntries(names.map((name) => [name, `Planted${name}${newId("")}`]));
}

/** A pay whose order, promotion and code hold planted texts. */
export async function plantedPay(customerId: string): Promise<{ message: Json; planted: Record<string, string> }> {
  const planted = plant([
    "Buyer",
    "Phone",
    "Email",
    "Ip",
    "Device",
    "Goods",
    "Shop",
    "Promo",
    "Address",
    "Pass",
    "Merchant",
  ]);
  const amount = { currency: "HKD", value: "1000" };
  const paymentMethodId = await issueCode(customerId);
  const message = payMessage(customerId, {
    paymentMethod: { paymentMethodType: "CONNECT_WALLET", paymentMethodId, customerId },
    order: {
      referenceOrderId: newId("order"),
      orderDescription: planted.Goods,
      orderAmount: amount,
      merchant: { referenceMerchantId: planted.Merchant, merchantMCC: "5411", merchantName: planted.Shop },
      shipping: { shippingAddress: planted.Address },
      buyer: { buyerName: planted.Buyer, buyerPhoneNo: planted.Phone, buyerEmail: planted.Email },
      env: { clientIp: planted.Ip, deviceTokenId: planted.Device },
    },
    paymentPromoInfo: { paymentPromoDetails: [{ promoName: planted.Promo }] },
    passThroughInfo: planted.Pass,
  });
  return { message, planted };
}

type Table = { readonly where: string; readonly text: string };

/** Every row of every table of every object that holds state. */
async function everyTable(): Promise<Table[]> {
  const tables: Table[] = [];
  const classes = { CUSTOMERS: env.CUSTOMERS, DIRECTORY: env.DIRECTORY, CODES: env.CODES, LIVE: env.LIVE };
  for (const [name, namespace] of Object.entries(classes)) {
    for (let shard = 0; shard < SHARD_COUNT; shard += 1) {
      const stub = (namespace as DurableObjectNamespace).getByName(shardName(shard));
      await runInDurableObject(stub, (_object, { storage: { sql } }) => {
        const found = sql.exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table'").toArray();
        for (const { name: table } of found.filter((each) => !each.name.startsWith("_cf"))) {
          const rows = sql.exec(`SELECT * FROM "${table}"`).toArray();
          for (const column of Object.keys(rows[0] ?? {})) {
            const text = rows.map((row) => row[column]).join("\n");
            tables.push({ where: `${name}.${table}.${column}`, text });
          }
        }
      });
    }
  }
  return tables;
}

/** In which columns each text stands: `CLASS.table.column`. */
export async function placesOfEach(texts: readonly string[]): Promise<{ text: string; places: string[] }[]> {
  const tables = await everyTable();
  return texts.map((text) => {
    const places = tables.filter((table) => table.text.includes(text)).map(({ where }) => where);
    return { text, places: [...new Set(places)] };
  });
}

/** In which columns a text stands. */
export async function placesOf(text: string): Promise<string[]> {
  return (await placesOfEach([text])).flatMap(({ places }) => places);
}

/** Expects that none of the texts stands in any table. */
export async function expectGone(planted: Readonly<Record<string, string>>): Promise<void> {
  const texts = Object.values(planted);
  expect(await placesOfEach(texts)).toEqual(texts.map((text) => ({ text, places: [] })));
}
