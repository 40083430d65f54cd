/** Disputes: started by operators, sent to Alipay+ by the outbox, answered by Alipay+. */
import { abortAllDurableObjects } from "cloudflare:test";
import { describe, expect, it } from "vitest";
import {
  balanceOf,
  homeOfPayment,
  type Json,
  newId,
  openCustomer,
  pay,
  payMessage,
  refund,
  runResolver,
  send,
} from "../../../support/alipayplus.ts";
import { type Answering, type Asked, playAlipayPlus, resultOf, SUCCESS } from "../../../support/alipayplus-answers.ts";
import { advance, DAY_MS, MINUTE_MS, standTheClock } from "../../../support/clock.ts";
import { until } from "../../../support/until.ts";
import { opsCall } from "../../../support/wallet/calls.ts";

const RETRIEVAL_PATH = "/aps/api/v1/disputes/initiateRetrieval";
const ESCALATION_PATH = "/aps/api/v1/disputes/initiateEscalation";

standTheClock();

/** Lets Alipay+ take disputes. */
function takeDisputes(answering: Answering = () => ({ result: SUCCESS })): Asked[] {
  return playAlipayPlus({ [RETRIEVAL_PATH]: answering, [ESCALATION_PATH]: answering });
}

const hkd = (value: string) => ({ currency: "HKD", value });

/** A payment of 10.00 HKD. */
async function paid(customerId?: string): Promise<string> {
  const message = payMessage(customerId ?? (await openCustomer()));
  expect((await pay(message)).code).toBe("SUCCESS");
  return String(message.paymentRequestId);
}

function initiate(paymentRequestId: string, what: "retrievals" | "escalations", body: Json = {}) {
  return opsCall("POST", `/payments/${paymentRequestId}/disputes/${what}`, { body });
}

async function sendDue(paymentRequestId: string): Promise<void> {
  await runResolver(await homeOfPayment(paymentRequestId));
}

async function disputesOf(paymentRequestId: string): Promise<Json[]> {
  return (await opsCall("GET", `/payments/${paymentRequestId}/disputes`)).body.disputes as Json[];
}

/** Sends what is due, and waits until the disputes are like this. */
async function untilDisputes(paymentRequestId: string, expected: object[]): Promise<Json[]> {
  await sendDue(paymentRequestId);
  return until(async () => {
    const disputes = await disputesOf(paymentRequestId);
    expect(disputes).toMatchObject(expected);
    return disputes;
  });
}

/** A dispute that Alipay+ has accepted. */
async function accepted(
  paymentRequestId: string,
  what: "retrievals" | "escalations",
  body: Json = {},
): Promise<string> {
  takeDisputes();
  const { disputeRequestId } = (await initiate(paymentRequestId, what, body)).body;
  await sendDue(paymentRequestId);
  await until(async () => {
    const statuses = (await disputesOf(paymentRequestId)).map(({ status }) => status);
    expect(statuses).not.toContain("SENDING");
  });
  return String(disputeRequestId);
}

const answerRetrieval = (body: Json) => send("/disputes/responseRetrieval", body);
const answerEscalation = (body: Json) => send("/disputes/responseEscalation", body);

