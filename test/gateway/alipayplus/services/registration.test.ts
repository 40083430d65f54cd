/** registration: Alipay+ registers merchants, operators decide, and Alipay+ is notified. */

import { createScheduledController, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { shardName, shardOf } from "../../../../durable/platform/shard.ts";
import { fingerprintOf, registrationIdOf } from "../../../../protocol/idempotency.ts";
import type { JsonObject } from "../../../../protocol/json.ts";
import worker from "../../../../worker/index.ts";
import { CLIENT_ID, newId, openCustomer, SHARD_COUNT } from "../../../support/alipayplus.ts";
import { type Asked, resultOf } from "../../../support/alipayplus-answers.ts";
import { advance, MINUTE_MS, standTheClock } from "../../../support/clock.ts";
import { sendIn } from "../../../support/home/other-environment.ts";
import {
  approvedMerchant,
  decide,
  inMode,
  notifyDecisions,
  payTo,
  register,
  registrationMessage,
  shardOfMerchant,
  takeDecisions,
} from "../../../support/services/merchants.ts";
import { until } from "../../../support/until.ts";
import { opsCall } from "../../../support/wallet/calls.ts";

standTheClock();

describe("registration", () => {
  it("stores a merchant for the operators, as it came [SRV-01]", async () => {
    const referenceMerchantId = newId("merchant");
    const message = registrationMessage(referenceMerchantId);
    const reply = await register(message);
    expect(reply).toMatchObject({ code: "SUCCESS", verified: true });
    const { registrationRequestId } = message;
    expect((await opsCall("GET", `/merchants/${referenceMerchantId}`)).body).toMatchObject({
      referenceMerchantId,
      registrationRequestId,
      merchantDisplayName: "海港餅店",
      productCodes: ["IN_STORE_PAYMENT"],
      status: "PENDING",
      canBePaid: false,
      registration: message,
    });
  });

  it("updates a merchant by another registrationRequestId; a late repeat of an earlier one changes nothing [SRV-01]", async () => {
    const referenceMerchantId = newId("merchant");
    const first = registrationMessage(referenceMerchantId);
    const second = registrationMessage(referenceMerchantId, { productCodes: ["CASHIER_PAYMENT"] });
    for (const message of [first, second, first]) expect((await register(message)).code).toBe("SUCCESS");
    expect((await opsCall("GET", `/merchants/${referenceMerchantId}`)).body).toMatchObject({
      registrationRequestId: second.registrationRequestId,
      productCodes: ["CASHIER_PAYMENT"],
    });
  });

  it("that was claimed, not stored, and then overtaken changes nothing when it is repeated [SRV-16]", async () => {
    const referenceMerchantId = newId("merchant");
    const first = registrationMessage(referenceMerchantId);
    const second = registrationMessage(referenceMerchantId, { productCodes: ["CASHIER_PAYMENT"] });
    const registrationId = await registrationIdOf(CLIENT_ID, String(first.registrationRequestId));
    const fingerprint = await fingerprintOf(first as JsonObject, ["productCodes", "merchantInfo"]);
    const directory = env.DIRECTORY.getByName(shardName(shardOf(registrationId, SHARD_COUNT)));
    await directory.claimRegistration(registrationId, fingerprint);
    advance(1);
    for (const message of [second, first]) expect((await register(message)).code).toBe("SUCCESS");
    const { body } = await opsCall("GET", `/merchants/${referenceMerchantId}`);
    expect(body.registrationRequestId).toBe(second.registrationRequestId);
  });

  it("is REPEAT_REQ_INCONSISTENT for a registrationRequestId of another merchant or content [SRV-14]", async () => {
    const referenceMerchantId = newId("merchant");
    const otherMerchantId = newId("merchant");
    const first = registrationMessage(referenceMerchantId);
    const { registrationRequestId } = first;
    const changed = [
      registrationMessage(otherMerchantId, { registrationRequestId }),
      { ...first, productCodes: ["CASHIER_PAYMENT"] },
      { ...first, merchantInfo: { referenceMerchantId, merchantDisplayName: "Another" } },
    ];
    expect((await register(first)).code).toBe("SUCCESS");
    for (const message of changed) expect((await register(message)).code).toBe("REPEAT_REQ_INCONSISTENT");
    expect((await register({ registrationNotifyUrl: null, ...first })).code).toBe("SUCCESS");
    expect((await opsCall("GET", `/merchants/${referenceMerchantId}`)).body).toMatchObject({ registration: first });
    expect((await opsCall("GET", `/merchants/${otherMerchantId}`)).body.code).toBe("MERCHANT_UNKNOWN");
  });

  it("registers a merchant at once in Reporting mode, without a notification [SRV-02]", async () => {
    const received = takeDecisions();
    const referenceMerchantId = newId("merchant");
    expect((await register(registrationMessage(referenceMerchantId), inMode("REPORTING"))).code).toBe("SUCCESS");
    await notifyDecisions(referenceMerchantId);
    expect((await opsCall("GET", `/merchants/${referenceMerchantId}`)).body).toMatchObject({
      status: "APPROVED",
      canBePaid: true,
    });
    expect(received(referenceMerchantId)).toEqual([]);
  });

  it("is BUSINESS_NOT_SUPPORT where the wallet has no registration, and every merchant is paid [SRV-02]", async () => {
    const customerId = await openCustomer();
    const referenceMerchantId = newId("merchant");
    for (const mode of ["NONE", "REPORTING"] as const) {
      expect((await sendIn(inMode(mode), "/payments/pay", payTo(customerId, referenceMerchantId))).code).toBe(
        "SUCCESS",
      );
    }
    expect((await register(registrationMessage(referenceMerchantId), inMode("NONE"))).code).toBe(
      "BUSINESS_NOT_SUPPORT",
    );
    expect((await opsCall("GET", `/merchants/${referenceMerchantId}`)).body.code).toBe("MERCHANT_UNKNOWN");
  });

  it.each([
    ["registrationRequestId", { registrationRequestId: "x".repeat(65) }],
    ["productCodes", { productCodes: [] }],
    ["productCodes", { productCodes: Array.from({ length: 17 }, () => "CASHIER_PAYMENT") }],
    ["productCodes.0", { productCodes: [{}] }],
    ["merchantInfo", { merchantInfo: undefined }],
    ["merchantInfo.referenceMerchantId", { merchantInfo: { referenceMerchantId: "" } }],
    ["merchantInfo.referenceMerchantId", { merchantInfo: { referenceMerchantId: "x".repeat(33) } }],
  ])("is refused without a right %s", async (parameter, changes) => {
    const { code, message } = await register(registrationMessage(newId("merchant"), changes));
    expect(code).toBe("PARAM_ILLEGAL");
    expect(message).toContain(`Illegal parameter ${parameter}:`);
  });
});

describe("notifyRegistrationStatus", () => {
  it("says what an operator has decided, again by the schedule after U or nothing, until S [SRV-05]", async () => {
    const referenceMerchantId = newId("merchant");
    const message = registrationMessage(referenceMerchantId);
    await register(message);
    const { registrationRequestId } = message;
    const unknown = takeDecisions(resultOf("U", "UNKNOWN_EXCEPTION"));
    await decide(referenceMerchantId, "reject", { registrationRequestId, rejectReasons: ["No licence."] });
    await notifyDecisions(referenceMerchantId);
    await until(() => expect(unknown(referenceMerchantId)).toHaveLength(1));
    expect(unknown(referenceMerchantId)[0]).toMatchObject({
      verified: true,
      body: {
        referenceMerchantId,
        registrationRequestId,
        registrationResult: { registrationStatus: "REJECTED", rejectReasons: ["No licence."] },
      },
    });
    const received = takeDecisions();
    advance(2 * MINUTE_MS);
    await notifyDecisions(referenceMerchantId);
    const bodies = (asked: Asked[]) => asked.map(({ body }) => body);
    expect(bodies(received(referenceMerchantId))).toEqual(bodies(unknown(referenceMerchantId)));
    advance(20 * MINUTE_MS);
    await notifyDecisions(referenceMerchantId);
    expect(received(referenceMerchantId)).toHaveLength(1);
  });

  it("is sent even when the alarm was lost: the hourly sweep sets it again", async () => {
    const referenceMerchantId = newId("merchant");
    const message = registrationMessage(referenceMerchantId);
    await register(message);
    const { registrationRequestId } = message;
    await decide(referenceMerchantId, "approve", { registrationRequestId });
    const { shard, directory } = shardOfMerchant(referenceMerchantId);
    await runInDurableObject(directory, (_object, { storage }) => storage.deleteAlarm());
    await worker.scheduled(createScheduledController({ scheduledTime: new Date(shard * MINUTE_MS) }), env);
    expect(await runInDurableObject(directory, (_object, { storage }) => storage.getAlarm())).not.toBeNull();
  });

  it("is not sent again after F, but when an operator decides again [SRV-05]", async () => {
    const referenceMerchantId = newId("merchant");
    const message = registrationMessage(referenceMerchantId);
    await register(message);
    const { registrationRequestId } = message;
    const received = takeDecisions(resultOf("F", "PROCESS_FAIL"));
    await decide(referenceMerchantId, "approve", { registrationRequestId });
    await notifyDecisions(referenceMerchantId);
    advance(20 * MINUTE_MS);
    await notifyDecisions(referenceMerchantId);
    expect(received(referenceMerchantId)).toHaveLength(1);
    expect((await opsCall("GET", `/merchants/${referenceMerchantId}`)).body.notification).toMatchObject({
      attempts: [{ content: "APPROVED", outcome: "F PROCESS_FAIL" }],
    });
    await decide(referenceMerchantId, "approve", { registrationRequestId });
    await notifyDecisions(referenceMerchantId);
    expect(received(referenceMerchantId)).toHaveLength(2);
  });
});

describe("an operator", () => {
  it("finds every merchant of a status in the pages of the list [SRV-06]", async () => {
    takeDecisions();
    const approved = await approvedMerchant();
    const pending = [newId("merchant"), newId("merchant")];
    for (const referenceMerchantId of pending) await register(registrationMessage(referenceMerchantId));
    const found: string[] = [];
    let after = "0";
    while (after !== "") {
      const { body } = await opsCall("GET", `/merchants?status=PENDING&after=${encodeURIComponent(after)}`);
      for (const { referenceMerchantId, status } of body.merchants as { [name: string]: string }[]) {
        expect(status).toBe("PENDING");
        found.push(String(referenceMerchantId));
      }
      after = (body.next as string | undefined) ?? "";
    }
    expect(found).toEqual(expect.arrayContaining(pending));
    expect(found).not.toContain(approved);
    expect(new Set(found).size).toBe(found.length);
  });

  it("cannot decide about a registration that a newer one has superseded, nor about an unknown merchant [SRV-06]", async () => {
    const referenceMerchantId = newId("merchant");
    const first = registrationMessage(referenceMerchantId);
    await register(first);
    await register(registrationMessage(referenceMerchantId));
    const { registrationRequestId } = first;
    expect(await decide(referenceMerchantId, "approve", { registrationRequestId })).toMatchObject({
      status: 409,
      body: { code: "REGISTRATION_SUPERSEDED" },
    });
    expect(await decide(newId("merchant"), "approve", { registrationRequestId })).toMatchObject({
      status: 404,
      body: { code: "MERCHANT_UNKNOWN" },
    });
  });

  it.each([
    ["GET", "/merchants?status=OPEN", undefined, "status"],
    ["GET", "/merchants?after=99", undefined, "after"],
    ["GET", "/merchants?after=x", undefined, "after"],
    ["POST", "/merchants/m/approve", {}, "registrationRequestId"],
    ["POST", "/merchants/m/reject", { registrationRequestId: "r" }, "rejectReasons"],
    ["POST", "/merchants/m/reject", { registrationRequestId: "r", rejectReasons: [] }, "rejectReasons"],
  ])("is refused %s %s with %o", async (method, path, body, parameter) => {
    const reply = await opsCall(method, path, body ? { body } : {});
    expect(reply).toMatchObject({ status: 400, body: { code: "PARAM_ILLEGAL" } });
    expect(reply.body.detail).toContain(`Illegal parameter ${parameter}:`);
  });
});
