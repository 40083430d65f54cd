/** prepare, and the customer's decision on the wallet's page (docs/spec/wallet/auto-debit.md). */
import { describe, expect, it } from "vitest";
import { customerBeside, newId, openCustomer, pay } from "../../support/alipayplus.ts";
import { advance, MINUTE_MS, standTheClock } from "../../support/clock.ts";
import { fetchIn, otherEnvironment, sendIn } from "../../support/home/other-environment.ts";
import {
  agree,
  applyToken,
  consent,
  payByTokenMessage,
  prepare,
  preparedIdOf,
  prepareMessage,
  takeAuthNotifications,
} from "../../support/wallet/authorizations.ts";
import { customerToken, walletCall, walletRequest } from "../../support/wallet/calls.ts";

standTheClock();

const PAGE_TIME_MS = 30 * MINUTE_MS;

describe("prepare", () => {
  it("answers the URL of the wallet's page, with the id of what was prepared [AUT-01]", async () => {
    const reply = await prepare(prepareMessage());
    expect(reply).toMatchObject({ code: "SUCCESS", verified: true });
    expect(reply.body.authUrl).toMatch(/^https:\/\/wallet\.example\/authorize\?preparedId=[0-9a-f]{32}$/);
    expect(reply.body.normalUrl).toBe(reply.body.authUrl);
    expect(reply.body).not.toHaveProperty("schemeUrl");
  });

  it("answers the URLs of the wallet's app where they are set [AUT-01]", async () => {
    const environment = otherEnvironment({
      AUTHORIZATION_URL: "https://wallet.example/authorize?lang=en",
      AUTHORIZATION_SCHEME_URL: "wallet://authorize",
      AUTHORIZATION_APP_LINK_URL: "https://link.wallet.example/authorize",
    });
    const { body } = await sendIn(environment, "/authorizations/prepare", prepareMessage());
    const id = new URL(String(body.authUrl)).searchParams.get("preparedId");
    expect(body).toMatchObject({
      authUrl: `https://wallet.example/authorize?lang=en&preparedId=${id}`,
      schemeUrl: `wallet://authorize?preparedId=${id}`,
      applinkUrl: `https://link.wallet.example/authorize?preparedId=${id}`,
    });
  });

  it("answers a repeat the same, and refuses one with another compared parameter [AUT-02]", async () => {
    const message = prepareMessage();
    const first = await prepare(message);
    const repeated = await prepare({ ...message, authState: "another", codeValue: "another", authClientLogo: "x" });
    expect(repeated.body).toEqual(first.body);
    for (const changes of [
      { authClientName: "Another" },
      { referenceMerchantId: "M2" },
      { authRedirectUrl: "https://another.test" },
      { scopes: ["AGREEMENT_PAY"] },
    ]) {
      expect((await prepare({ ...message, ...changes })).code).toBe("REPEAT_REQ_INCONSISTENT");
    }
    expect(preparedIdOf(await prepare({ ...message, referenceAgreementId: newId("other") }))).not.toBe(
      preparedIdOf(first),
    );
  });

  it.each([
    "acquirerId",
    "pspId",
    "authClientId",
    "authClientName",
    "referenceAgreementId",
    "authRedirectUrl",
    "authState",
    "scopes",
  ])("without %s is refused, and the answer names it [AUT-03]", async (name) => {
    expect(await prepare(prepareMessage({ [name]: undefined }))).toMatchObject({
      code: "PARAM_ILLEGAL",
      message: `Illegal parameter ${name}: is required.`,
    });
  });

  it.each<[string, unknown]>([
    ["authRedirectUrl", "javascript:alert(1)"],
    ["authRedirectUrl", " JavaScript:alert(1)"],
    ["authRedirectUrl", "data:text/html,x"],
    ["authRedirectUrl", "/relative"],
    ["authRedirectUrl", "https://a.test/back?authCode=1"],
    ["authRedirectUrl", "shop://back?authState=1"],
    ["authRedirectUrl", `https://a.test/${"x".repeat(1_024)}`],
    ["terminalType", "MINI_APP"],
    ["scopes", []],
    ["scopes", "AGREEMENT_PAY"],
    ["scopes", Array.from({ length: 17 }, () => "AGREEMENT_PAY")],
    ["authState", "x".repeat(257)],
    ["authClientId", "x".repeat(65)],
  ])("with %s %j is refused [AUT-03]", async (name, value) => {
    const { code, message } = await prepare(prepareMessage({ [name]: value }));
    expect([code, message]).toEqual(["PARAM_ILLEGAL", expect.stringContaining(name)]);
  });

  it("of a wallet that does not offer Auto Debit is BUSINESS_NOT_SUPPORT, and so are its tokens [AUT-04]", async () => {
    const environment = otherEnvironment({ AUTHORIZATION_URL: undefined, TOKEN_SECRETS: undefined });
    for (const [path, body] of [
      ["/authorizations/prepare", prepareMessage()],
      ["/authorizations/applyToken", {}],
      ["/authorizations/cancelToken", {}],
      ["/payments/pay", payByTokenMessage("any")],
    ] as const) {
      expect((await sendIn(environment, path, body)).code).toBe("BUSINESS_NOT_SUPPORT");
    }
  });
});

