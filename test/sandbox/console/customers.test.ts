import { afterEach, describe, expect, it, vi } from "vitest";
import {
  type CustomerReply,
  call,
  codeOf,
  type ErrorReply,
  openCustomer,
  pay,
  sandboxEnv,
} from "../../support/sandbox/sandbox.ts";

const OWN_CORE = {
  CORE: "HTTP",
  CORE_NAME: "own-core",
  CORE_URL: "https://core.test",
  CORE_SECRET: `whsec_${btoa("a secret of the right length for it")}`,
};

type Books = {
  readonly balanced: boolean;
  readonly currencies: Readonly<Record<string, Readonly<Record<string, string>>>>;
};

const HKD = { currency: "HKD", balance: "100000" };

describe("PUT and GET /sandbox/customers/{customerId}", () => {
  it("open a customer whose first entry is the funding, and show the same thing", async () => {
    const path = `/customers/${encodeURIComponent(`客户/1 ${crypto.randomUUID()}`)}`;
    const opened = await call<CustomerReply>("PUT", path, HKD);
    expect(opened).toMatchObject({
      httpStatus: 200,
      status: "ACTIVE",
      customerId: decodeURIComponent(path.slice("/customers/".length)),
      currency: "HKD",
      balance: "100000",
      kyc: "QUALIFIED",
      limits: {},
      risk: "PASS",
      paymentMethod: "AVAILABLE",
      verification: "PASSED",
      blockedMerchants: [],
      entryCount: 1,
      entries: [
        {
          entryNumber: 1,
          kind: "FUNDING",
          currency: "HKD",
          legs: [
            { account: "customer", amount: "100000" },
            { account: "funding", amount: "-100000" },
          ],
        },
      ],
    });
    expect(await call("GET", path)).toEqual(opened);
  });

  it("set what is given and keep what is left out", async () => {
    const settings = {
      status: "FROZEN",
      kyc: "PENDING_REVIEW",
      limits: { single: "9223372036854775807", daily: "500", dailyCount: "0" },
      risk: "REJECT",
      paymentMethod: "UNAVAILABLE",
      verification: "FAILED",
      blockedMerchants: ["M1"],
    };
    const customerId = await openCustomer(settings);
    const reply = await call<CustomerReply>("PUT", `/customers/${customerId}`, { ...HKD, limits: { daily: "600" } });
    expect(reply).toMatchObject({ ...settings, limits: { ...settings.limits, daily: "600" } });
  });

  it("journal a change of balance against funding", async () => {
    const customerId = await openCustomer();
    const reply = await call<CustomerReply>("PUT", `/customers/${customerId}`, { ...HKD, balance: "40000" });
    expect([reply.balance, reply.entries[0]?.legs]).toEqual([
      "40000",
      [
        { account: "customer", amount: "-60000" },
        { account: "funding", amount: "60000" },
      ],
    ]);
  });

  it("answer 404 for a customer that does not exist", async () => {
    const reply = await call<ErrorReply>("GET", "/customers/unknown");
    expect([reply.httpStatus, reply.error.code]).toEqual([404, "CUSTOMER_UNKNOWN"]);
  });

  it.each([
    ["currency", { balance: "1" }],
    ["currency", { currency: "ZZZ", balance: "1" }],
    ["balance", { currency: "HKD" }],
    ["balance", { currency: "HKD", balance: "1.00" }],
    ["balance", { currency: "HKD", balance: "-1" }],
    ["balance", { currency: "HKD", balance: "9223372036854775808" }],
    ["status", { ...HKD, status: "active" }],
    ["kyc", { ...HKD, kyc: "" }],
    ["limits.single", { ...HKD, limits: { single: "x" } }],
    ["limits.dailyCount", { ...HKD, limits: { dailyCount: "1e3" } }],
    ["risk", { ...HKD, risk: "MAYBE" }],
    ["blockedMerchants", { ...HKD, blockedMerchants: Array(101).fill("M1") }],
    ["colour", { ...HKD, colour: "red" }],
    ["body", "[]"],
    ["body", "{"],
    ["balance", '{"currency":"HKD","balance":"1","balance":"2"}'],
  ])("refuse an illegal %s by name, and open nothing", async (parameter, body) => {
    const path = `/customers/customer-${crypto.randomUUID()}`;
    const reply = await call<ErrorReply>("PUT", path, body);
    expect([reply.httpStatus, reply.error.code]).toEqual([400, "PARAM_ILLEGAL"]);
    expect(reply.error.message).toContain(parameter);
    expect((await call("GET", path)).httpStatus).toBe(404);
  });

  it("refuse another currency for an account with entries, and an id of more than 64 characters", async () => {
    const customerId = await openCustomer();
    const reply = await call<ErrorReply>("PUT", `/customers/${customerId}`, { currency: "USD", balance: "1" });
    expect([reply.httpStatus, reply.error.code]).toEqual([409, "CURRENCY_IN_USE"]);
    const long = await call<ErrorReply>("PUT", `/customers/${"x".repeat(65)}`, HKD);
    expect([long.httpStatus, long.error.message]).toEqual([
      400,
      "Illegal parameter customerId: must have at most 64 characters.",
    ]);
  });

  it("refuse a body that is too large, however it is announced", async () => {
    const reply = await call<ErrorReply>("PUT", "/customers/alice", `{"currency":"${"x".repeat(70_000)}"}`);
    expect([reply.httpStatus, reply.error.code]).toEqual([413, "BODY_TOO_LARGE"]);
  });
});

