/** Faults that a developer asks for in what the acquirer sends (docs/sandbox/faults.md). */
import { describe, expect, it } from "vitest";
import sandbox from "../../../sandbox/index.ts";
import { hkd } from "../../support/amounts.ts";
import { sandboxEnvironment } from "../../support/sandbox/gateway-binding.ts";
import type { ShownSale } from "../../support/sandbox/sales.ts";
import { call } from "../../support/sandbox/sandbox.ts";

describe("the header Sandbox-Fault", () => {
  const sent = async (fault: string, wish: object = { scenario: "OrderCode" }) => {
    const body = JSON.stringify({ paymentAmount: hkd("1000"), ...wish });
    const headers = { "Content-Type": "application/json", "Sandbox-Fault": fault };
    const request = new Request("http://127.0.0.1:8787/sandbox/sales", { method: "POST", headers, body });
    return sandbox.fetch(request, sandboxEnvironment(), {} as ExecutionContext);
  };

  it("goes with the message that the call sends", async () => {
    const { paymentRequestId } = await (await sent("ANSWER_DELAYED; delayMs=1")).json<ShownSale>();
    const { traffic } = await call<Traffic>("GET", "/traffic?limit=20");
    const about = traffic.filter(({ exchange }) => exchange.request.body.includes(paymentRequestId));
    expect(about.map(({ exchange }) => exchange.fault)).toEqual(["ANSWER_DELAYED"]);
  });

  it.each([
    ["NOTHING_AT_ALL", {}],
    ["NEVER_ACKNOWLEDGED", {}],
    ["CHALLENGE_SMS_OTP", { interface: "TODAY" }],
    ["ANSWER_LOST; delayMs=never", {}],
  ])("that names no fault of that message is refused, and nothing is sold: %s", async (fault, wish) => {
    const response = await sent(fault, { scenario: "OrderCode", ...wish });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { code: "PARAM_ILLEGAL", message: expect.stringContaining("Sandbox-Fault") },
    });
  });

  it("may ask for a challenge, which the older pay knows", async () => {
    const sale = await (
      await sent("CHALLENGE_SMS_OTP", { scenario: "OrderCode", interface: "OLDER" })
    ).json<ShownSale>();
    expect(sale.result).toMatchObject({ resultStatus: "U" });
  });
});

type Traffic = {
  readonly traffic: readonly {
    readonly exchange: { readonly fault?: string; readonly request: { readonly body: string } };
  }[];
};
