/**
 * A stock is built on itty-durable. Each trap of that library that concerns it has a test here that it stays shut, and
 * so has each promise of the runtime that it leans on.
 */
import { evictDurableObject, listDurableObjectIds, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { proxyDurable } from "itty-durable";
import { describe, expect, it, vi } from "vitest";
import { type CodeStockClient, stockOf } from "../../../durable/code-stock/client.ts";
import { type CodeStock, EMPTY_STOCK, type StockedCode } from "../../../durable/code-stock/code-stock.ts";
import type { CodeStocks } from "../../../durable/code-stock/object.ts";
import type { StoredStocks } from "../../../durable/code-stock/stored-stocks.ts";
import { callIttyObject } from "../../../durable/platform/itty/client.ts";
import { MINUTE_MS, standTheClock } from "../../support/clock.ts";

const SHARD_COUNT = 16;
const NOW_MS = Date.UTC(2026, 0, 1, 12);

standTheClock(() => NOW_MS);

function codesOf(prefix: string, length = 5): StockedCode[] {
  return Array.from({ length }, (_, index) => ({
    paymentCode: `${prefix}-${index}`,
    startTimeMs: Date.now() + index * MINUTE_MS,
    expiryTimeMs: Date.now() + (index + 1) * MINUTE_MS,
  }));
}

/** A stock that no other test uses, with what is sent to it and a way to its object. */
async function freshStock(customerId: string = crypto.randomUUID(), deviceTokenId = "device") {
  const sent: string[] = [];
  const names: string[] = [];
  const namespace = {
    idFromName(name: string) {
      names.push(name);
      return env.CODE_STOCKS.idFromName(name);
    },
    get: (id: DurableObjectId) => ({
      fetch(request: Request) {
        sent.push(request.headers.get("do-content") ?? "");
        return env.CODE_STOCKS.get(id).fetch(request);
      },
    }),
  } as unknown as DurableObjectNamespace;
  const stock = await stockOf(namespace, SHARD_COUNT, customerId, deviceTokenId);
  const stub = () => env.CODE_STOCKS.getByName(names[0] ?? "none");
  return { stock, sent, names, stub };
}

/** Fetches a first batch, as a renewal does. */
async function fill(stock: CodeStockClient, codes = codesOf("a"), region?: string): Promise<void> {
  await stock.ask({ leaseId: "first", region });
  await stock.store({ leaseId: "first", codes });
}

function inside<Result>(
  stub: DurableObjectStub,
  callback: (stocks: CodeStocks, storage: DurableObjectStorage) => Result | Promise<Result>,
): Promise<Result> {
  return runInDurableObject(stub, (stocks, { storage }) => callback(stocks as unknown as CodeStocks, storage));
}

/** The key of the stock that was changed last. */
function keyOfLatest(stocks: StoredStocks): string {
  return Object.keys(stocks).at(-1) ?? "none";
}

function latest({ stocks }: CodeStocks): CodeStock {
  return stocks[keyOfLatest(stocks)] ?? EMPTY_STOCK;
}

describe("the client of a stock", () => {
  it("hides the library's stub, which takes `then` for a method of the object and cannot be awaited", () => {
    const stub = proxyDurable(env.CODE_STOCKS, { parse: true }).get("codes");
    expect("then" in stub).toBe(false);
    expect(typeof (stub as { then?: unknown }).then).toBe("function");
  });

  it("can be awaited, and shows nothing of the library that could destroy what is stored", async () => {
    const { stock } = await freshStock();
    expect(await stock).toBe(stock);
    expect(Object.keys(stock).sort()).toEqual(["ask", "fail", "store"]);
    expect("then" in stock || "destroy" in stock || "reset" in stock || "persist" in stock).toBe(false);
    expect(Object.isFrozen(stock)).toBe(true);
  });

  it("names objects and stocks by digests, of which nothing leads back to the customer", async () => {
    const { stock, names, stub } = await freshStock("alice", "phone");
    await stock.ask({ leaseId: "any" });
    expect(names[0]).toMatch(/^stocks-[0-9]{1,4}$/);
    const stored = await inside(stub(), (_, storage) => storage.get<{ stocks: object }>("data"));
    for (const key of Object.keys(stored?.stocks ?? {})) expect(key).toMatch(/^[0-9a-f]{64}$/);
    const ids = await listDurableObjectIds(env.CODE_STOCKS);
    expect(ids.some((id) => id.equals(env.CODE_STOCKS.idFromName(names[0] ?? "")))).toBe(true);
    // The library takes 64 hexadecimal digits for an id.
    expect(() => callIttyObject(env.CODE_STOCKS, "a".repeat(64), "ask", [])).toThrow(TypeError);
  });

  it("keeps stocks apart whose customer and device read the same when they are put together", async () => {
    const pairs = [
      ["ab", "c"],
      ["a", "bc"],
      ['a","b', "c"],
      ["a", 'b","c'],
    ] as const;
    const stocks = await Promise.all(pairs.map(([customerId, deviceTokenId]) => freshStock(customerId, deviceTokenId)));
    for (const { stock } of stocks) expect((await stock.ask({ leaseId: "any" })).outcome).toBe("RENEW");
  });

  it("carries any text in ASCII, because the parameters travel in a header", async () => {
    const { stock, sent } = await freshStock();
    const leaseId = 'é-支付-\u{1F9E7}\\"\r\n\u0000\u007f';
    expect(await stock.ask({ leaseId })).toEqual({ outcome: "RENEW", leaseId });
    expect(sent.every((header) => /^[\x20-\x7e]+$/.test(header))).toBe(true);
  });

  it("tries once more when the runtime says that it may succeed, and not when the object is overloaded", async () => {
    const failing = (failure: object) => {
      let calls = 0;
      const fetch = (request: Request) => {
        calls += 1;
        if (calls === 1) return Promise.reject(Object.assign(new Error("moved"), failure));
        return env.CODE_STOCKS.getByName("stock-retry").fetch(request);
      };
      return { idFromName: () => env.CODE_STOCKS.idFromName("stock-retry"), get: () => ({ fetch }) };
    };
    const open = (failure: object) =>
      stockOf(failing(failure) as unknown as DurableObjectNamespace, SHARD_COUNT, "c", "d");
    expect((await (await open({ retryable: true })).ask({ leaseId: "any" })).outcome).toBe("RENEW");
    await expect((await open({})).ask({ leaseId: "any" })).rejects.toThrow("moved");
    await expect((await open({ retryable: true, overloaded: true })).ask({ leaseId: "any" })).rejects.toThrow("moved");
  });
});

describe("a stock", () => {
  it("has stored a batch before it answers", async () => {
    const { stock, stub } = await freshStock();
    await fill(stock);
    await evictDurableObject(stub());
    expect(await stock.ask({ leaseId: "any" })).toMatchObject({ outcome: "CODE", code: { paymentCode: "a-0" } });
  });

  it("remembers lease, region and failures over an eviction", async () => {
    const { stock, stub } = await freshStock();
    await stock.ask({ leaseId: "first", region: "PH" });
    await evictDurableObject(stub());
    expect(await stock.ask({ leaseId: "second", region: "PH" })).toEqual({ outcome: "WAIT" });
    await stock.fail({ leaseId: "first", resultCode: "ACCESS_DENIED" });
    await evictDurableObject(stub());
    const heldBack = { outcome: "HELD_BACK", retryTimeMs: NOW_MS + 1_000, resultCode: "ACCESS_DENIED" };
    expect(await stock.ask({ leaseId: "third", region: "PH" })).toEqual(heldBack);
  });

  it("grants one of many concurrent callers the lease, the first after an eviction included", async () => {
    const { stock, stub } = await freshStock();
    await fill(stock);
    await evictDurableObject(stub());
    vi.setSystemTime(NOW_MS + 6 * MINUTE_MS);
    const views = await Promise.all(Array.from({ length: 50 }, (_, n) => stock.ask({ leaseId: `lease-${n}` })));
    expect(views.filter(({ outcome }) => outcome === "RENEW")).toHaveLength(1);
    expect(views.filter(({ outcome }) => outcome === "WAIT")).toHaveLength(49);
  });

  it("writes nothing when it is only looked at, and never sets an alarm", async () => {
    const { stock, stub } = await freshStock();
    await fill(stock);
    await inside(stub(), (_, storage) => storage.delete("data"));
    await stock.ask({ leaseId: "any" });
    expect(await inside(stub(), async (_, storage) => (await storage.list()).size)).toBe(0);
    expect(await inside(stub(), (_, storage) => storage.getAlarm())).toBeNull();
  });

  it("keeps nothing of a call that fails", async () => {
    const { stock, stub } = await freshStock();
    await fill(stock);
    vi.setSystemTime(NOW_MS + 4 * MINUTE_MS);
    await stock.ask({ leaseId: "second" });
    const broken = stock.store({ leaseId: "second", codes: [null as unknown as StockedCode] });
    await expect(broken).rejects.toThrow();
    await expect(callIttyObject(env.CODE_STOCKS, "stock-none", "unknownMethod", [])).rejects.toThrow(/no method/);
    await evictDurableObject(stub());
    expect(await stock.ask({ leaseId: "third" })).toMatchObject({ code: { paymentCode: "a-4" } });
    expect(await inside(stub(), (object) => latest(object).lease?.id)).toBe("second");
  });

  it("takes back in memory what the storage refuses", async () => {
    const { stock, stub } = await freshStock();
    await fill(stock);
    vi.setSystemTime(NOW_MS + 5 * MINUTE_MS);
    await stock.ask({ leaseId: "second" });
    const huge = codesOf("b", 1).map((code) => ({ ...code, paymentCode: "x".repeat(3_000_000) }));
    await inside(stub(), async (object) => {
      await expect(object.store(keyOfLatest(object.stocks), { leaseId: "second", codes: huge })).rejects.toThrow(
        /TOOBIG|too big|too large/i,
      );
      expect(latest(object).lease?.id).toBe("second");
      expect(latest(object).codes).toHaveLength(5);
    });
  });

  it("gets none of the Worker's bindings, and stores its contents alone", async () => {
    const { stock, stub } = await freshStock();
    await fill(stock);
    await inside(stub(), async (object, storage) => {
      expect("SIGNING_KEYS" in (object as unknown as { state: object }).state).toBe(false);
      expect(Object.keys((await storage.get<object>("data")) ?? {})).toEqual(["stocks", "fetches"]);
    });
  });

  it("goes on with what an older version has stored", async () => {
    const { stock, stub } = await freshStock();
    await fill(stock, codesOf("a"), "PH");
    await inside(stub(), ({ stocks }, storage) => {
      const older = { region: "PH", codes: codesOf("old") };
      return storage.put("data", { stocks: { ...stocks, [keyOfLatest(stocks)]: older } });
    });
    await evictDurableObject(stub());
    const view = await stock.ask({ leaseId: "any", region: "PH" });
    expect(view).toMatchObject({ outcome: "CODE", code: { paymentCode: "old-0" }, remainingCodes: 4 });
  });
});

describe("a customer's devices", () => {
  /** Fetches a batch for a device, where that is allowed, and gives the outcome of the ask. */
  async function fetchFor(customerId: string, device: string, region?: string): Promise<string> {
    const { stock } = await freshStock(customerId, device);
    const leaseId = crypto.randomUUID();
    const view = await stock.ask({ leaseId, region });
    if (view.outcome === "RENEW") await stock.store({ leaseId, codes: codesOf(leaseId) });
    return view.outcome === "LIMITED" ? view.limit : view.outcome;
  }

  it("are in one object, which knows of how many there are, over an eviction, too", async () => {
    const customerId = crypto.randomUUID();
    const { stub, names, stock } = await freshStock(customerId, "first");
    await stock.ask({ leaseId: "any" });
    const outcomes: string[] = [];
    for (let device = 0; device < 7; device += 1) {
      if (device === 3) await evictDurableObject(stub());
      outcomes.push(await fetchFor(customerId, `made-up-${device}`));
    }
    expect(outcomes).toEqual([...Array(4).fill("RENEW"), ...Array(3).fill("DEVICES")]);
    const other = await freshStock(customerId, "other");
    expect(await other.stock.ask({ leaseId: "any" })).toMatchObject({ outcome: "LIMITED", limit: "DEVICES" });
    expect(other.names[0]).toBe(names[0]);
    const customer = await inside(stub(), ({ stocks }) => keyOfLatest(stocks).slice(0, 32));
    const kept = await inside(stub(), ({ stocks }) => Object.keys(stocks).filter((key) => key.startsWith(customer)));
    expect(kept).toHaveLength(5);
  });

  it("that change their region back and forth fetch no more than the customer's fetches", async () => {
    const customerId = crypto.randomUUID();
    const outcomes: string[] = [];
    for (let turn = 0; turn < 12; turn += 1) {
      outcomes.push(await fetchFor(customerId, "phone", turn % 2 === 0 ? "PH" : "JP"));
    }
    // The codes of the last region that was fetched for stay.
    expect(outcomes).toEqual([...Array(10).fill("RENEW"), "RATE", "CODE"]);
    vi.setSystemTime(NOW_MS + 10_000);
    expect(await fetchFor(customerId, "phone", "PH")).toBe("RENEW");
  });
});
