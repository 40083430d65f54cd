/**
 * Operators of a gateway whose core is the wallet's own: it keeps the customers, and one that does not answer shows in
 * the log, at the payment and in the health check.
 */
import { runInDurableObject } from "cloudflare:test";
import { env, exports } from "cloudflare:workers";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Customers } from "../../../durable/customers/object.ts";
import type { Env } from "../../../durable/env.ts";
import { formatTime } from "../../../protocol/time.ts";
import { homeOf, type Json, newId, openCustomer } from "../../support/alipayplus.ts";
import { fetchIn } from "../../support/call-gateway.ts";
import { advance, standTheClock } from "../../support/clock.ts";
import { payCommand } from "../../support/home/other-home.ts";
import { OPERATOR_TOKEN, opsCall } from "../../support/wallet/calls.ts";

standTheClock();

let warnings: string[] = [];

beforeEach(() => {
  warnings = [];
  vi.spyOn(console, "warn").mockImplementation((text: string) => void warnings.push(text));
  // No pause between two tries.
  vi.spyOn(Math, "random").mockReturnValue(0);
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** Lets the home of a customer work with the core at CORE_URL, which answers as `answer` says. */
function withCore<Result>(customerId: string, answer: () => Response, work: (home: Customers) => Promise<Result>) {
  vi.spyOn(globalThis, "fetch").mockImplementation(async () => answer());
  return runInDurableObject(homeOf(customerId) as DurableObjectStub, (_instance, context) =>
    work(new Customers(context, env as Env)),
  );
}

const refuses = () => new Response("", { status: 401 });
const debits = () => Response.json({ outcome: "DONE", timeMs: Date.now() });

it("writes one line for an operation without an answer, and nothing of the customer", async () => {
  const customerId = newId("customer");
  const command = await payCommand(customerId);
  await withCore(customerId, refuses, (home) => home.pay(command));
  expect(warnings.map((text) => JSON.parse(text))).toEqual([
    {
      level: "warn",
      event: "core-unanswered",
      operation: "debit",
      paymentId: command.paymentId,
      cause: "HTTP_STATUS",
      httpStatus: 401,
      tries: 1,
      triesLimit: 3,
      breaker: "CLOSED",
      message: "The core answers HTTP 401 and rejects the signature: is CORE_SECRET the same there?",
    },
  ]);
  const { paymentCode = "" } = command.terms;
  for (const text of [customerId, paymentCode, "1000"]) expect(warnings.join()).not.toContain(text);
});

it("shows the last one at the payment, also once the core has answered", async () => {
  const customerId = await openCustomer();
  const command = await payCommand(customerId);
  const { paymentRequestId } = command;
  await withCore(
    customerId,
    () => Response.json({ outcome: "DONE" }),
    (home) => home.pay(command),
  );
  const coreTrouble = {
    time: formatTime(Date.now()),
    operation: "debit",
    paymentId: command.paymentId,
    cause: "ANSWER_NOT_UNDERSTOOD",
    member: "timeMs",
    fault: "is missing",
    tries: 3,
    triesLimit: 3,
    breaker: "CLOSED",
    message: "The core gives an answer that docs/core.md does not have: timeMs is missing",
  };
  const inspect = async () => (await opsCall("GET", `/payments/${paymentRequestId}`)).body;
  expect(await inspect()).toMatchObject({ status: "PROCESSING", unanswered: 1, coreTrouble });
  advance(10_000);
  await withCore(customerId, debits, (home) => home.alarm());
  expect(await inspect()).toMatchObject({ status: "SUCCEEDED", unanswered: 0, coreTrouble });
});

it("shows nothing of a payment that the core answers", async () => {
  const customerId = await openCustomer();
  const command = await payCommand(customerId);
  await withCore(customerId, debits, (home) => home.pay(command));
  expect(warnings).toEqual([]);
  expect((await opsCall("GET", `/payments/${command.paymentRequestId}`)).body).not.toHaveProperty("coreTrouble");
});

it("asks the core for the health check, and says what became of it", async () => {
  const customerId = newId("customer");
  const healthy = await withCore(
    customerId,
    () => Response.json({ outcome: "UNKNOWN" }),
    (home) => home.coreHealth(),
  );
  expect(healthy).toEqual({ answersInMs: 0, breaker: "CLOSED" });
  const asked = vi.mocked(fetch).mock.calls[0]?.[1];
  expect(JSON.parse(String(asked?.body))).toEqual({
    paymentId: expect.stringMatching(/^probe-/),
    customerId: "plusgate-probe",
  });

  const broken = await withCore(customerId, refuses, async (home) => {
    for (let count = 0; count < 5; count += 1) expect(await home.coreHealth()).toMatchObject({ breaker: "CLOSED" });
    return home.coreHealth();
  });
  // A 4xx is an answer: it never opens the breaker.
  expect(broken).toMatchObject({ probeFailure: { cause: "HTTP_STATUS", httpStatus: 401 }, breaker: "CLOSED" });

  const lost = await withCore(
    customerId,
    () => new Response("", { status: 500 }),
    async (home) => {
      for (let count = 0; count < 5; count += 1) await home.coreHealth();
      return home.coreHealth();
    },
  );
  expect(lost).toMatchObject({
    probeFailure: { cause: "BREAKER_OPEN", after: { cause: "HTTP_STATUS", httpStatus: 500 }, tries: 0 },
    breaker: "OPEN",
  });
});

it("shows the last operation without an answer beside the answer of the moment, which never hides it", async () => {
  const customerId = await openCustomer();
  const command = await payCommand(customerId);
  const headers = { Authorization: `Bearer ${OPERATOR_TOKEN}` };
  const answers = {
    refused: refuses,
    lost: () => new Response("", { status: 500 }),
    answered: () => Response.json({ outcome: "UNKNOWN" }),
  };
  let answer = answers.answered;
  const healths = await withCore(
    customerId,
    () => answer(),
    async (home) => {
      const environment = { ...env, CUSTOMERS: { getByName: () => home } } as unknown as Env;
      const health = async () =>
        (await (await fetchIn(environment, new Request("http://gateway.test/healthz", { headers }))).json()) as Json;
      const before = await health();
      answer = answers.refused;
      await home.pay(command);
      const refused = await health();
      answer = answers.lost;
      const lost = await health();
      answer = answers.answered;
      return { before, refused, lost, again: await health() };
    },
  );
  const lastFailure = {
    time: formatTime(Date.now()),
    operation: "debit",
    paymentId: command.paymentId,
    cause: "HTTP_STATUS",
    httpStatus: 401,
    message: "The core answers HTTP 401 and rejects the signature: is CORE_SECRET the same there?",
  };
  const core = { name: "test-core", breaker: "CLOSED" };
  const operation = "inquire";
  expect(healths.before).toEqual({ status: "ready", core: { ...core, answersInMs: expect.any(Number) } });
  expect(healths.refused.core).toMatchObject({ ...core, lastFailure, probeFailure: { operation, httpStatus: 401 } });
  expect(healths.lost.core).toMatchObject({ ...core, lastFailure, probeFailure: { operation, httpStatus: 500 } });
  expect(healths.again.core).toMatchObject({ ...core, lastFailure, answersInMs: expect.any(Number) });
  expect(healths.again.core).not.toHaveProperty("probeFailure");
});

it("shows operators alone at /healthz whether the core answers", async () => {
  const health = async (token?: string) => {
    const headers: HeadersInit = token === undefined ? {} : { Authorization: `Bearer ${token}` };
    return (await exports.default.fetch("http://gateway.test/healthz", { headers })).json();
  };
  expect(await health()).toEqual({ status: "ready" });
  expect(await health("a-token-of-no-operator-0000000000000001")).toEqual({ status: "ready" });
  const core = { name: "test-core", answersInMs: expect.any(Number), breaker: "CLOSED" };
  expect(await health(OPERATOR_TOKEN)).toEqual({ status: "ready", core });
});

it("keeps no customer and moves no money for an operator", async () => {
  const customerId = newId("customer");
  const amount = { currency: "HKD", value: "1" };
  const calls = [
    opsCall("PUT", `/customers/${customerId}`, { body: { currency: "HKD" } }),
    opsCall("GET", `/customers/${customerId}`),
    opsCall("POST", `/customers/${customerId}/funding`, { body: { fundingId: "1", direction: "IN", amount } }),
  ];
  for (const { status, body } of await Promise.all(calls)) {
    expect([status, body.code]).toEqual([409, "CUSTOMERS_OF_THE_CORE"]);
    expect(body.detail).toContain("Core test-core");
  }
  expect(await homeOf(customerId).customer(customerId)).toBeUndefined();
});
