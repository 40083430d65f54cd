/**
 * Parameters that are not allowed: each is refused by name, and nothing changes. docs/spec/messages.md#parameters,
 * docs/spec/objects.md.
 */
import { describe, expect, it } from "vitest";
import {
  customerOf,
  inquire,
  type Json,
  newId,
  openCustomer,
  PARTIES,
  pay,
  payMessage,
  send,
} from "../../support/alipayplus.ts";

const HKD = { currency: "HKD", value: "1000" };

/** A payment with every parameter that it depends on; pay.test.ts has the order. */
function completeMessage(customerId: string): Json {
  const quote = {
    quoteId: "Q1",
    quoteCurrencyPair: "HKD/HKD",
    quotePrice: "1",
    quoteStartTime: "2026-01-01T00:00:00+08:00",
    quoteExpiryTime: "2027-01-01T00:00:00+08:00",
  };
  const message = payMessage(customerId);
  return {
    ...message,
    paymentAmount: HKD,
    payToAmount: HKD,
    paymentQuote: quote,
    surchargeInfo: { surchargeAmount: HKD, surchargeQuote: quote },
    paymentMethod: { ...(message.paymentMethod as Json), paymentMethodMetaData: "metadata" },
    paymentFactor: {
      isInStorePayment: "true",
      inStorePaymentScenario: "PaymentCode",
      isCashierPayment: "false",
      isAgreementPayment: "false",
      isPaymentEvaluation: "false",
      needSurcharge: "true",
      presentmentMode: "QR",
    },
    paymentExpiryTime: "2040-01-01T00:00:00+08:00",
    paymentNotifyUrl: "https://notify.test/",
    paymentRedirectUrl: "https://wallet.test/",
    paymentPromoInfo: {
      paymentPromoDetails: [{ promoId: "P1", promoName: "Promotion", promoType: "COUPON", savingsAmount: HKD }],
    },
    passThroughInfo: "1",
  };
}

/** The paths of all members, objects and lists before what is in them. */
function pathsOf(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, member]) => [[...path, key], ...pathsOf(member, [...path, key])]);
}

function memberAt(message: Json, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => (value as Json)[key], message);
}

/** A copy of the message with another value at a path such as `paymentAmount.value`. */
function withMember(message: Json, path: readonly string[], value: unknown): Json {
  const copy: Json = JSON.parse(JSON.stringify(message));
  const parent = memberAt(copy, path.slice(0, -1)) as Json;
  parent[path.at(-1) ?? ""] = value;
  return copy;
}

/** Only displayed: whatever they are, they refuse nothing. */
const DISPLAYED = /^order|[.]promo(?:Name|Type)$/;

const PATHS = pathsOf(completeMessage("customer"))
  .map((path) => path.join("."))
  .filter((path) => !DISPLAYED.test(path));

/** Sends every message, all for one payment, and checks that each is refused by name; then the right one is paid. */
async function expectIllegal(customerId: string, message: Json, faults: readonly [string, Json][]): Promise<void> {
  const before = await customerOf(customerId);
  for (const [parameter, faulty] of faults) {
    const reply = await pay(faulty);
    expect(reply, parameter).toMatchObject({ status: 200, code: "PARAM_ILLEGAL", resultStatus: "F", verified: true });
    expect(reply.message).toContain(`Illegal parameter ${parameter}: `);
  }
  expect(await customerOf(customerId)).toEqual(before);
  expect((await inquire(message.paymentRequestId)).code).toBe("ORDER_NOT_EXIST");
  expect((await pay(message)).code).toBe("SUCCESS");
}

