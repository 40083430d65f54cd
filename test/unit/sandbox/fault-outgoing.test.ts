/** Alipay+'s answer to a message that is sent late, and that it is sent all the same. */
import { describe, expect, it } from "vitest";
import { notePassed } from "../../../sandbox/faults/active.ts";
import { DELAY_LIMIT_MS, type Fault } from "../../../sandbox/faults/fault.ts";
import { pause } from "../../../sandbox/faults/hold-back.ts";
import { type Transmission, transmit } from "../../../sandbox/faults/outgoing.ts";
import { until } from "../../support/until.ts";

const LINK = "ALIPAYPLUS_TO_ACQP";

/** A message that only its own delay lets go fails the test. */
const LESS_THAN_A_DELAY_MS = DELAY_LIMIT_MS / 2;

/** A message to one who answers at once, from one who waits so long. */
function messageWith(answerTimeoutMs: number) {
  const sent: string[] = [];
  const transmission: Transmission<string> = {
    link: LINK,
    send: async () => {
      sent.push("message");
      return "answer";
    },
    sendCancel: async () => sent.push("cancel"),
    answerTimeoutMs,
    madeUp: { none: () => "nothing", http500: () => "500", standIn: ({ result }) => result.resultCode },
  };
  return { sent, transmission };
}

const fault = (name: Fault["name"], delayMs = 0): Fault => ({ name, delayMs });

describe("a request that is late", () => {
  it("goes out when its answer is not awaited any more", async () => {
    const { sent, transmission } = messageWith(10);
    expect(await transmit(fault("REQUEST_DELAYED", 100), transmission)).toEqual(["nothing"]);
    expect(sent).toEqual([]);
    await until(() => expect(sent).toEqual(["message"]));
  });

  it("is heard in time", async () => {
    const { transmission } = messageWith(10_000);
    expect(await transmit(fault("REQUEST_DELAYED", 10), transmission)).toEqual(["answer"]);
    expect(await transmit(fault("REORDERED", 10), transmission)).toEqual(["answer"]);
  });

  it(
    "that is held back goes once another has passed its link, and not before",
    async () => {
      const { sent, transmission } = messageWith(DELAY_LIMIT_MS);
      const held = transmit(fault("REORDERED", DELAY_LIMIT_MS), transmission);
      notePassed("ALIPAYPLUS_TO_MPP");
      await pause(50);
      expect(sent).toEqual([]);
      notePassed(LINK);
      expect(await held).toEqual(["answer"]);
    },
    LESS_THAN_A_DELAY_MS,
  );
});

describe("an answer that is late", () => {
  it("is not heard when Alipay+ has stopped waiting", async () => {
    const { sent, transmission } = messageWith(10);
    expect(await transmit(fault("ANSWER_DELAYED", DELAY_LIMIT_MS), transmission)).toEqual(["nothing"]);
    expect(sent).toEqual(["message"]);
    expect(await transmit(fault("ANSWER_DELAYED", 5), transmission)).toEqual(["answer"]);
  });
});

it("a cancel is out before the pay that it overtakes", async () => {
  const { sent, transmission } = messageWith(10);
  await transmit(fault("CANCEL_OVERTAKES_PAY"), transmission);
  expect(sent).toEqual(["cancel", "message"]);
});