describe("GET /sandbox/ledger", () => {
  it("shows every account of every currency, in sum zero, over all shards", async () => {
    const before = await call<Books>("GET", "/ledger");
    for (let count = 0; count < 4; count += 1) await openCustomer({ currency: "SGD", balance: "1000" });
    await pay(await openCustomer({ currency: "SGD", balance: "1000" }), { currency: "SGD", value: "300" });
    const { balanced, currencies } = await call<Books>("GET", "/ledger");
    const sums = (books: Books, account: string) => BigInt(books.currencies.SGD?.[account] ?? "0");
    const grown = (account: string) => sums({ balanced, currencies }, account) - sums(before, account);
    expect(balanced).toBe(true);
    expect(Object.keys(currencies.SGD ?? {})).toEqual([
      "customers",
      "alipayplus-payable",
      "surcharge-income",
      "funding",
      "total",
    ]);
    expect([grown("customers"), grown("alipayplus-payable"), grown("funding")]).toEqual([4_700n, 300n, -5_000n]);
    expect(currencies.SGD?.total).toBe("0");
  });

  it("calls books unbalanced when one shard is, even where another shard makes up for it", async () => {
    const sums = [1n, -1n];
    const trialBalance = () =>
      Promise.resolve([{ account: "funding" as const, currency: "HKD", sumMinor: sums.shift() ?? 0n }]);
    const CUSTOMERS = { getByName: () => ({ trialBalance }) } as never;
    const books = await call<Books>("GET", "/ledger", undefined, sandboxEnv({ CUSTOMERS }));
    expect(books).toMatchObject({ balanced: false, currencies: { HKD: { total: "0" } } });
  });
});

describe("POST /sandbox/payment-codes", () => {
  type Codes = {
    readonly result: object;
    readonly paymentCodeInfoList: readonly {
      readonly paymentCode: string;
      readonly codeValidityStartTime: string;
      readonly codeExpiryTime: string;
    }[];
  };

  it("answers as getPaymentCode: codes with consecutive windows of a minute", async () => {
    const body = { customerId: "alice", region: "HK", codeQuantity: "10", env: { deviceTokenId: "device-1" } };
    const { result, paymentCodeInfoList } = await call<Codes>("POST", "/payment-codes", body);
    expect(result).toEqual({ resultCode: "SUCCESS", resultStatus: "S", resultMessage: "Success" });
    expect(paymentCodeInfoList).toHaveLength(10);
    for (const [index, code] of paymentCodeInfoList.entries()) {
      expect(code.paymentCode).toMatch(/^28100602[0-9]{16}$/);
      expect(Date.parse(code.codeExpiryTime) - Date.parse(code.codeValidityStartTime)).toBe(60_000);
      const before = paymentCodeInfoList[index - 1];
      if (before) expect(code.codeValidityStartTime).toBe(before.codeExpiryTime);
    }
  });

  it("gives one code by default, never the same", async () => {
    const codes = await Promise.all([1, 2, 3, 4].map(() => codeOf("alice")));
    expect(new Set(codes).size).toBe(4);
  });

  it.each([["0"], ["11"], ["01"], ["x"], [""]])("refuses codeQuantity %j", async (codeQuantity) => {
    const reply = await call<ErrorReply>("POST", "/payment-codes", { customerId: "alice", codeQuantity });
    expect([reply.httpStatus, reply.error.message.includes("codeQuantity")]).toEqual([400, true]);
  });
});