describe("pay refuses by name", () => {
  it('"" for every parameter that it depends on [MSG-09, OBJ-03]', async () => {
    const customerId = await openCustomer();
    const message = completeMessage(customerId);
    const scalars = PATHS.filter((path) => typeof memberAt(message, path.split(".")) === "string");
    expect(scalars.length).toBeGreaterThan(30);
    await expectIllegal(
      customerId,
      message,
      scalars.map((path) => [path, withMember(message, path.split("."), "")]),
    );
  });

  it("a value of the wrong type for every parameter that it depends on [OBJ-03]", async () => {
    const customerId = await openCustomer();
    const message = completeMessage(customerId);
    // Metadata may be an object.
    const paths = PATHS.filter((path) => !path.endsWith("paymentMethodMetaData"));
    const faults = paths.map((path): [string, Json] => {
      const isText = typeof memberAt(message, path.split(".")) === "string";
      return [path, withMember(message, path.split("."), isText ? {} : "text")];
    });
    await expectIllegal(customerId, message, faults);
    // It is there, only not as it should be.
    for (const [parameter, faulty] of faults) {
      expect((await pay(faulty)).message, parameter).not.toContain("is required");
    }
  });

  it.each<[string, unknown]>([
    ["undefined", undefined],
    ["null", null],
  ])("a required parameter that is left out, as %s [MSG-20, PAY-01]", async (_form, nothing) => {
    const required = [
      "acquirerId",
      "pspId",
      "paymentRequestId",
      "order",
      "paymentAmount",
      "paymentAmount.currency",
      "paymentAmount.value",
      "payToAmount",
      "payToAmount.currency",
      "payToAmount.value",
      "paymentMethod",
      "paymentMethod.paymentMethodType",
      "paymentMethod.paymentMethodId",
      "paymentMethod.customerId",
      "paymentFactor",
      "surchargeInfo",
      "surchargeInfo.surchargeAmount",
    ];
    const customerId = await openCustomer();
    const message = completeMessage(customerId);
    await expectIllegal(
      customerId,
      message,
      required.map((path) => [path, withMember(message, path.split("."), nothing)]),
    );
  });

  it("what is longer than its limit [MSG-12]", async () => {
    const limits: readonly [string, number][] = [
      ["acquirerId", 64],
      ["pspId", 64],
      ["paymentRequestId", 64],
      ["paymentMethod.customerId", 64],
      ["paymentMethod.paymentMethodId", 512],
      ["paymentMethod.paymentMethodMetaData", 20_000],
      ["passThroughInfo", 20_000],
    ];
    const customerId = await openCustomer();
    const message = completeMessage(customerId);
    const tooLongUrl = `https://notify.test/${"u".repeat(2_048 - 19)}`;
    await expectIllegal(customerId, message, [
      ...limits.map(([path, limit]): [string, Json] => [
        path,
        withMember(message, path.split("."), "1".repeat(limit + 1)),
      ]),
      ["paymentNotifyUrl", { ...message, paymentNotifyUrl: tooLongUrl }],
      ["paymentRedirectUrl", { ...message, paymentRedirectUrl: tooLongUrl }],
    ]);
  });

  it("text that UTF-8 cannot carry [MSG-13]", async () => {
    const customerId = await openCustomer();
    const message = completeMessage(customerId);
    const faults = ["paymentRequestId", "acquirerId", "paymentMethod.customerId", "passThroughInfo"].flatMap((path) =>
      ["\ud800", "a\udc00b", "\udc00\ud800"].map((text): [string, Json] => [
        path,
        withMember(message, path.split("."), text),
      ]),
    );
    await expectIllegal(customerId, message, faults);
  });

  it.each<[string, readonly unknown[]]>([
    [
      "paymentExpiryTime",
      ["tomorrow", "2027-02-29T00:00:00Z", "2027-01-01T00:00:00", "1767225600000", 1_767_225_600_000],
    ],
    ["paymentNotifyUrl", ["notify.test", "ftp://notify.test/", "javascript:alert(1)", "https://"]],
    ["paymentMethod.paymentMethodType", ["connect_wallet", "CARD"]],
    ["paymentFactor.isInStorePayment", ["TRUE", "yes", "1", 1]],
    ["paymentFactor.inStorePaymentScenario", ["paymentCode", "Unknown"]],
    ["paymentPromoInfo.paymentPromoDetails.0", [null, "Promotion"]],
  ])("what %s cannot be [PAY-04]", async (path, values) => {
    const customerId = await openCustomer();
    const message = completeMessage(customerId);
    await expectIllegal(
      customerId,
      message,
      values.map((value) => [path, withMember(message, path.split("."), value)]),
    );
  });
});

describe.each(["/payments/inquiryPayment", "/payments/cancelPayment", "/payments/refund"])("%s", (path) => {
  it("refuses an id that is empty, too long, no string or no text, by name [MSG-20]", async () => {
    const ids = {
      ...PARTIES,
      paymentRequestId: newId("pay"),
      paymentId: newId("id"),
      refundRequestId: newId("refund"),
    };
    const message: Json = { ...ids, refundAmount: HKD, refundFromAmount: HKD };
    const parameters = path.endsWith("refund") ? Object.keys(ids) : [...Object.keys(PARTIES), "paymentRequestId"];
    for (const parameter of parameters) {
      for (const value of ["", "i".repeat(65), {}, [], 1e30, "\ud800"]) {
        const reply = await send(path, { ...message, [parameter]: value });
        expect(reply).toMatchObject({ code: "PARAM_ILLEGAL", resultStatus: "F", verified: true });
        expect(reply.message).toContain(`Illegal parameter ${parameter}: `);
      }
    }
    expect((await inquire(message.paymentRequestId)).code).toBe("ORDER_NOT_EXIST");
  });
});
