/** The optional call that shows a customer of the wallet's core: what is signed, and what is made of each answer. */
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { readCoreCustomer } from "../../../../durable/wallet-core/http/customer.ts";
import { systemClock } from "../../../../protocol/clock.ts";
import { NOW_MS, TIMEOUT_MS, URL_OF_CORE } from "../../../support/http-core.ts";

const SECRET = `whsec_${btoa("a secret of the right length for it")}`;
const ENTRY = { kind: "DEBIT", timeMs: NOW_MS, amountMinor: "-1030", paymentId: "p1" };
const KNOWN = { outcome: "KNOWN", currency: "HKD", balance: "98970", entries: [ENTRY] };

/** Asks a core that answers so; returns what came of it, and the request. */
async function ask(customerId: string, answer: () => Promise<Response> | Response) {
  const requests: Request[] = [];
  const customer = await readCoreCustomer(customerId, {
    ...{ url: URL_OF_CORE, secret: SECRET, timeoutMs: TIMEOUT_MS },
    clock: { ...systemClock, nowMs: () => NOW_MS },
    fetch: async (url, init) => {
      requests.push(new Request(url, init));
      return answer();
    },
  });
  return { customer, request: requests[0] };
}

describe("the question", () => {
  it.each([
    ["alice", "alice"],
    ["a.b/c d", "a%2Eb%2Fc%20d"],
    ["客户(1)", "%E5%AE%A2%E6%88%B7%281%29"],
  ])("about %s is a signed GET without a body", async (customerId, part) => {
    const { request } = await ask(customerId, () => Response.json(KNOWN));
    expect([request?.method, request?.url, request?.body]).toEqual(["GET", `${URL_OF_CORE}/customers/${part}`, null]);
    const headers = Object.fromEntries(request?.headers ?? []);
    expect(headers["webhook-id"]).toBe(`customer_${part}`);
    const signature = new Webhook(SECRET).sign(`customer_${part}`, new Date(NOW_MS), "");
    expect(headers["webhook-signature"]).toBe(signature);
  });

  it.each([".", ".."])("is not asked about %s, which would be another path", async (customerId) => {
    const { customer, request } = await ask(customerId, () => Response.json(KNOWN));
    expect([customer, request]).toEqual([{ outcome: "UNKNOWN" }, undefined]);
  });
});

describe("the answer", () => {
  it("is passed on without what is not known", async () => {
    const more = {
      ...KNOWN,
      tier: "GOLD",
      entries: [
        { ...ENTRY, note: "tea" },
        { ...ENTRY, kind: "FEE" },
      ],
    };
    const { customer } = await ask("alice", () => Response.json(more));
    expect(customer).toEqual({ ...KNOWN, entries: [ENTRY, { ...ENTRY, kind: "OTHER" }] });
    expect((await ask("bob", () => Response.json({ outcome: "UNKNOWN" }))).customer).toEqual({ outcome: "UNKNOWN" });
  });

  it("names payments by ids of at most 128 characters, however many UTF-16 units those have", async () => {
    const named = (paymentId: string) => ({ ...KNOWN, entries: [{ ...ENTRY, paymentId }] });
    const longest = named("💳".repeat(128));
    expect((await ask("alice", () => Response.json(longest))).customer).toEqual(longest);
    const { customer } = await ask("alice", () => Response.json(named("💳".repeat(129))));
    expect(customer).toMatchObject({ outcome: "UNANSWERED" });
  });

  it.each([404, 405, 501])("with status %i says that the core does not offer the call", async (status) => {
    const { customer } = await ask("alice", () => new Response("", { status }));
    expect(customer).toEqual({ outcome: "NOT_OFFERED" });
  });

  it.each<[string, () => Promise<Response> | Response, string]>([
    [
      "401",
      () => new Response("", { status: 401 }),
      "answers HTTP 401 and rejects the signature: is CORE_SECRET the same there?",
    ],
    ["500", () => new Response("", { status: 500 }), "answers HTTP 500 (its log says why)"],
    [
      "HTML",
      () => new Response("<html>"),
      "gives an answer that docs/core.md does not have: body is not a JSON object in UTF-8 whose names are distinct",
    ],
    [
      "a balance in units",
      () => Response.json({ ...KNOWN, balance: 989.7 }),
      "gives an answer that docs/core.md does not have: balance is not of type string",
    ],
    ["no connection", () => Promise.reject(new TypeError("lost")), "does not answer: TypeError: lost"],
  ])("that is %s shows nothing, and says why", async (_, answer, why) => {
    expect((await ask("alice", answer)).customer).toEqual({ outcome: "UNANSWERED", why });
  });
});
