/** Merchants and disputes as operators and Alipay+ play them over HTTP, with real alarms, and over a kill. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { eventually } from "../support/end-to-end/eventually.ts";
import { freePort } from "../support/end-to-end/free-port.ts";
import { JsonClient } from "../support/end-to-end/json-client.ts";
import { Rehearsal } from "../support/end-to-end/rehearsal.ts";
import { hkd, messageOf } from "../support/end-to-end/sandbox-client.ts";

const rehearsal = new Rehearsal(await freePort());
const { sandbox, operator } = rehearsal;
const developer = new JsonClient(`${rehearsal.origin}/sandbox`);

const SMALLEST_AMOUNTS = JSON.stringify({ IN_STORE_PAYMENT: { HKD: { payment: "10" } } });

beforeAll(() => rehearsal.start({ MERCHANT_REGISTRATION: "APPROVAL", SMALLEST_AMOUNTS }));
afterAll(() => rehearsal.end());

/** The shop of `POST /sandbox/pay`. */
const MERCHANT = "M0000000000001";

async function pay(value = "1000") {
  const { paymentCode } = (await rehearsal.wallet("alice").paymentCode("device-1")).body;
  return sandbox.pay(paymentCode, hkd(value));
}

test("a merchant is paid from its approval on, of which Alipay+ is notified; a payment that is disputed is refunded once", async () => {
  await sandbox.openCustomer("alice");
  const refused = { result: { resultCode: "MERCHANT_NOT_REGISTERED" } };
  expect(await pay()).toMatchObject(refused);
  await developer.call("POST", "/registrations", { referenceMerchantId: MERCHANT });
  expect(await pay()).toMatchObject(refused);

  const read = (await operator.call<{ registrationRequestId: string }>("GET", `/merchants/${MERCHANT}`)).body;
  const { registrationRequestId } = read;
  await operator.call("POST", `/merchants/${MERCHANT}/approve`, { registrationRequestId });
  await eventually(async () =>
    expect((await developer.call("GET", "/registrations")).body).toMatchObject({
      registrations: [{ registrationRequestId, registrationResult: { registrationStatus: "APPROVED" } }],
    }),
  );
  expect(await pay("9")).toMatchObject({ result: { resultCode: "PAYMENT_AMOUNT_EXCEED_LIMIT" } });
  const { paymentRequestId } = messageOf(await pay());

  const disputes = `/payments/${paymentRequestId}/disputes`;
  const fault = { fault: "U_THEN_S", link: "MPP_TO_ALIPAYPLUS", interface: "initiateEscalation", times: "1" };
  await developer.call("POST", "/faults", fault);
  await operator.call("POST", `${disputes}/escalations`, { escalationAmount: hkd("600") });
  const expectDispute = (dispute: object) =>
    eventually(async () => expect((await operator.call("GET", disputes)).body).toMatchObject({ disputes: [dispute] }));
  await expectDispute({ status: "SENDING", delivery: { attempts: [{ outcome: "U PAYMENT_IN_PROCESS" }] } });
  await rehearsal.kill();
  await rehearsal.start();
  await developer.call("POST", "/clock", { advanceMs: "180000" });
  await expectDispute({ status: "OPEN" });

  const received = (await developer.call<{ disputes: { disputeRequestId: string }[] }>("GET", "/disputes")).body;
  expect(received.disputes).toHaveLength(1);
  const answer = { refundType: "ACCEPT_REFUND" };
  await developer.call("POST", `/disputes/${received.disputes[0]?.disputeRequestId}/answer`, answer);
  await expectDispute({ status: "ANSWERED", acceptedAmount: hkd("600") });
  expect(await sandbox.balance("alice")).toBe("99000");
  await sandbox.refund(paymentRequestId, hkd("600"));
  expect(await sandbox.balance("alice")).toBe("99600");
});
