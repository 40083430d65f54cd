/** What operators see and do about authorisations (docs/operators.md#authorisations). */
import { describe, expect, it } from "vitest";
import { newId, pay } from "../../support/alipayplus.ts";
import { standTheClock } from "../../support/clock.ts";
import { until } from "../../support/until.ts";
import {
  agree,
  applyToken,
  authNotifications,
  cancelToken,
  inspectAuthorization,
  payByTokenMessage,
  prepare,
  preparedIdOf,
  prepareMessage,
  refreshToken,
  takeAuthNotifications,
} from "../../support/wallet/authorizations.ts";
import { opsCall } from "../../support/wallet/calls.ts";

standTheClock();

describe("operators", () => {
  it("notify Alipay+ again of what holds, and of nothing else", async () => {
    const received = takeAuthNotifications();
    const again = (id: string) => opsCall("POST", `/authorizations/${id}/notifications`);
    expect((await again(newId("none"))).body.code).toBe("AUTHORIZATION_UNKNOWN");
    expect((await again(preparedIdOf(await prepare(prepareMessage())))).body.code).toBe("AUTHORIZATION_NOT_NOTIFIED");
    const bound = await agree();
    expect((await again(bound.authorizationId)).body).toEqual({ outcome: "DUE", notifications: ["AUTHCODE_CREATED"] });
    const { body } = await applyToken({ authCode: bound.authCode });
    expect((await again(bound.authorizationId)).body).toMatchObject({ notifications: ["TOKEN_CREATED"] });
    await refreshToken(body.refreshToken);
    expect((await again(bound.authorizationId)).body.code).toBe("AUTHORIZATION_NOT_NOTIFIED");
    await cancelToken(body.accessToken);
    await authNotifications(received, bound, 1);
    await until(async () => {
      const { TOKEN_CANCELED } = (await inspectAuthorization(bound)).notifications;
      expect(TOKEN_CANCELED?.acknowledgedTimeMs).toBeDefined();
    });
    expect((await again(bound.authorizationId)).body).toMatchObject({ notifications: ["TOKEN_CANCELED"] });
    const types = (await authNotifications(received, bound, 2)).map(({ authorizationNotifyType: type }) => type);
    expect(types).toEqual(["TOKEN_CANCELED", "TOKEN_CANCELED"]);
    const { notifications } = (await opsCall("GET", `/authorizations/${bound.authorizationId}`)).body;
    expect(notifications).toMatchObject({
      TOKEN_CANCELED: { attempts: [{ content: "TOKEN_CANCELED", outcome: "S" }, {}] },
    });
  });

  it("end an authorisation without asking Alipay+, which is notified of it [AUT-42]", async () => {
    const received = takeAuthNotifications();
    const end = (id: string) => opsCall("POST", `/authorizations/${id}/end`);
    expect((await end(preparedIdOf(await prepare(prepareMessage())))).body.code).toBe("AUTHORIZATION_UNKNOWN");
    const bound = await agree();
    const { body } = await applyToken({ authCode: bound.authCode });
    for (const _ of ["first", "repeat"]) {
      expect((await end(bound.authorizationId)).body).toMatchObject({ status: "CANCELLED", endedBy: "WALLET" });
    }
    expect((await pay(payByTokenMessage(body.accessToken))).code).toBe("INVALID_TOKEN");
    expect((await refreshToken(body.refreshToken)).code).toBe("INVALID_REFRESH_TOKEN");
    const [notification] = await authNotifications(received, bound, 1);
    expect(notification).toMatchObject({
      authorizationNotifyType: "TOKEN_CANCELED",
      accessToken: body.accessToken,
      reason: "The wallet has ended the authorization.",
    });
  });

  it("see an authorisation before and after consent, and no unknown one", async () => {
    const unknown = (await opsCall("GET", `/authorizations/${newId("none")}`)).body;
    expect(unknown).toMatchObject({ code: "AUTHORIZATION_UNKNOWN", title: expect.not.stringContaining("customer") });
    const { authorizationId } = await agree();
    expect((await opsCall("GET", `/authorizations/${authorizationId}`)).body).toMatchObject({
      status: "CONSENTED",
      notifications: { AUTHCODE_CREATED: { attempts: [] } },
    });
  });
});
