/** What an object was born with: it refuses other settings and changes nothing; with its own it goes on. */
import { abortAllDurableObjects, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Customers } from "../../../durable/customers/object.ts";
import { openObject } from "../../../durable/deployment/open-object.ts";
import {
  balanceOf,
  CLIENT_ID,
  cancel,
  homeOf,
  inquire,
  openCustomer,
  pay,
  payMessage,
  refund,
  SHARD_COUNT,
} from "../../support/alipayplus.ts";
import { type OtherVariables, otherEnvironment } from "../../support/home/other-environment.ts";
import { insideHome, payCommand } from "../../support/home/other-home.ts";

const OTHER_CLIENT = "5Y00000000000000077";

beforeEach(() => {
  vi.spyOn(console, "error").mockImplementation(() => {});
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** Everything that an object has stored, as text. */
function contentOf({ sql }: DurableObjectStorage): string {
  const tables = sql
    .exec<{ name: string; sql: string }>("SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY name")
    .toArray()
    .filter(({ name }) => !name.startsWith("_cf"));
  return JSON.stringify(tables.map((table) => [table, sql.exec(`SELECT * FROM ${table.name}`).toArray()]));
}

function storageContent(stub: DurableObjectStub): Promise<string> {
  return runInDurableObject(stub, (_, { storage }) => contentOf(storage));
}

type Versions = { version: number; oldest_version: number };

function versionsOf({ sql }: DurableObjectStorage): Versions {
  return sql.exec<Versions>("SELECT version, oldest_version FROM schema_version").one();
}

/** The keys of a setting, as those of another Client-Id. */
function asOther(keys: string): string {
  return JSON.stringify({ [OTHER_CLIENT]: Object.values(JSON.parse(keys))[0] });
}

const otherClient: OtherVariables = {
  SIGNING_KEYS: asOther(env.SIGNING_KEYS),
  VERIFICATION_KEYS: asOther(env.VERIFICATION_KEYS),
};

const OTHER_SETTINGS: readonly [string, RegExp, OtherVariables][] = [
  ["one shard more", /SHARD_COUNT_DIFFERS.*16.*17/, { SHARD_COUNT: String(SHARD_COUNT + 1) }],
  ["another Client-Id", /CLIENT_ID_DIFFERS/, otherClient],
];

describe.each(OTHER_SETTINGS)("under the settings of %s", (_name, refusal, variables) => {
  it("a home with payments refuses, changes nothing, and goes on under its own", async () => {
    const customerId = await openCustomer();
    const message = payMessage(customerId);
    const paid = await pay(message);
    expect(paid.code).toBe("SUCCESS");
    const stub = homeOf(customerId) as DurableObjectStub;
    const before = await storageContent(stub);
    const command = await payCommand(customerId);
    await expect(insideHome(otherEnvironment(variables), (home) => home.pay(command), stub)).rejects.toThrow(refusal);
    expect(await storageContent(stub)).toBe(before);
    await abortAllDurableObjects();
    expect((await pay(message)).text).toBe(paid.text);
    expect((await inquire(message.paymentRequestId)).body).toMatchObject({ paymentResult: { resultCode: "SUCCESS" } });
    expect((await pay(payMessage(customerId))).code).toBe("SUCCESS");
    expect(await balanceOf(customerId)).toBe(98_000n);
  });

  it("an object that is new is refused by the deployment's own, which changes nothing", async () => {
    const home = env.CUSTOMERS.getByName(crypto.randomUUID());
    await home.trialBalance();
    const deployment = env.DEPLOYMENT.getByName("deployment") as DurableObjectStub;
    const before = await storageContent(deployment);
    const opened = vi.fn();
    // The runtime ends an object that is not admitted.
    const birth = runInDurableObject(home as DurableObjectStub, async (_, context) => {
      await context.storage.deleteAll();
      openObject(context, otherEnvironment(variables), "Customers", ["CREATE TABLE payments (only TEXT)"], opened);
      await context.blockConcurrencyWhile(async () => {});
    });
    await expect(birth).rejects.toThrow(refusal);
    expect(opened).not.toHaveBeenCalled();
    expect(await storageContent(deployment)).toBe(before);
    // Under the deployment's settings it is born, with the tables of its class.
    expect(await env.CUSTOMERS.get(home.id).trialBalance()).toEqual([]);
  });
});

describe("the deployment's own object", () => {
  it("admits whatever has the settings of the deployment, and nothing else", async () => {
    await openCustomer();
    const identity = { shardCount: SHARD_COUNT, clientId: CLIENT_ID };
    await runInDurableObject(env.DEPLOYMENT.getByName("deployment") as DurableObjectStub, (instance) => {
      const deployment = instance as unknown as { admit(admitted: typeof identity): void };
      deployment.admit(identity);
      expect(() => deployment.admit({ ...identity, shardCount: SHARD_COUNT + 1 })).toThrow(/SHARD_COUNT_DIFFERS/);
      expect(() => deployment.admit({ ...identity, clientId: OTHER_CLIENT })).toThrow(/CLIENT_ID_DIFFERS/);
      deployment.admit(identity);
    });
  });
});

describe("an object of another class", () => {
  it("is refused on a storage that is not its own, and changes nothing", async () => {
    const stub = env.DIRECTORY.getByName(crypto.randomUUID()) as DurableObjectStub;
    const before = await storageContent(stub);
    await expect(insideHome(env, async (home) => home.trialBalance(), stub)).rejects.toThrow(
      /CLASS_DIFFERS.*Directory.*Customers/,
    );
    expect(await storageContent(stub)).toBe(before);
    const directory = env.DIRECTORY.get(stub.id);
    expect(await directory.claimPayment("p1", 1, 2)).toMatchObject({ outcome: "KNOWN" });
  });
});

describe("tables of a later release", () => {
  it("are refused by code that cannot live with them, and stay as they are", async () => {
    const customerId = await openCustomer();
    expect((await pay(payMessage(customerId))).code).toBe("SUCCESS");
    await runInDurableObject(homeOf(customerId) as DurableObjectStub, (_, context) => {
      const { storage } = context;
      const { version, oldest_version: oldestVersion } = versionsOf(storage);
      storage.sql.exec("UPDATE schema_version SET version = version + 1, oldest_version = version + 1");
      const before = contentOf(storage);
      expect(() => new Customers(context, env)).toThrow(/TABLES_TOO_NEW/);
      expect(contentOf(storage)).toBe(before);
      storage.sql.exec("UPDATE schema_version SET version = ?, oldest_version = ?", version, oldestVersion);
      expect(new Customers(context, env).customer(customerId)).toMatchObject({ balance: 99_000n });
    });
  });
});

describe("a call to an object that refuses all work", () => {
  it("is answered U, by Alipay+'s interfaces, and stays without effect", async () => {
    const customerId = await openCustomer();
    const message = payMessage(customerId);
    await pay(message);
    await runInDurableObject(homeOf(customerId) as DurableObjectStub, (_, { storage }) => {
      storage.sql.exec("UPDATE identity SET shard_count = shard_count + 1");
    });
    await abortAllDurableObjects();
    const unknown = { code: "UNKNOWN_EXCEPTION", resultStatus: "U" };
    expect(await pay(payMessage(customerId))).toMatchObject(unknown);
    expect(await pay(message)).toMatchObject(unknown);
    expect(await inquire(message.paymentRequestId)).toMatchObject(unknown);
    expect(await cancel(message.paymentRequestId)).toMatchObject(unknown);
    expect(await refund(message.paymentRequestId, "400")).toMatchObject(unknown);
  });
});