describe("an operator", () => {
  it("initiates a retrieval, which goes to Alipay+ with what the operator hands on [SRV-09]", async () => {
    const received = takeDisputes();
    const paymentRequestId = await paid();
    const body = { requestInformationType: "TRANSACTION_RECEIPT", more: { of: ["ours"] } };
    const reply = await initiate(paymentRequestId, "retrievals", body);
    expect(reply).toMatchObject({ status: 200, body: { kind: "RETRIEVAL", status: "SENDING" } });
    const { disputeRequestId } = reply.body;
    await untilDisputes(paymentRequestId, [
      { status: "OPEN", delivery: { attempts: [{ content: "RETRIEVAL", outcome: "S" }] } },
    ]);
    expect(received).toMatchObject([
      { path: RETRIEVAL_PATH, verified: true, body: { ...body, disputeRequestId, paymentRequestId } },
    ]);
    expect(received[0]?.body.disputeOccurTime).toMatch(/^20/);
    expect((await opsCall("GET", `/payments/${paymentRequestId}`)).body.disputes).toEqual([
      { disputeRequestId, kind: "RETRIEVAL", status: "OPEN" },
    ]);
  });

  it("initiates an escalation of an amount [SRV-09]", async () => {
    const received = takeDisputes();
    const paymentRequestId = await paid();
    const escalationAmount = hkd("400");
    await initiate(paymentRequestId, "escalations", { escalationAmount, reason: "not delivered" });
    await untilDisputes(paymentRequestId, [{ kind: "ESCALATION", status: "OPEN", escalationAmount }]);
    expect(received).toMatchObject([{ path: ESCALATION_PATH, body: { escalationAmount, reason: "not delivered" } }]);
  });

  it("cannot initiate what the rules of disputes refuse, and nothing is sent [SRV-07, SRV-08]", async () => {
    const received = takeDisputes();
    const paymentRequestId = await paid();
    const codeOf = async (what: "retrievals" | "escalations", body: Json = {}) =>
      (await initiate(paymentRequestId, what, body)).body.code;
    expect(await codeOf("escalations", { escalationAmount: hkd("1001") })).toBe("ESCALATION_AMOUNT_EXCEEDED");
    expect(await codeOf("escalations", { escalationAmount: { currency: "JPY", value: "1" } })).toBe("PARAM_ILLEGAL");
    advance(361 * DAY_MS);
    expect(await codeOf("retrievals")).toBe("DISPUTE_WINDOW_EXCEEDED");
    advance(-361 * DAY_MS);
    expect(await codeOf("retrievals")).toBeUndefined();
    expect(await codeOf("retrievals")).toBe("DISPUTE_OPEN");
    await sendDue(paymentRequestId);
    await until(() => expect(received).toHaveLength(1));
    const failed = payMessage(await openCustomer({ balance: 0n }));
    await pay(failed);
    expect((await initiate(String(failed.paymentRequestId), "retrievals")).body.code).toBe("PAYMENT_NOT_SUCCESSFUL");
    expect((await initiate(newId("none"), "retrievals")).body.code).toBe("PAYMENT_UNKNOWN");
  });

  it.each([
    ["retrievals", { disputeRequestId: "mine" }, "disputeRequestId"],
    ["retrievals", { paymentRequestId: "mine" }, "paymentRequestId"],
    ["retrievals", { disputeOccurTime: "yesterday" }, "disputeOccurTime"],
    ["escalations", {}, "escalationAmount"],
    ["escalations", { escalationAmount: hkd("0") }, "escalationAmount.value"],
  ] as const)("is refused %s with %o", async (what, body, parameter) => {
    const reply = await initiate(newId("any"), what, body);
    expect(reply).toMatchObject({ status: 400, body: { code: "PARAM_ILLEGAL" } });
    expect(reply.body.detail).toContain(`Illegal parameter ${parameter}:`);
  });
});