describe("the sandbox", () => {
  it("lists its endpoints, and answers 404 with its own message elsewhere", async () => {
    const index = await call<{ endpoints: object }>("GET", "");
    expect(Object.keys(index.endpoints)).toContain("POST /sandbox/pay");
    const reply = await call<ErrorReply>("POST", "/nowhere");
    expect([reply.httpStatus, reply.error.code]).toEqual([404, "NOT_FOUND"]);
  });

  it.each([
    ["SHARD_COUNT", { SHARD_COUNT: "sixteen" }],
    ["SIGNING_KEYS", { SIGNING_KEYS: "{}" }],
    ["VERIFICATION_KEYS", { VERIFICATION_KEYS: '{"x":{"1":"not a key"}}' }],
  ])("answers nothing but 503 while %s is wrong, and names it", async (variable, changes) => {
    const reply = await call<ErrorReply>("GET", "", undefined, sandboxEnv(changes));
    expect([reply.httpStatus, reply.error.code]).toEqual([503, "MISCONFIGURED"]);
    expect(reply.error.message).toContain(variable);
  });
});

describe("with the wallet's own core", () => {
  const environment = sandboxEnv(OWN_CORE);
  const answer = (response: () => Response) => vi.spyOn(globalThis, "fetch").mockImplementation(async () => response());

  afterEach(() => {
    vi.restoreAllMocks();
  });

  it("a customer is what the core shows", async () => {
    const entry = { kind: "DEBIT", timeMs: 1_773_115_200_000, amountMinor: "-1030", paymentId: "p1" };
    answer(() => Response.json({ outcome: "KNOWN", currency: "HKD", balance: "98970", entries: [entry] }));
    expect(await call("GET", "/customers/alice", undefined, environment)).toEqual({
      httpStatus: 200,
      customerId: "alice",
      core: "own-core",
      currency: "HKD",
      balance: "98970",
      entries: [
        {
          kind: "DEBIT",
          paymentId: "p1",
          time: "2026-03-10T12:00:00+08:00",
          currency: "HKD",
          legs: [{ account: "customer", amount: "-1030" }],
        },
      ],
    });
  });

  it.each<[string, () => Response, number, string, string]>([
    ["unknown", () => Response.json({ outcome: "UNKNOWN" }), 404, "CUSTOMER_UNKNOWN", "own-core; open it there"],
    ["not offered", () => new Response("", { status: 404 }), 409, "ACCOUNT_NOT_SHOWN", "own-core does not offer"],
    ["not answered", () => new Response("", { status: 500 }), 502, "CORE_UNANSWERED", "own-core answers HTTP 500"],
  ])("a customer that is %s is refused with the reason", async (_, response, httpStatus, code, text) => {
    answer(response);
    const refusal = await call<ErrorReply>("GET", "/customers/alice", undefined, environment);
    expect(refusal).toMatchObject({ httpStatus, error: { code, message: expect.stringContaining(text) } });
  });

  it("neither a customer is opened nor a ledger shown: the core keeps both", async () => {
    const asked = answer(() => Response.json({ outcome: "UNKNOWN" }));
    const ofTheCore = {
      httpStatus: 409,
      error: { code: "ACCOUNTS_OF_THE_CORE", message: expect.stringContaining("own-core") },
    };
    expect(await call("PUT", "/customers/alice", HKD, environment)).toMatchObject(ofTheCore);
    expect(await call("GET", "/ledger", undefined, environment)).toMatchObject(ofTheCore);
    expect(asked).not.toHaveBeenCalled();
  });
});
