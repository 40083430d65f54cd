/** The operators' API for the customers of the embedded core: open, change, show, fund. */
import { describe, expect, it, vi } from "vitest";
import { AMOUNT_MAX_MINOR } from "../../protocol/money.ts";
import { homeOf, type Json, newId, pay, payMessage } from "../support/alipayplus.ts";
import { opsCall, WALLET_TOKEN, type WalletReply } from "../support/wallet/calls.ts";

const put = (customerId: string, body: Json) => opsCall("PUT", `/customers/${customerId}`, { body });
const read = (customerId: string) => opsCall("GET", `/customers/${customerId}`);
const fund = (customerId: string, body: Json | string) => opsCall("POST", `/customers/${customerId}/funding`, { body });

function funding(value: string, changes: Json = {}): Json {
  return { fundingId: newId("topup"), direction: "IN", amount: { currency: "HKD", value }, ...changes };
}

async function newCustomer(settings: Json = {}): Promise<string> {
  const customerId = newId("customer");
  await put(customerId, { currency: "HKD", ...settings });
  return customerId;
}

async function balanceOf(customerId: string): Promise<unknown> {
  return (await read(customerId)).body.balance;
}

/** What docs/operators.md computes with `sha256sum`. */
async function halfSha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest).toHex().slice(0, 32);
}

function expectProblem({ status, body }: WalletReply, expected: readonly [status: number, code: string]): void {
  expect([status, body.code]).toEqual(expected);
}

/** The sums of the customer's shard, which must stay zero for each currency. */
async function expectBalancedBooks(customerId: string): Promise<void> {
  const sums = new Map<string, bigint>();
  for (const { currency, sumMinor } of await homeOf(customerId).trialBalance()) {
    sums.set(currency, (sums.get(currency) ?? 0n) + sumMinor);
  }
  expect([...sums.values()].every((sum) => sum === 0n)).toBe(true);
}

describe("a customer", () => {
  it("is opened with an empty account, and changed without touching the money", async () => {
    const customerId = newId("customer");
    const opened = await put(customerId, { currency: "HKD", limits: { single: "5000", dailyCount: "3" } });
    expect(opened.body).toMatchObject({
      customerId,
      currency: "HKD",
      balance: "0",
      status: "ACTIVE",
      kyc: "QUALIFIED",
      limits: { single: "5000", dailyCount: "3" },
      entryCount: 0,
      entries: [],
    });
    await fund(customerId, funding("7000"));
    const changed = await put(customerId, { currency: "HKD", status: "FROZEN", limits: { daily: "9" } });
    expect(changed.body).toMatchObject({ balance: "7000", status: "FROZEN", entryCount: 1 });
    expect(changed.body.limits).toEqual({ single: "5000", daily: "9", dailyCount: "3" });
    expect((await read(customerId)).body).toEqual(changed.body);
    expect((await pay(payMessage(customerId))).code).toBe("USER_STATUS_ABNORMAL");
  });

  it("pays from what was funded, and shows payment and funding as entries", async () => {
    const customerId = await newCustomer();
    await fund(customerId, funding("1500", { fundingId: "salary-11" }));
    expect((await pay(payMessage(customerId))).code).toBe("SUCCESS");
    const { body } = await read(customerId);
    expect(body).toMatchObject({
      balance: "500",
      entries: [
        { entryNumber: 2, kind: "DEBIT" },
        {
          entryNumber: 1,
          kind: "FUNDING",
          id: `${customerId}#salary-11`,
          legs: [
            { account: "customer", amount: "1500" },
            { account: "funding", amount: "-1500" },
          ],
        },
      ],
    });
    expect((await pay(payMessage(customerId))).code).toBe("USER_BALANCE_NOT_ENOUGH");
    await expectBalancedBooks(customerId);
  });

  it("keeps its currency once it has entries", async () => {
    const customerId = await newCustomer();
    expect((await put(customerId, { currency: "JPY" })).body.currency).toBe("JPY");
    await fund(customerId, funding("1", { amount: { currency: "JPY", value: "1" } }));
    expectProblem(await put(customerId, { currency: "HKD" }), [409, "CURRENCY_IN_USE"]);
  });

  it.each<[why: string, settings: Json]>([
    ["no currency", {}],
    ["a currency that does not exist", { currency: "HKX" }],
    ["the balance", { currency: "HKD", balance: "5" }],
    ["an unknown setting", { currency: "HKD", limit: { single: "5" } }],
    ["an unknown limit", { currency: "HKD", limits: { weekly: "5" } }],
    ["a fraction as a limit", { currency: "HKD", limits: { single: 5.5 } }],
    ["a limit below zero", { currency: "HKD", limits: { single: "-5" } }],
    ["a limit beyond 64 bits", { currency: "HKD", limits: { single: String(AMOUNT_MAX_MINOR + 1n) } }],
  ])("is not opened with %s", async (_why, settings) => {
    const customerId = newId("customer");
    expectProblem(await put(customerId, settings), [400, "PARAM_ILLEGAL"]);
    expectProblem(await read(customerId), [404, "CUSTOMER_UNKNOWN"]);
  });
});