describe("a dispute", () => {
  it.each<[string, Answering]>([
    ["U", () => resultOf("U", "UNKNOWN_EXCEPTION")],
    ["nothing", () => new Response(null, { status: 503 })],
  ])(
    "that is answered %s is sent again by the schedule, the very same, even by another object [SRV-09]",
    async (_, answering) => {
      const unanswered = takeDisputes(answering);
      const paymentRequestId = await paid();
      await initiate(paymentRequestId, "retrievals", { note: "é" });
      await sendDue(paymentRequestId);
      await until(async () => {
        expect(await disputesOf(paymentRequestId)).toMatchObject([
          { status: "SENDING", delivery: { attempts: [{ outcome: expect.not.stringContaining("BEGUN") }] } },
        ]);
      });
      expect((await initiate(paymentRequestId, "retrievals")).body.code).toBe("DISPUTE_OPEN");
      await abortAllDurableObjects();
      const received = takeDisputes();
      advance(2 * MINUTE_MS);
      await untilDisputes(paymentRequestId, [{ status: "OPEN" }]);
      expect(received.map(({ body }) => body)).toEqual(unanswered.map(({ body }) => body));
      const [dispute] = await disputesOf(paymentRequestId);
      expect(dispute?.delivery).not.toHaveProperty("dueTime");
    },
  );

  it("is one, however many operators initiate it and however often its answer comes at once [SRV-09, SRV-11]", async () => {
    const received = takeDisputes();
    const paymentRequestId = await paid();
    const body = { escalationAmount: hkd("500") };
    const replies = await Promise.all([1, 2, 3].map(() => initiate(paymentRequestId, "escalations", body)));
    expect(replies.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    const [dispute] = await untilDisputes(paymentRequestId, [{ status: "OPEN" }]);
    expect(received).toHaveLength(1);
    const answers = ["100", "200", "300"].map((value) => ({
      disputeRequestId: dispute?.disputeRequestId,
      refundType: "ACCEPT_PARTIAL_REFUND",
      refundAmount: hkd(value),
    }));
    const taken = await Promise.all(answers.map(answerEscalation));
    const inconsistent = "REPEAT_REQ_INCONSISTENT";
    expect(taken.map(({ code }) => code).sort()).toEqual([inconsistent, inconsistent, "SUCCESS"]);
    const winner = answers[taken.findIndex(({ code }) => code === "SUCCESS")];
    expect(await disputesOf(paymentRequestId)).toMatchObject([
      { answer: winner, acceptedAmount: winner?.refundAmount },
    ]);
  });

  it("that Alipay+ refuses is over, does not count, and is not sent again [SRV-09]", async () => {
    const received = takeDisputes(() => resultOf("F", "PROCESS_FAIL"));
    const paymentRequestId = await paid();
    await initiate(paymentRequestId, "escalations", { escalationAmount: hkd("1000") });
    const refused = { status: "REFUSED", resultCode: "PROCESS_FAIL" };
    const [dispute] = await untilDisputes(paymentRequestId, [refused]);
    expect(dispute?.delivery).not.toHaveProperty("dueTime");
    expect(received).toHaveLength(1);
    await initiate(paymentRequestId, "escalations", { escalationAmount: hkd("1000") });
    const disputes = await untilDisputes(paymentRequestId, [refused, refused]);
    expect(new Set(disputes.map(({ disputeRequestId }) => disputeRequestId)).size).toBe(2);
  });

  it("is sent again at once when an operator asks for it, until Alipay+ has answered [SRV-09]", async () => {
    takeDisputes(() => resultOf("U", "UNKNOWN_EXCEPTION"));
    const customerId = await openCustomer();
    const paymentRequestId = await paid(customerId);
    const { disputeRequestId } = (await initiate(paymentRequestId, "retrievals")).body;
    await untilDisputes(paymentRequestId, [{ delivery: { attempts: [{ outcome: "U UNKNOWN_EXCEPTION" }] } }]);
    takeDisputes();
    const again = (payment: string) => opsCall("POST", `/payments/${payment}/disputes/${disputeRequestId}/send`);
    expect((await again(await paid(customerId))).body.code).toBe("DISPUTE_UNKNOWN");
    expect((await again(paymentRequestId)).body).toEqual({ outcome: "DUE" });
    await untilDisputes(paymentRequestId, [{ status: "OPEN" }]);
    expect((await again(paymentRequestId)).body.code).toBe("DISPUTE_NOT_SENDING");
  });
});

describe("responseRetrieval", () => {
  it("is taken once, and operators read it as it came [SRV-10]", async () => {
    const paymentRequestId = await paid();
    const disputeRequestId = await accepted(paymentRequestId, "retrievals");
    const answer = { disputeRequestId, responseCode: "0001", transactionReceipt: { url: "https://acquirer.test/r" } };
    expect(await answerRetrieval(answer)).toMatchObject({ code: "SUCCESS", verified: true });
    expect((await answerRetrieval({ ...answer, responseCode: "0003" })).code).toBe("SUCCESS");
    expect(await disputesOf(paymentRequestId)).toMatchObject([{ status: "ANSWERED", answerCode: "0001", answer }]);
  });

  it("that comes before the answer to initiateRetrieval ends the sending [SRV-10]", async () => {
    takeDisputes(() => resultOf("U", "UNKNOWN_EXCEPTION"));
    const paymentRequestId = await paid();
    const { disputeRequestId } = (await initiate(paymentRequestId, "retrievals")).body;
    await untilDisputes(paymentRequestId, [{ delivery: { attempts: [{ outcome: "U UNKNOWN_EXCEPTION" }] } }]);
    expect((await answerRetrieval({ disputeRequestId, responseCode: "0002" })).code).toBe("SUCCESS");
    const [dispute] = await disputesOf(paymentRequestId);
    expect(dispute).toMatchObject({ status: "ANSWERED", delivery: { attempts: [{}, { outcome: "WITHDRAWN" }] } });
    expect(dispute?.delivery).not.toHaveProperty("dueTime");
  });

  it("of a dispute that was never initiated is ORDER_NOT_EXIST [SRV-10]", async () => {
    const paymentRequestId = await paid();
    const disputeRequestId = await accepted(paymentRequestId, "retrievals");
    const unknown = [`${disputeRequestId}0`, disputeRequestId.replace("-R", "-E"), `${"0".repeat(32)}-R1`, "any"];
    for (const id of unknown) {
      expect((await answerRetrieval({ disputeRequestId: id, responseCode: "0001" })).code).toBe("ORDER_NOT_EXIST");
    }
    const asEscalation = { disputeRequestId, refundType: "REFUSE_REFUND" };
    expect((await answerEscalation(asEscalation)).code).toBe("ORDER_NOT_EXIST");
    expect((await answerRetrieval({ disputeRequestId })).message).toContain("responseCode: is required");
  });
});

describe("responseEscalation", () => {
  it("is taken once; another refundType or refundAmount is REPEAT_REQ_INCONSISTENT and changes nothing [SRV-11]", async () => {
    const paymentRequestId = await paid();
    const disputeRequestId = await accepted(paymentRequestId, "escalations", { escalationAmount: hkd("500") });
    const answer = { disputeRequestId, refundType: "ACCEPT_PARTIAL_REFUND", refundAmount: hkd("300") };
    for (const _ of [1, 2]) expect((await answerEscalation(answer)).code).toBe("SUCCESS");
    for (const changes of [{ refundAmount: hkd("301") }, { refundType: "REFUSE_REFUND" }]) {
      expect((await answerEscalation({ ...answer, ...changes })).code).toBe("REPEAT_REQ_INCONSISTENT");
    }
    expect(await disputesOf(paymentRequestId)).toMatchObject([
      { status: "ANSWERED", answerCode: "ACCEPT_PARTIAL_REFUND", acceptedAmount: hkd("300"), answer },
    ]);
  });

  it.each([
    ["refundAmount.value", { refundType: "ACCEPT_REFUND", refundAmount: hkd("501") }],
    ["refundAmount.currency", { refundType: "ACCEPT_REFUND", refundAmount: { currency: "JPY", value: "1" } }],
    ["refundAmount", { refundType: "ACCEPT_PARTIAL_REFUND" }],
    ["refundType", { refundType: "MAYBE" }],
  ])("is PARAM_ILLEGAL with a %s that contradicts the escalation [SRV-11]", async (parameter, changes) => {
    const paymentRequestId = await paid();
    const disputeRequestId = await accepted(paymentRequestId, "escalations", { escalationAmount: hkd("500") });
    const reply = await answerEscalation({ disputeRequestId, ...changes });
    expect(reply.code).toBe("PARAM_ILLEGAL");
    expect(reply.message).toContain(`Illegal parameter ${parameter}:`);
    expect(await disputesOf(paymentRequestId)).toMatchObject([{ status: "OPEN" }]);
  });

  it("that accepts moves no money: the refund of Alipay+ does, once [SRV-12]", async () => {
    const customerId = await openCustomer();
    const paymentRequestId = await paid(customerId);
    const disputeRequestId = await accepted(paymentRequestId, "escalations", { escalationAmount: hkd("1000") });
    await answerEscalation({ disputeRequestId, refundType: "ACCEPT_REFUND" });
    expect(await balanceOf(customerId)).toBe(99_000n);
    expect((await refund(paymentRequestId, "1000")).code).toBe("SUCCESS");
    expect(await balanceOf(customerId)).toBe(100_000n);
    expect((await initiate(paymentRequestId, "escalations", { escalationAmount: hkd("1") })).body.code).toBe(
      "ESCALATION_AMOUNT_EXCEEDED",
    );
  });
});
