/** Export and erasure of what is personal: texts planted in every field are looked for in every table. */
import { describe, expect, it } from "vitest";
import {
  balanceOf,
  cancel,
  customerOf,
  homeOf,
  inquire,
  issueCode,
  type Json,
  newId,
  openCustomer,
  pay,
  payMessage,
  refund,
  runResolver,
  send,
} from "../../../support/alipayplus.ts";
import { playAlipayPlus, resultOf, SUCCESS } from "../../../support/alipayplus-answers.ts";
import { advance, HOUR_MS, MINUTE_MS, standTheClock } from "../../../support/clock.ts";
import { until } from "../../../support/until.ts";
import { opsCall, walletCall } from "../../../support/wallet/calls.ts";
import { orderCommand, placeOrder, takeNotifications } from "../../../support/wallet/order.ts";
import { expectGone, placesOf, placesOfEach, plant, plantedPay } from "../../../support/wallet/personal-data.ts";

standTheClock();

const exported = (customerId: string) => opsCall("GET", `/customers/${customerId}/data`);
const erase = (customerId: string) => opsCall("DELETE", `/customers/${customerId}/data`);

describe("the export of a customer", () => {
  it("has everything that was planted, and nothing of another customer", async () => {
    const customerId = await openCustomer();
    const other = await openCustomer();
    const { message, planted } = await plantedPay(customerId);
    const foreign = await plantedPay(other);
    for (const each of [message, foreign.message]) expect((await pay(each)).code).toBe("SUCCESS");
    const reason = plant(["Reason"]);
    await refund(message.paymentRequestId, "400", { extendInfo: reason.Reason });
    const { status, body } = await exported(customerId);
    const text = JSON.stringify(body);
    expect(status).toBe(200);
    expect(body).toMatchObject({
      customerId,
      account: { currency: "HKD", balance: "99400" },
      paymentCodes: [{ paymentCode: (message.paymentMethod as Json).paymentMethodId }],
      payments: [
        { paymentRequestId: message.paymentRequestId, status: "SUCCEEDED", refundedDebitAmount: { value: "400" } },
      ],
      refunds: [{ status: "SUCCEEDED", creditAmount: "400" }],
      entries: [{ kind: "REFUND" }, { kind: "DEBIT" }, { kind: "FUNDING" }],
    });
    expect(JSON.parse((body.payments as Json[])[0]?.message as string)).toEqual(message);
    for (const each of Object.values({ ...planted, ...reason })) expect(text).toContain(each);
    for (const each of [other, ...Object.values(foreign.planted)]) expect(text).not.toContain(each);
  });

  it("has every payment, refund and entry of a customer with more than a page of each", async () => {
    const customerId = await openCustomer();
    const messages = Array.from({ length: 70 }, () => payMessage(customerId));
    for (const message of messages) await pay(message);
    for (const message of messages.slice(0, 40)) await refund(message.paymentRequestId, "1");
    await homeOf(customerId).openCustomer(customerId, { currency: "HKD", balance: 500n });
    const { payments, refunds, entries } = (await exported(customerId)).body as Record<string, Json[]>;
    expect(new Set(payments?.map(({ paymentRequestId }) => paymentRequestId))).toEqual(
      new Set(messages.map(({ paymentRequestId }) => paymentRequestId)),
    );
    expect([payments?.length, refunds?.length]).toEqual([70, 40]);
    expect(entries?.map(({ entryNumber }) => entryNumber)).toEqual(
      Array.from({ length: 112 }, (_, index) => 112 - index),
    );
    const { erased } = (await erase(customerId)).body;
    expect(erased).toEqual({ payments: 70, refunds: 40, disputes: 0, authorizations: 0 });
  });

  it("of an unknown customer is empty", async () => {
    const customerId = newId("none");
    expect((await exported(customerId)).body).toEqual({
      customerId,
      paymentCodes: [],
      payments: [],
      refunds: [],
      disputes: [],
      entries: [],
      authorizations: [],
    });
  });
});

