/** Approval mode: which merchants are paid, from when on, and until when. */
import type { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { balanceOf, inquire, type Json, newId, openCustomer } from "../../../support/alipayplus.ts";
import { advance, SECOND_MS, standTheClock } from "../../../support/clock.ts";
import { sendIn } from "../../../support/home/other-environment.ts";
import {
  approvedMerchant,
  decide,
  inMode,
  payTo,
  register,
  registrationMessage,
  takeDecisions,
} from "../../../support/services/merchants.ts";
import { prepareMessage } from "../../../support/wallet/authorizations.ts";
import { opsCall } from "../../../support/wallet/calls.ts";

standTheClock();

/** Approval mode while no shard says which merchants are approved. */
function whileMerchantsAreAway() {
  const isRegisteredMerchant = () => Promise.reject(new Error("The shard is away."));
  const unreachable = { getByName: () => ({ isRegisteredMerchant }) } as unknown as typeof env.DIRECTORY;
  return { ...inMode("APPROVAL"), DIRECTORY: unreachable };
}

describe("a payment in Approval mode", () => {
  it.each(["a merchant that is not approved", "no merchant"])(
    "of %s is MERCHANT_NOT_REGISTERED [SRV-03]",
    async (whom) => {
      const environment = inMode("APPROVAL");
      const customerId = await openCustomer();
      const referenceMerchantId = whom === "no merchant" ? undefined : newId("merchant");
      if (referenceMerchantId) await register(registrationMessage(referenceMerchantId), environment);
      const message = payTo(customerId, referenceMerchantId);
      const evaluation = payTo(customerId, referenceMerchantId, {
        paymentFactor: { isInStorePayment: "true", isPaymentEvaluation: "true" },
      });
      for (const asked of [message, evaluation]) {
        expect((await sendIn(environment, "/payments/pay", asked)).code).toBe("MERCHANT_NOT_REGISTERED");
      }
      expect((await inquire(message.paymentRequestId)).body.paymentResult).toMatchObject({
        resultCode: "MERCHANT_NOT_REGISTERED",
      });
      expect(await balanceOf(customerId)).toBe(100_000n);
    },
  );

  it("succeeds from the approval on, and one that was refused before stays refused [SRV-03, SRV-04]", async () => {
    takeDecisions();
    const environment = inMode("APPROVAL");
    const customerId = await openCustomer();
    const referenceMerchantId = newId("merchant");
    const message = registrationMessage(referenceMerchantId);
    await register(message, environment);
    const refused = payTo(customerId, referenceMerchantId);
    await sendIn(environment, "/payments/pay", refused);
    await decide(referenceMerchantId, "approve", { registrationRequestId: message.registrationRequestId });
    expect((await sendIn(environment, "/payments/pay", payTo(customerId, referenceMerchantId))).code).toBe("SUCCESS");
    expect((await sendIn(environment, "/payments/pay", refused)).code).toBe("MERCHANT_NOT_REGISTERED");
  });

  it("is refused at the latest 15 seconds after the rejection [SRV-04]", async () => {
    takeDecisions();
    const environment = inMode("APPROVAL");
    const customerId = await openCustomer();
    const referenceMerchantId = await approvedMerchant();
    const pay = async () => (await sendIn(environment, "/payments/pay", payTo(customerId, referenceMerchantId))).code;
    expect(await pay()).toBe("SUCCESS");
    const { body } = await opsCall("GET", `/merchants/${referenceMerchantId}`);
    const { registrationRequestId } = body;
    await decide(referenceMerchantId, "reject", { registrationRequestId, rejectReasons: ["Closed down."] });
    advance(15 * SECOND_MS);
    expect(await pay()).toBe("MERCHANT_NOT_REGISTERED");
  });

  it("is paid or refused, and stays so, when the decision comes at the same instant [SRV-03]", async () => {
    takeDecisions();
    const environment = inMode("APPROVAL");
    const customerId = await openCustomer();
    const referenceMerchantId = newId("merchant");
    const message = registrationMessage(referenceMerchantId);
    await register(message, environment);
    const { registrationRequestId } = message;
    const pays = Array.from({ length: 6 }, () => payTo(customerId, referenceMerchantId));
    const payAll = () => Promise.all(pays.map((each) => sendIn(environment, "/payments/pay", each)));
    const [first] = await Promise.all([payAll(), decide(referenceMerchantId, "approve", { registrationRequestId })]);
    const codes = first.map(({ code }) => code);
    for (const code of codes) expect(["SUCCESS", "MERCHANT_NOT_REGISTERED"]).toContain(code);
    expect((await payAll()).map(({ text }) => text)).toEqual(first.map(({ text }) => text));
    const paid = codes.filter((code) => code === "SUCCESS").length;
    expect(await balanceOf(customerId)).toBe(100_000n - 1_000n * BigInt(paid));
  });

  it("is U, and nothing is stored, while it is not known whether the merchant is approved", async () => {
    takeDecisions();
    const customerId = await openCustomer();
    const message = payTo(customerId, await approvedMerchant());
    const reply = await sendIn(whileMerchantsAreAway(), "/payments/pay", message);
    expect([reply.resultStatus, reply.code]).toEqual(["U", "UNKNOWN_EXCEPTION"]);
    expect((await inquire(message.paymentRequestId)).code).toBe("ORDER_NOT_EXIST");
    expect((await sendIn(inMode("APPROVAL"), "/payments/pay", message)).code).toBe("SUCCESS");
  });

  it("goes on while an update of an approved merchant waits for its decision", async () => {
    takeDecisions();
    const customerId = await openCustomer();
    const referenceMerchantId = await approvedMerchant();
    await register(registrationMessage(referenceMerchantId));
    const reply = await sendIn(inMode("APPROVAL"), "/payments/pay", payTo(customerId, referenceMerchantId));
    expect(reply.code).toBe("SUCCESS");
  });
});

describe("a prepare in Approval mode", () => {
  const prepare = async (message: Json, environment = inMode("APPROVAL")) =>
    sendIn(environment, "/authorizations/prepare", message);

  it.each(["a merchant that is not approved", "no merchant"])(
    "of %s is MERCHANT_NOT_REGISTERED [AUT-46]",
    async (whom) => {
      const referenceMerchantId = whom === "no merchant" ? undefined : newId("merchant");
      if (referenceMerchantId) await register(registrationMessage(referenceMerchantId));
      const { code, body } = await prepare(prepareMessage({ referenceMerchantId }));
      expect([code, body]).toEqual(["MERCHANT_NOT_REGISTERED", { result: expect.anything() }]);
    },
  );

  it("that was refused is not stored: from the approval on it succeeds, also with other parameters [AUT-46]", async () => {
    takeDecisions();
    const referenceMerchantId = newId("merchant");
    const registration = registrationMessage(referenceMerchantId);
    const { registrationRequestId } = registration;
    await register(registration);
    const [repeated, changed] = [prepareMessage({ referenceMerchantId }), prepareMessage({ referenceMerchantId })];
    const environment = inMode("APPROVAL");
    for (const message of [repeated, changed]) {
      expect((await prepare(message, environment)).code).toBe("MERCHANT_NOT_REGISTERED");
    }
    await decide(referenceMerchantId, "approve", { registrationRequestId });
    expect((await prepare(repeated, environment)).code).toBe("SUCCESS");
    expect((await prepare({ ...changed, scopes: ["AGREEMENT_PAY"] }, environment)).code).toBe("SUCCESS");
  });

  it("is U, never a refusal, while it is not known whether the merchant is approved [AUT-46]", async () => {
    takeDecisions();
    const message = prepareMessage({ referenceMerchantId: await approvedMerchant() });
    const reply = await prepare(message, whileMerchantsAreAway());
    expect([reply.resultStatus, reply.code]).toEqual(["U", "UNKNOWN_EXCEPTION"]);
    expect((await prepare(message)).code).toBe("SUCCESS");
  });
});
