/** The last exchanges, as the console shows them. */
import { describe, expect, it } from "vitest";
import { hkd } from "../../support/amounts.ts";
import {
  call,
  type ErrorReply,
  type ExchangeReply,
  idOf,
  openCustomer,
  pay,
  post,
} from "../../support/sandbox/sandbox.ts";

describe("GET /sandbox/traffic", () => {
  type Traffic = { readonly traffic: readonly ExchangeReply[] };

  it("shows the last exchanges, newest first, as they were", async () => {
    const first = await pay(await openCustomer(), hkd("100"));
    const second = await post("/inquiryPayment", { paymentRequestId: idOf(first) });
    const { traffic } = await call<Traffic>("GET", "/traffic?limit=2");
    expect(traffic.map(({ exchange }) => exchange.interface)).toEqual(["inquiryPayment", "pay"]);
    expect(traffic.map(({ result }) => result)).toEqual([second.result, first.result]);
    expect(traffic[1]?.exchange.request.body).toBe(first.exchange.request.body);
    expect(traffic[1]?.exchange.response).toMatchObject({ verified: true, body: first.exchange.response.body });
  });

  it("keeps the beginning of a large body only, and says how long it was", async () => {
    await call("POST", "/send/pay", `{"passThroughInfo":"${"é".repeat(20_000)}"}`);
    const { traffic } = await call<Traffic>("GET", "/traffic?limit=1");
    expect(traffic[0]?.exchange.request).toMatchObject({ bodyCharacters: 20_022 });
    expect(traffic[0]?.exchange.request.body).toHaveLength(4_096);
  });

  it.each([["0"], ["1001"], ["x"], ["-1"]])("refuses the limit %s", async (limit) => {
    const reply = await call<ErrorReply>("GET", `/traffic?limit=${limit}`);
    expect([reply.httpStatus, reply.error.message.includes("limit")]).toEqual([400, true]);
  });
});
