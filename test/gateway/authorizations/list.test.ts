/** A customer's authorisations as the app and operators see them (docs/spec/wallet/auto-debit.md#consultunbinding). */
import { describe, expect, it } from "vitest";
import { formatTime } from "../../../protocol/time.ts";
import { customerBeside, openCustomer } from "../../support/alipayplus.ts";
import { advance, MINUTE_MS, standTheClock } from "../../support/clock.ts";
import { agree, bind, cancelToken, takeAuthNotifications } from "../../support/wallet/authorizations.ts";
import { opsCall, walletCall } from "../../support/wallet/calls.ts";

standTheClock();

describe("a customer's authorisations", () => {
  it("are listed with merchant, scopes, state and since when, and no one else's [AUT-34]", async () => {
    takeAuthNotifications();
    const first = await bind();
    const { customerId } = first;
    const second = await bind({ scopes: ["USER_INFO"] }, customerId);
    await bind({}, await customerBeside(customerId, true));
    await cancelToken(first.accessToken);
    const { body } = await walletCall("GET", `/authorizations?customerId=${customerId}`);
    const ids = (body.authorizations as { authorizationId: string }[]).map(({ authorizationId }) => authorizationId);
    expect(ids.toSorted()).toEqual([first.authorizationId, second.authorizationId].toSorted());
    expect(body.authorizations).toContainEqual({
      authorizationId: first.authorizationId,
      status: "CANCELLED",
      endedBy: "MERCHANT",
      merchant: expect.objectContaining({ authClientName: "Harbour Cinema Limited" }),
      scopes: [
        expect.objectContaining({ scope: "AGREEMENT_PAY" }),
        expect.objectContaining({ scope: "USER_LOGIN_ID" }),
      ],
      userLoginId: "a***@wallet.example",
      acceptanceMark: "ALIPAY_PLUS",
      consentTime: expect.any(String),
      endedTime: expect.any(String),
    });
    expect(body).not.toHaveProperty("next");
  });

  it("that are many come page by page, the newest consent first [AUT-43]", async () => {
    const customerId = await openCustomer();
    const made: string[] = [];
    for (let count = 0; count < 51; count += 1) {
      made.unshift((await agree({}, customerId)).authorizationId);
      // The two oldest, with the border of the pages between them, have the same time.
      if (count > 0) advance(1);
    }
    const list = async (after: string) =>
      (await walletCall("GET", `/authorizations?customerId=${customerId}${after}`)).body as {
        authorizations: { authorizationId: string }[];
        next?: string;
      };
    const first = await list("");
    const second = await list(`&after=${first.next}`);
    const found = [...first.authorizations, ...second.authorizations].map(({ authorizationId }) => authorizationId);
    expect([first.authorizations.length, second.authorizations.length, second.next]).toEqual([50, 1, undefined]);
    expect(found).toEqual([...made.slice(0, 49), ...made.slice(49).toSorted().toReversed()]);
  });

  it("that have ended say when, and no longer when they would have expired [AUT-44]", async () => {
    takeAuthNotifications();
    const { authorizationId, accessToken } = await bind();
    const view = async () => (await walletCall("GET", `/authorizations/${authorizationId}`)).body;
    const inspected = async () => (await opsCall("GET", `/authorizations/${authorizationId}`)).body;
    for (const seen of [await view(), await inspected()]) {
      expect(seen).toMatchObject({ status: "ACTIVE", expiryTime: expect.any(String) });
      expect(seen).not.toHaveProperty("endedTime");
    }
    advance(MINUTE_MS);
    await cancelToken(accessToken);
    const endedTime = formatTime(Date.now());
    for (const seen of [await view(), await inspected()]) {
      expect(seen).toMatchObject({ status: "CANCELLED", endedTime });
      expect(seen).not.toHaveProperty("expiryTime");
    }
  });
});