describe("the authorisation page", () => {
  it("shows merchant, scopes in plain terms, state and time [AUT-05]", async () => {
    const preparedId = preparedIdOf(await prepare(prepareMessage({ scopes: ["AGREEMENT_PAY", "SOMETHING_NEW"] })));
    const { status, body } = await walletCall("GET", `/authorizations/${preparedId}`);
    expect(status).toBe(200);
    expect(body).toEqual({
      authorizationId: preparedId,
      status: "PREPARED",
      merchant: {
        authClientName: "Harbour Cinema Limited",
        authClientDisplayName: "海港戲院",
        authClientLogo: "https://cinema.test/logo.png",
        referenceMerchantId: "M0001",
      },
      scopes: [
        { scope: "AGREEMENT_PAY", description: expect.stringContaining("without asking you") },
        { scope: "SOMETHING_NEW", description: expect.any(String) },
      ],
      acceptanceMark: "ALIPAY_PLUS",
      expiryTime: expect.any(String),
    });
  });

  it("shows a merchant whose display name and logo cannot be read by its registered name", async () => {
    const message = prepareMessage({ authClientDisplayName: "", authClientLogo: "javascript:alert(1)" });
    const { body } = await walletCall("GET", `/authorizations/${preparedIdOf(await prepare(message))}`);
    expect(body.merchant).toEqual({ authClientName: "Harbour Cinema Limited", referenceMerchantId: "M0001" });
  });

  it("knows nothing of an id that was never prepared", async () => {
    const path = `/authorizations/${newId("none")}`;
    for (const [method, call] of [
      ["GET", path],
      ["POST", `${path}/decline`],
    ] as const) {
      expect((await walletCall(method, call)).body.code).toBe("AUTHORIZATION_UNKNOWN");
    }
    const { body } = await walletCall("POST", `${path}/consent`, { customerId: await openCustomer() });
    expect(body.code).toBe("AUTHORIZATION_UNKNOWN");
  });
});

