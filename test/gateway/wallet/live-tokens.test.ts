/** POST /wallet/v1/live-tokens. */
import { describe, expect, it } from "vitest";
import { newId } from "../../support/alipayplus.ts";
import { customerToken, walletCall } from "../../support/wallet/calls.ts";

describe("a live token", () => {
  it("is for the customer whom the wallet's backend names, for five minutes", async () => {
    const reply = await walletCall("POST", "/live-tokens", { customerId: newId("customer") });
    expect(reply.status).toBe(200);
    const lifetimeMs = Date.parse(String(reply.body.expiryTime)) - Date.now();
    expect(lifetimeMs).toBeGreaterThan(290_000);
    expect(lifetimeMs).toBeLessThanOrEqual(300_000);
  });

  it("is for the customer of the app that asks", async () => {
    const token = await customerToken(newId("customer"));
    expect((await walletCall("POST", "/live-tokens", {}, { token })).status).toBe(200);
  });
});
