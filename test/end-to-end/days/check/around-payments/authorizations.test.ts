/** Each check of authorisations can fail: a correct day is corrupted in one place, and the check names it. */
import { describe, expect, it } from "vitest";
import type { Event } from "../../play/play.ts";
import { faultsOf, type SpoiltDay, saleIn, sure } from "../spoilt-day.fixture.ts";
import { AUTHORIZATIONS_AT_NETWORK, AUTHORIZATIONS_AT_WALLET } from "./authorizations.ts";

/** The authorisation with this id, as all three know it. */
function authorizationIn({ day }: SpoiltDay, id: string) {
  const { subscription, network, wallet } = sure(
    day.subscriptions.find((one) => one.subscription.subscriptionId === id),
  );
  if (typeof network === "string" || typeof wallet === "string") throw new Error(id);
  return { subscription, network, wallet };
}

describe("the authorisations of a day are not right when", () => {
  it.each<[what: string, fault: string, spoil: (spoilt: SpoiltDay) => void]>([
    [
      "the merchant still waits",
      "in-force is REFRESHING for the merchant",
      (d) => (authorizationIn(d, "in-force").subscription.status = "REFRESHING"),
    ],
    [
      "the merchant alone has tokens",
      "left is ACTIVE for the merchant and PREPARED at Alipay+",
      (d) => (authorizationIn(d, "left").subscription.status = "ACTIVE"),
    ],
    [
      "the merchant says that it ended it itself what the wallet did at Alipay+ only later",
      "ended is ENDED by WALLET for the merchant and ENDED by MERCHANT at Alipay+",
      (d) => (authorizationIn(d, "ended").network.endedBy = "MERCHANT"),
    ],
    [
      "it goes on at the wallet",
      "ended is ENDED by WALLET at Alipay+ and ACTIVE at the wallet",
      (d) => {
        const { wallet } = authorizationIn(d, "ended");
        wallet.status = "ACTIVE";
        delete wallet.endedBy;
      },
    ],
    [
      "the wallet never comes to its end",
      "ENDING by CUSTOMER at the wallet",
      (d) => (authorizationIn(d, "ended").wallet.status = "ENDING"),
    ],
    [
      "the wallet has another who ended it",
      "CANCELLED by MERCHANT at the wallet",
      (d) => (authorizationIn(d, "ended").wallet.endedBy = "MERCHANT"),
    ],
    [
      "its end was never acknowledged",
      "TOKEN_CANCELED of ended was never acknowledged",
      (d) => delete sure(authorizationIn(d, "ended").wallet.notifications?.TOKEN_CANCELED).acknowledgedTime,
    ],
    [
      "its tokens were never acknowledged",
      "TOKEN_CREATED of in-force was never acknowledged",
      (d) => delete authorizationIn(d, "in-force").wallet.notifications?.TOKEN_CREATED,
    ],
    [
      "another customer has paid",
      "paid was paid by bob, and ended is of alice",
      (d) => (sure(saleIn(d, "paid").network.wallet).customerId = "bob"),
    ],
    [
      "the merchant has another customer",
      "in-force is of bob for the merchant and of alice at Alipay+",
      (d) => (authorizationIn(d, "in-force").subscription.customerId = "bob"),
    ],
    [
      "a payment came after the end at the wallet",
      "paid was paid after the end of its authorisation at the wallet",
      (d) => (authorizationIn(d, "ended").wallet.endedTime = "2026-03-10T11:59:59+08:00"),
    ],
    [
      "a payment came after Alipay+ knew of the end",
      "paid was paid after Alipay+ knew of the end of its authorisation",
      (d) => {
        const attempt = authorizationIn(d, "ended").network.notifications.TOKEN_CANCELED?.attempts[0];
        sure(attempt).time = "2026-03-10T11:59:59+08:00";
      },
    ],
  ])("%s", (_, fault, spoil) => {
    expect(faultsOf(spoil)).toContainEqual(expect.stringContaining(fault));
  });
});

describe("an end that was answered", () => {
  const nothing = () => undefined;
  const ends: readonly Pick<Event, "action" | "reply">[] = [
    { action: { act: "UNSUBSCRIBE", subscription: "ended" }, reply: { status: 200, body: { status: "ENDED" } } },
    {
      action: { act: "UNBIND", subscription: "ended", customerId: "alice" },
      reply: { status: 200, body: { status: "CANCELLED" } },
    },
  ];
  const at = (time: string, end: Pick<Event, "action" | "reply">): Event => ({
    ...end,
    step: 7,
    timeMs: 0,
    answeredTimeMs: Date.parse(time),
  });

  it.each(ends)("is followed by no payment: $action.act", (end) => {
    expect(faultsOf(nothing, [at("2026-03-10T12:00:00+08:00", end)])).toEqual([]);
    expect(faultsOf(nothing, [at("2026-03-10T11:59:59+08:00", end)])).toEqual([
      "paid was paid after the end that was answered in step 7",
    ]);
  });

  it("lets no token pay", () => {
    const action = { act: "PAY_AFTER_END", subscription: "ended", paymentRequestId: "ended-AFTER-END" } as const;
    const answered = (resultStatus: string): Event => {
      return { step: 8, timeMs: 0, action, reply: { status: 200, body: { result: { resultStatus } } } };
    };
    expect(faultsOf(nothing, [answered("F")])).toEqual([]);
    expect(faultsOf(nothing, [answered("S")])).toEqual(["ended paid after its end in step 8"]);
  });

  it("is none while it is refused, or under way", () => {
    const refused = { ...sure(ends[1]), reply: { status: 409, body: { code: "UNBIND_AT_MERCHANT" } } };
    const underWay = { ...sure(ends[0]), reply: { status: 200, body: { status: "CANCELLING" } } };
    for (const end of [refused, underWay]) {
      expect(faultsOf(nothing, [at("2026-03-10T11:59:59+08:00", end)])).toEqual([]);
    }
  });
});

describe("the tables of authorisations", () => {
  it("agree with no party that is not done", () => {
    for (const status of ["PREPARING", "APPLYING", "REFRESHING", "CANCELLING"] as const) {
      expect(AUTHORIZATIONS_AT_NETWORK[status]).toEqual([]);
    }
    expect(AUTHORIZATIONS_AT_WALLET.ENDING).toEqual([]);
    for (const states of Object.values(AUTHORIZATIONS_AT_WALLET)) {
      expect(states.some((state) => state.startsWith("ENDING"))).toBe(false);
    }
  });

  it("have nothing in force that has ended", () => {
    const inForce = Object.entries(AUTHORIZATIONS_AT_WALLET).filter(([, states]) => states.includes("ACTIVE"));
    expect(inForce.map(([state]) => state)).toEqual(["ACTIVE"]);
    for (const state of ["ENDED by MERCHANT", "ENDED by WALLET"] as const) {
      expect(AUTHORIZATIONS_AT_NETWORK[state]).not.toContain("ACTIVE");
    }
  });
});