describe("a funding", () => {
  it("moves money once, however often it is asked for, and answers the same", async () => {
    const customerId = await newCustomer();
    const message = funding("1000");
    const replies = await Promise.all([1, 2, 3].map(() => fund(customerId, message)));
    expect(replies.map(({ status }) => status)).toEqual([200, 200, 200]);
    await fund(customerId, funding("1"));
    replies.push(await fund(customerId, message));
    expect(new Set(replies.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(replies[0]?.body).toMatchObject({ ...message, entryNumber: 1 });
    expect(await balanceOf(customerId)).toBe("1001");
    await expectBalancedBooks(customerId);
  });

  it.each<[changed: string, changes: Json]>([
    ["amount", { amount: { currency: "HKD", value: "1001" } }],
    ["currency", { amount: { currency: "JPY", value: "1000" } }],
    ["direction", { direction: "OUT" }],
  ])("with another %s under the same id is refused", async (_changed, changes) => {
    const customerId = await newCustomer();
    const message = funding("1000");
    await fund(customerId, message);
    expectProblem(await fund(customerId, { ...message, ...changes }), [409, "FUNDING_INCONSISTENT"]);
    expect(await balanceOf(customerId)).toBe("1000");
  });

  it("belongs to its customer: another one may have the same id", async () => {
    const [first, second] = [await newCustomer(), await newCustomer()];
    const message = funding("1000");
    await fund(first, message);
    expect((await fund(second, message)).status).toBe(200);
    expect(await balanceOf(second)).toBe("1000");
  });

  it("is never another funding's, whatever the ids are", async () => {
    // Customers of one shard, whose ids could be taken for an id with a funding.
    const shard = homeOf("a");
    const amount = { currency: "HKD", amountMinor: 5n };
    for (const customerId of ["a", "a#b", "a:2", "a#b:1"]) {
      await shard.openCustomer(customerId, { currency: "HKD", balance: 7n });
      for (const fundingId of ["1", "2", "b"]) {
        const answer = await shard.fundCustomer(customerId, { fundingId, direction: "IN", amount });
        expect(answer.outcome).toBe("DONE");
      }
      await shard.openCustomer(customerId, { currency: "HKD", balance: 100n });
      expect((await shard.customer(customerId))?.balance).toBe(100n);
    }
  });

  it("takes out what is there, and not one unit more; a refused one may be tried again", async () => {
    const customerId = await newCustomer();
    await fund(customerId, funding("1000"));
    const out = funding("1001", { direction: "OUT" });
    expectProblem(await fund(customerId, out), [409, "BALANCE_NOT_ENOUGH"]);
    expect(await balanceOf(customerId)).toBe("1000");
    await fund(customerId, funding("1"));
    expect((await fund(customerId, out)).status).toBe(200);
    expect(await balanceOf(customerId)).toBe("0");
    await expectBalancedBooks(customerId);
  });

  it("never takes an account beyond 64 bits, even with all its payments refunded", async () => {
    const customerId = await newCustomer();
    await fund(customerId, funding(String(AMOUNT_MAX_MINOR)));
    expectProblem(await fund(customerId, funding("1")), [409, "BALANCE_OUT_OF_RANGE"]);
    expect((await pay(payMessage(customerId))).code).toBe("SUCCESS");
    expectProblem(await fund(customerId, funding("1")), [409, "BALANCE_OUT_OF_RANGE"]);
    expect(await balanceOf(customerId)).toBe(String(AMOUNT_MAX_MINOR - 1_000n));
  });

  it("needs a customer, in the currency of the account", async () => {
    expectProblem(await fund(newId("none"), funding("1")), [404, "CUSTOMER_UNKNOWN"]);
    const amount = { currency: "JPY", value: "1" };
    expectProblem(await fund(await newCustomer(), funding("1", { amount })), [409, "CURRENCY_DIFFERS"]);
  });

  it.each<[why: string, body: Json | string]>([
    ["no id", { direction: "IN", amount: { currency: "HKD", value: "1" } }],
    ["an id with a separator", funding("1", { fundingId: "a:b" })],
    ["another direction", funding("1", { direction: "in" })],
    ["nothing to move", funding("0")],
    ["an amount below zero", funding("-1")],
    ["a fraction", funding("1.5")],
    ["an amount beyond 64 bits", funding(String(AMOUNT_MAX_MINOR + 1n))],
    ["an unknown member", funding("1", { balance: "1" })],
    ["a key that appears twice", '{"fundingId":"a","fundingId":"b"}'],
  ])("with %s is refused", async (_why, body) => {
    const customerId = await newCustomer();
    expectProblem(await fund(customerId, body), [400, "PARAM_ILLEGAL"]);
    expect(await balanceOf(customerId)).toBe("0");
  });
});

describe("every call", () => {
  it("is open to operators alone", async () => {
    const customerId = await newCustomer();
    for (const token of [null, WALLET_TOKEN]) {
      const calls = [
        opsCall("PUT", `/customers/${customerId}`, { token, body: { currency: "HKD" } }),
        opsCall("GET", `/customers/${customerId}`, { token }),
        opsCall("POST", `/customers/${customerId}/funding`, { token, body: funding("5") }),
      ];
      for (const reply of await Promise.all(calls)) expectProblem(reply, [401, "UNAUTHENTICATED"]);
    }
    expect(await balanceOf(customerId)).toBe("0");
  });

  it("leaves one line in the log: the operator, the call, its outcome, and the customer by a digest alone", async () => {
    const customerId = newId("customer");
    const [added, refused] = [funding("123456"), funding("999999", { direction: "OUT" })];
    const lines = vi.spyOn(console, "log");
    await put(customerId, { currency: "HKD" });
    await fund(customerId, added);
    await fund(customerId, refused);
    await read(customerId);
    await opsCall("GET", `/customers/${customerId}/data`);
    await opsCall("DELETE", `/customers/${customerId}/data`);
    const unknown = await opsCall("GET", `/customers/${customerId}`, { token: WALLET_TOKEN });
    const written = lines.mock.calls.map(([line]) => String(line));
    lines.mockRestore();
    const by = { event: "request", operator: "operator", about: await halfSha256(customerId) };
    const fundingOf = ({ fundingId }: Json) => halfSha256(`${customerId}#${fundingId}`);
    const parsed = written.map((line) => JSON.parse(line));
    expect(parsed).toMatchObject([
      { ...by, interface: "putCustomer", resultCode: "SUCCESS" },
      { ...by, interface: "fundCustomer", resultCode: "SUCCESS", funding: await fundingOf(added) },
      { ...by, interface: "fundCustomer", resultCode: "BALANCE_NOT_ENOUGH", funding: await fundingOf(refused) },
      { ...by, interface: "readCustomer", resultCode: "SUCCESS" },
      { ...by, interface: "exportCustomerData", resultCode: "SUCCESS" },
      { ...by, interface: "eraseCustomerData", resultCode: "SUCCESS" },
      {
        interface: "readCustomer",
        resultCode: "UNAUTHENTICATED",
        requestId: unknown.headers.get("Plusgate-Request-Id"),
      },
    ]);
    expect(parsed.at(-1)).not.toHaveProperty("about");
    for (const secret of [customerId, "123456", "999999", "topup"]) expect(written.join("\n")).not.toContain(secret);
  });

  it.each([
    ["a payment", (id: string) => `/payments/${id}/notifications`],
    ["a dispute of a payment", (id: string) => `/payments/${id}/disputes/of-it/send`],
    ["an authorisation", (id: string) => `/authorizations/${id}/end`],
    ["a merchant", (id: string) => `/merchants/${id}/approve`],
  ])("about %s names it by a digest, too", async (_what, pathOf) => {
    const id = newId("id");
    const lines = vi.spyOn(console, "log");
    await opsCall("POST", pathOf(id));
    const written = lines.mock.calls.map(([line]) => String(line));
    lines.mockRestore();
    expect(written.map((line) => JSON.parse(line).about)).toEqual([await halfSha256(id)]);
    expect(written.join("\n")).not.toContain(id);
  });
});
