/** With a core by HTTP the customers are the core's: operators neither open nor fund them here. */
import { expect, it } from "vitest";
import { homeOf, newId } from "../../support/alipayplus.ts";
import { opsCall } from "../../support/wallet/calls.ts";

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
  }
  expect(await homeOf(customerId).customer(customerId)).toBeUndefined();
});