describe("consent", () => {
  it("leads back to the merchant with authCode and authState, and nothing else of its URL changes [AUT-06]", async () => {
    const message = prepareMessage();
    const preparedId = preparedIdOf(await prepare(message));
    const { body } = await walletCall("POST", `/authorizations/${preparedId}/consent`, {
      customerId: await openCustomer(),
    });
    const [, authCode] = /authCode=([A-Za-z0-9_-]+)&/.exec(String(body.redirectUrl)) ?? [];
    expect(body.redirectUrl).toBe(
      `https://cinema.test/bound?shop=1&authCode=${authCode}&authState=${message.authState}#done`,
    );
    expect(authCode).toMatch(/^28101013[0-9]{5}[A-Za-z0-9_-]{32}$/);
  });

  it("a repeat leads to the same URL, also after the code was used [AUT-06]", async () => {
    const { authorizationId, customerId, authCode } = await agree();
    expect(await consent(authorizationId, customerId)).toBe(authCode);
    expect((await applyToken({ authCode })).code).toBe("SUCCESS");
    expect(await consent(authorizationId, customerId)).toBe(authCode);
  });

  it.each([true, false])("of a second customer is refused; same home: %s [AUT-07]", async (isSameHome) => {
    const { authorizationId, customerId } = await agree();
    const other = await customerBeside(customerId, isSameHome);
    const { status, body } = await walletCall("POST", `/authorizations/${authorizationId}/consent`, {
      customerId: other,
    });
    expect([status, body.code]).toEqual([409, "AUTHORIZATION_TAKEN"]);
    const read = (id: string) =>
      customerToken(id).then((token) => walletCall("GET", `/authorizations/${authorizationId}`, undefined, { token }));
    expect((await read(other)).body.code).toBe("AUTHORIZATION_UNKNOWN");
    expect((await read(customerId)).body).toMatchObject({ status: "CONSENTED", userLoginId: "a***@wallet.example" });
  });

  it("of several customers at once is that of one, whose code alone there is [AUT-07]", async () => {
    const preparedId = preparedIdOf(await prepare(prepareMessage()));
    const first = await openCustomer();
    const customers = [
      first,
      await customerBeside(first, true),
      await customerBeside(first, false),
      await openCustomer(),
    ];
    const replies = await Promise.all(
      [...customers, ...customers].map((customerId) =>
        walletCall("POST", `/authorizations/${preparedId}/consent`, { customerId }),
      ),
    );
    const agreed = replies.filter(({ status }) => status === 200);
    expect(new Set(agreed.map(({ body }) => body.redirectUrl)).size).toBe(1);
    expect(agreed).toHaveLength(2);
    expect(replies.filter(({ body }) => body.code === "AUTHORIZATION_TAKEN")).toHaveLength(6);
  });

  it("takes no login that is not masked [AUT-08]", async () => {
    const preparedId = preparedIdOf(await prepare(prepareMessage()));
    const { status, body } = await walletCall("POST", `/authorizations/${preparedId}/consent`, {
      customerId: await openCustomer(),
      userLoginId: "alice@wallet.example",
    });
    expect([status, body.detail]).toEqual([400, expect.stringContaining("userLoginId: must be masked")]);
  });

  it("of a customer's app names no login, which the merchant would take for the wallet's [AUT-51]", async () => {
    const customerId = await openCustomer();
    const path = `/authorizations/${preparedIdOf(await prepare(prepareMessage()))}/consent`;
    const token = await customerToken(customerId);
    const named = await walletCall("POST", path, { userLoginId: "t***@wallet.example" }, { token });
    expect([named.status, named.body.detail]).toEqual([400, expect.stringContaining("userLoginId: only a service")]);
    const { body } = await walletCall("POST", path, {}, { token });
    const authCode = new URL(String(body.redirectUrl)).searchParams.get("authCode");
    expect((await applyToken({ authCode })).body).not.toHaveProperty("userLoginId");
  });

  it("comes too late after the page's time, until the same prepare begins it again [AUT-09]", async () => {
    const message = prepareMessage();
    const preparedId = preparedIdOf(await prepare(message));
    const customerId = await openCustomer();
    advance(PAGE_TIME_MS);
    expect((await walletCall("GET", `/authorizations/${preparedId}`)).body.status).toBe("ABANDONED");
    const { status, body } = await walletCall("POST", `/authorizations/${preparedId}/consent`, { customerId });
    expect([status, body.code]).toEqual([410, "AUTHORIZATION_CLOSED"]);
    expect(preparedIdOf(await prepare({ ...message, authState: "newer" }))).toBe(preparedId);
    const again = await walletCall("POST", `/authorizations/${preparedId}/consent`, { customerId });
    expect(String(again.body.redirectUrl)).toContain("authState=newer");
  });

  it("of a wallet that does not offer Auto Debit any more says what is not set", async () => {
    const preparedId = preparedIdOf(await prepare(prepareMessage()));
    const environment = otherEnvironment({ AUTHORIZATION_URL: undefined, TOKEN_SECRETS: undefined });
    const customerId = await openCustomer();
    const request = walletRequest("POST", `/authorizations/${preparedId}/consent`, { customerId });
    expect(await (await fetchIn(environment, request)).json()).toMatchObject({ status: 422, code: "AUTO_DEBIT_OFF" });
  });
});

describe("decline", () => {
  it("ends it and leads back without a code; the same prepare begins it again [AUT-09]", async () => {
    const message = prepareMessage();
    const preparedId = preparedIdOf(await prepare(message));
    const declined = await walletCall("POST", `/authorizations/${preparedId}/decline`);
    expect(declined.body).toEqual({
      status: "ABANDONED",
      redirectUrl: `https://cinema.test/bound?shop=1&authState=${message.authState}#done`,
    });
    const customerId = await openCustomer();
    const late = await walletCall("POST", `/authorizations/${preparedId}/consent`, { customerId });
    expect(late.body.code).toBe("AUTHORIZATION_CLOSED");
    await prepare(message);
    expect(await consent(preparedId, customerId)).not.toBe("");
  });

  it("cannot undo a consent", async () => {
    const { authorizationId, authCode } = await agree();
    expect((await walletCall("POST", `/authorizations/${authorizationId}/decline`)).body.code).toBe(
      "AUTHORIZATION_TAKEN",
    );
    expect((await applyToken({ authCode })).code).toBe("SUCCESS");
  });

  it("a new prepare of an authorisation that has ended begins nothing: it stays its customer's [AUT-07]", async () => {
    takeAuthNotifications();
    const { authorizationId, customerId, message, authCode } = await agree();
    await walletCall("POST", `/authorizations/${authorizationId}/unbind`, { customerId });
    expect(preparedIdOf(await prepare(message))).toBe(authorizationId);
    const { body } = await walletCall("POST", `/authorizations/${authorizationId}/consent`, { customerId });
    expect(body.code).toBe("AUTHORIZATION_CLOSED");
    expect((await applyToken({ authCode })).code).toBe("INVALID_CODE");
    expect((await pay(payByTokenMessage(authCode))).code).toBe("INVALID_TOKEN");
  });
});
