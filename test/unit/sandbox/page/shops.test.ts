/** What the phone says of the shops that its customer has authorised. */
import { describe, expect, test } from "vitest";
import type { Authorization } from "../../../../sandbox/page/app/calls/authorization.ts";
import { endText, inOrder, shopNameOf } from "../../../../sandbox/page/app/phone/shops.ts";

function authorization(change: Partial<Authorization>): Authorization {
  const endedTime = "2027-02-02T00:10:00+08:00";
  return { authorizationId: "1", status: "ACTIVE", merchant: {}, scopes: [], endedTime, ...change };
}

describe("the shops of a customer", () => {
  test("come with those that run first, and the newest of each kind first", () => {
    const shops = [
      authorization({ authorizationId: "ended", status: "CANCELLED", consentTime: "2026-03-04T12:00:00+08:00" }),
      authorization({ authorizationId: "older", status: "ACTIVE", consentTime: "2026-03-01T12:00:00+08:00" }),
      authorization({ authorizationId: "lapsed", status: "LAPSED", consentTime: "2026-03-05T12:00:00+08:00" }),
      authorization({ authorizationId: "ending", status: "ENDING", consentTime: "2026-03-03T12:00:00+08:00" }),
      // Later than the next, as an instant.
      authorization({ authorizationId: "newest", status: "CONSENTED", consentTime: "2026-03-02T05:00:00Z" }),
      authorization({ authorizationId: "newer", status: "ACTIVE", consentTime: "2026-03-02T12:00:00+08:00" }),
    ];
    const ids = inOrder(shops).map(({ authorizationId }) => authorizationId);
    expect(ids).toEqual(["newest", "newer", "older", "lapsed", "ended", "ending"]);
  });

  test.each([
    [{ authClientDisplayName: "ハーバー", authClientName: "Harbour" }, "ハーバー (Harbour)"],
    [{ authClientDisplayName: "Harbour", authClientName: "Harbour" }, "Harbour"],
    [{ authClientName: "Harbour" }, "Harbour"],
    [{ authClientDisplayName: "ハーバー" }, "ハーバー"],
    [{}, "the shop"],
  ])("have the name that they show and the registered one: %j is %s", (merchant, name) => {
    expect(shopNameOf(authorization({ merchant }))).toBe(name);
  });

  test.each([
    [{ status: "CANCELLED", endedBy: "CUSTOMER" }, "ended 2027-02-02 by you"],
    [{ status: "CANCELLED", endedBy: "MERCHANT" }, "ended 2027-02-02 by the shop"],
    [{ status: "CANCELLED", endedBy: "WALLET" }, "ended 2027-02-02 by the wallet"],
    [{ status: "CANCELLED" }, "ended 2027-02-02"],
    [{ status: "ENDING", endedBy: "MERCHANT" }, "ending by the shop"],
    [{ status: "LAPSED" }, "lapsed 2027-02-02"],
    [{ status: "ACTIVE" }, undefined],
  ] as const)("say when and by whom they were ended: %j is %s", (change, text) => {
    expect(endText(authorization(change))).toBe(text);
  });
});
