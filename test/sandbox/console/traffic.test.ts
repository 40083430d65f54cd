/** The last exchanges, as the console shows them. */
import { describe, expect, it } from "vitest";
import { hkd } from "../../support/amounts.ts";
import { ask, newId, payByCode } from "../../support/sandbox/acquirer.ts";
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
  type Shown = {
    readonly traffic: readonly {
      readonly exchange: { readonly from: string; readonly to: string; readonly interface: string };
    }[];
  };

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

  it("shows only what is asked for: an interface, a party, a payment under any of its ids", async () => {
    const { message, answer } = await payByCode(await openCustomer());
    await payByCode(await openCustomer());
    const { paymentRequestId } = message;
    await ask("inquiryPayment", { paymentRequestId });
    const shown = async (query: string) =>
      (await call<Shown>("GET", `/traffic?${query}`)).traffic.map(
        ({ exchange }) => `${exchange.from} ${exchange.to} ${exchange.interface}`,
      );
    const ofPayment = ["ACQP Alipay+ inquiryPayment", "ACQP Alipay+ pay", "Alipay+ MPP pay"];
    expect(await shown(`paymentRequestId=${paymentRequestId}`)).toEqual(ofPayment);
    // The wallet knows it by Alipay+'s id.
    expect(await shown(`paymentRequestId=${answer.paymentId}`)).toEqual(ofPayment);
    expect(await shown(`paymentRequestId=${paymentRequestId}&party=MPP`)).toEqual(ofPayment.slice(2));
    expect(await shown(`paymentRequestId=${paymentRequestId}&party=Alipay+&interface=pay&limit=1`)).toEqual(
      ofPayment.slice(1, 2),
    );
    expect(await shown("party=Alipay%2B&interface=inquiryPayment&limit=1")).toEqual(ofPayment.slice(0, 1));
    expect(await shown(`paymentRequestId=${newId()}`)).toEqual([]);
  });

  it.each([
    ["limit", "0"],
    ["limit", "1001"],
    ["limit", "x"],
    ["limit", "-1"],
    ["interface", "payy"],
    ["party", "WALLET"],
    ["paymentRequestId", "x".repeat(65)],
    ["partie", "MPP"],
  ])("refuses %s=%s", async (name, value) => {
    const reply = await call<ErrorReply>("GET", `/traffic?${name}=${value}`);
    expect([reply.httpStatus, reply.error.message.startsWith(`Illegal parameter ${name}: `)]).toEqual([400, true]);
  });
});
