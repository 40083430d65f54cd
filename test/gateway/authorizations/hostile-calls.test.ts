/** Whatever comes on the calls of Auto Debit, the answer is signed, and says what is wrong; nothing fails here. */
import fc from "fast-check";
import { expect, it } from "vitest";
import { type Json, PARTIES, send } from "../../support/alipayplus.ts";
import { standTheClock } from "../../support/clock.ts";
import { bind, payByTokenMessage, prepareMessage } from "../../support/wallet/authorizations.ts";
import { walletCall } from "../../support/wallet/calls.ts";

standTheClock();

/** Values that senders get wrong, or that are sent on purpose. */
const hostile = fc.oneof(
  fc.constantFrom<unknown>(null, "", " ", "\u0000", "x".repeat(129), "x".repeat(2_049), [], {}, true, -1, 1e21),
  fc.constantFrom<unknown>("javascript:alert(1)", "https://", "https://a.test/#authCode=x", "__proto__", "\ud800"),
  fc.string(),
  fc.array(fc.string(), { maxLength: 20 }),
  fc.dictionary(fc.string(), fc.string(), { maxKeys: 3 }),
);

const CALLS: Readonly<Record<string, (token: string) => Json>> = {
  "/authorizations/prepare": () => prepareMessage(),
  "/authorizations/applyToken": (token) => ({
    ...PARTIES,
    grantType: "REFRESH_TOKEN",
    refreshToken: token,
    authCode: token,
  }),
  "/authorizations/cancelToken": () => ({ ...PARTIES, accessToken: "unknown" }),
  "/users/sendOTP": (token) => ({ ...PARTIES, accessToken: token, verifyType: "MOBILE" }),
  "/users/verifyOTP": (token) => ({ ...PARTIES, accessToken: token, verifyRequestId: "v-1", otpCode: "1" }),
  "/payments/pay": (token) =>
    payByTokenMessage(token, {}, { customerId: "x", paymentMethodMetaData: { authClientId: "x" } }),
};

/** The answers to what is wrong, or not there. None of them is U. */
const REFUSALS = [
  "PARAM_ILLEGAL",
  "INVALID_TOKEN",
  "INVALID_CODE",
  "INVALID_REFRESH_TOKEN",
  "BUSINESS_NOT_SUPPORT",
  "REPEAT_REQ_INCONSISTENT",
  // A parameter that may be left out, or is only displayed, may have any value.
  "SUCCESS",
];

it.each(Object.keys(CALLS))(
  "%s with any one parameter that is wrong is answered for what it is [AUT-03]",
  async (path) => {
    const { authCode } = await bind();
    // A code is a token of the right form, and no access or refresh token.
    const message = CALLS[path]?.(authCode) ?? {};
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...Object.keys(message)), hostile, async (name, value) => {
        const reply = await send(path, JSON.stringify({ ...message, [name]: value }));
        expect([name, reply.verified, REFUSALS.includes(reply.code) || reply.code]).toEqual([name, true, true]);
      }),
      { numRuns: 30 },
    );
  },
);

it("the wallet's calls answer any id and any body with a problem or with what there is", async () => {
  await fc.assert(
    fc.asyncProperty(fc.stringMatching(/^[^/?#%.]{1,64}$/), hostile, async (id, value) => {
      const path = `/authorizations/${encodeURIComponent(id.toWellFormed())}`;
      const replies = [
        await walletCall("GET", path),
        await walletCall("POST", `${path}/consent`, { customerId: value, userLoginId: value } as Json),
        await walletCall("POST", `${path}/decline`),
        await walletCall("POST", `${path}/unbind`, { customerId: value } as Json),
      ];
      for (const { status } of replies) expect([400, 404]).toContain(status);
    }),
    { numRuns: 20 },
  );
});