describe("the erasure of a customer", () => {
  it("leaves nothing that was planted in any table, but the keys that docs/storage.md lists", async () => {
    const customerId = await openCustomer();
    const { message, planted } = await plantedPay(customerId);
    const unused = await issueCode(customerId);
    await pay(message);
    const reason = plant(["Reason"]);
    await refund(message.paymentRequestId, "400", { extendInfo: reason.Reason });
    for (const each of await placesOfEach(Object.values({ ...planted, ...reason, unused }))) {
      expect(each).not.toMatchObject({ places: [] });
    }

    const { status, body } = await erase(customerId);
    expect([status, body]).toEqual([200, { erased: { payments: 1, refunds: 1, disputes: 0, authorizations: 0 } }]);
    await expectGone({ ...planted, ...reason });
    // Where foreign codes may pay, the directory keeps which code is whose, by a digest.
    expect(await placesOf(unused)).toEqual(["DIRECTORY.codes.code"]);
    const code = (message.paymentMethod as Json).paymentMethodId as string;
    expect(await placesOf(code)).toEqual(["CUSTOMERS.used_codes.code", "DIRECTORY.codes.code"]);
    expect((await placesOf(customerId)).sort()).toEqual([
      "CUSTOMERS.customers.customer_id",
      "CUSTOMERS.entries.customer_id",
      "CUSTOMERS.entries.entry_id",
      "CUSTOMERS.payments.customer_id",
      "CUSTOMERS.payments.previous_entry_id",
    ]);
    expect((await erase(customerId)).body).toEqual({
      erased: { payments: 0, refunds: 0, disputes: 0, authorizations: 0 },
    });
  });

  it("waits for disputes that are not sent yet, and then takes their messages and answers with it", async () => {
    const customerId = await openCustomer();
    const message = payMessage(customerId);
    const { paymentRequestId } = message;
    await pay(message);
    const planted = plant(["Complaint", "Receipt"]);
    const answerRetrieval = { "/aps/api/v1/disputes/initiateRetrieval": () => ({ result: SUCCESS }) };
    const { disputeRequestId } = (
      await opsCall("POST", `/payments/${paymentRequestId}/disputes/retrievals`, { body: { why: planted.Complaint } })
    ).body;
    expect((await erase(customerId)).body.code).toBe("CUSTOMER_HAS_OPEN_PAYMENTS");
    playAlipayPlus(answerRetrieval);
    await runResolver(homeOf(customerId));
    await until(async () => {
      const { disputes } = (await opsCall("GET", `/payments/${paymentRequestId}`)).body;
      expect(disputes).toEqual([{ disputeRequestId, kind: "RETRIEVAL", status: "OPEN" }]);
    });
    await send("/disputes/responseRetrieval", { disputeRequestId, responseCode: "0001", receipt: planted.Receipt });
    expect((await exported(customerId)).body.disputes).toMatchObject([{ disputeRequestId, status: "ANSWERED" }]);
    for (const { places } of await placesOfEach(Object.values(planted))) {
      expect(places).toEqual(["CUSTOMERS.texts.message"]);
    }
    expect((await erase(customerId)).body).toEqual({
      erased: { payments: 1, refunds: 0, disputes: 1, authorizations: 0 },
    });
    await expectGone(planted);
    expect((await send("/disputes/responseRetrieval", { disputeRequestId, responseCode: "0001" })).code).toBe(
      "SUCCESS",
    );
  });

  it("ends a dispute that Alipay+ never answered, so that another one can be initiated [SRV-15]", async () => {
    const customerId = await openCustomer();
    const message = payMessage(customerId);
    await pay(message);
    const disputes = `/payments/${message.paymentRequestId}/disputes`;
    const body = { escalationAmount: { currency: "HKD", value: "100" } };
    const escalate = () => opsCall("POST", `${disputes}/escalations`, { body });
    playAlipayPlus({});
    const { disputeRequestId } = (await escalate()).body;
    for (let attempt = 1; attempt <= 8; attempt += 1) {
      await runResolver(homeOf(customerId));
      const expected = Array(attempt).fill({ outcome: expect.not.stringContaining("BEGUN") });
      await until(async () => {
        const [dispute] = (await opsCall("GET", disputes)).body.disputes as Json[];
        expect(dispute).toMatchObject({ status: "SENDING", delivery: { attempts: expected } });
      });
      advance(15 * HOUR_MS);
    }
    expect((await erase(customerId)).body).toMatchObject({ erased: { disputes: 1 } });
    expect((await opsCall("GET", disputes)).body.disputes).toMatchObject([{ status: "ABANDONED" }]);
    expect(await opsCall("POST", `${disputes}/${disputeRequestId}/send`)).toMatchObject({
      status: 409,
      body: { code: "DISPUTE_ABANDONED" },
    });
    const next = await escalate();
    expect(next).toMatchObject({ status: 200, body: { status: "SENDING" } });
    expect(next.body.disputeRequestId).not.toBe(disputeRequestId);
    const late = { disputeRequestId, refundType: "REFUSE_REFUND" };
    expect((await send("/disputes/responseEscalation", late)).code).toBe("SUCCESS");
  });

  it("changes no answer but the promotion in an inquiry, no amount, and no entry", async () => {
    const customerId = await openCustomer();
    const { message } = await plantedPay(customerId);
    const refundRequestId = newId("refund");
    const calls = async () => {
      const replies = [await pay(message), await refund(message.paymentRequestId, "400", { refundRequestId })];
      const { paymentPromoInfo, ...inquired } = (await inquire(message.paymentRequestId)).body;
      return { texts: replies.map(({ text }) => text), inquired, customer: await customerOf(customerId) };
    };
    const before = await calls();
    await erase(customerId);
    expect(await calls()).toEqual(before);
    expect((await pay({ ...message, paymentAmount: { currency: "HKD", value: "1" } })).code).toBe(
      "REPEAT_REQ_INCONSISTENT",
    );
    // What is left can still be refunded, and the code still pays only once.
    expect((await refund(message.paymentRequestId, "600")).code).toBe("SUCCESS");
    expect(await balanceOf(customerId)).toBe(100_000n);
    expect((await pay({ ...message, paymentRequestId: newId("pay") })).code).toBe("INVALID_CODE");
    const { payments } = (await exported(customerId)).body as Record<string, Json[]>;
    const erased = payments?.find(({ paymentRequestId }) => paymentRequestId === message.paymentRequestId);
    expect(erased).toMatchObject({ status: "SUCCEEDED", debitAmount: { value: "1000" } });
    expect(erased).not.toHaveProperty("message");
  });

  it("leaves a payment that can be cancelled", async () => {
    const customerId = await openCustomer();
    const { message } = await plantedPay(customerId);
    await pay(message);
    await erase(customerId);
    expect((await cancel(message.paymentRequestId)).code).toBe("SUCCESS");
    expect(await balanceOf(customerId)).toBe(100_000n);
  });

  it("leaves the texts of other customers where they are", async () => {
    const [customerId, other] = [await openCustomer(), await openCustomer()];
    const [first, second] = [await plantedPay(other), await plantedPay(customerId)];
    await pay(first.message);
    await pay(second.message);
    const before = (await exported(other)).body;
    await erase(customerId);
    // The number of the erased texts is used again.
    await pay((await plantedPay(customerId)).message);
    expect((await exported(other)).body).toEqual(before);
  });

  it("is refused while an order is open, a result is to be notified, and changes nothing", async () => {
    takeNotifications(() => resultOf("F", "PROCESS_FAIL"));
    const customerId = await openCustomer();
    const { message, planted } = await plantedPay(customerId);
    await pay(message);
    const order = await orderCommand(customerId);
    await placeOrder(order);
    const refused = { status: 409, body: { code: "CUSTOMER_HAS_OPEN_PAYMENTS" } };
    expect(await erase(customerId)).toMatchObject(refused);
    await walletCall("POST", `/payments/${order.paymentRequestId}/decline`, { customerId });
    expect(await erase(customerId)).toMatchObject(refused);
    expect(await placesOf(planted.Buyer ?? "")).toEqual(["CUSTOMERS.texts.message"]);
    const received = takeNotifications();
    advance(MINUTE_MS);
    await runResolver(homeOf(customerId));
    await until(async () => expect((await erase(customerId)).status).toBe(200));
    await expectGone(planted);
    const again = await opsCall("POST", `/payments/${order.paymentRequestId}/notifications`);
    expect([received.length > 0, again.body.code]).toEqual([true, "PAYMENT_NOT_NOTIFIED"]);
  });
});
