/** The work that a call of Alipay+ comes to under a fault, and when. */
import { describe, expect, it } from "vitest";
import { answerOf } from "../../../protocol/results.ts";
import { notePassed } from "../../../sandbox/faults/active.ts";
import type { FaultName } from "../../../sandbox/faults/catalogue.ts";
import { DELAY_LIMIT_MS, type Fault } from "../../../sandbox/faults/fault.ts";
import { pause } from "../../../sandbox/faults/hold-back.ts";
import { answerDelay, deliveryOf, workThrough } from "../../../sandbox/faults/incoming.ts";

const LINK = "ACQP_TO_ALIPAYPLUS";

/** A message that only its own delay lets go fails the test. */
const LESS_THAN_A_DELAY_MS = DELAY_LIMIT_MS / 2;

const fault = (name: FaultName, delayMs = 0): Fault => ({ name, delayMs });

/** Notes what is done, one word per step. */
function newDiary() {
  const diary: string[] = [];
  const work = async () => {
    diary.push("begun");
    await pause(1);
    diary.push("done");
    return answerOf("SUCCESS");
  };
  return { diary, work };
}

describe("the work", () => {
  it.each<[FaultName | undefined, readonly string[]]>([
    [undefined, ["begun", "done"]],
    ["REQUEST_LOST", []],
    ["TRAFFIC_LIMIT", []],
    ["ACCESS_DENIED", []],
    ["DUPLICATED", ["begun", "begun", "done", "done"]],
    ["ANSWER_LOST", ["begun", "done"]],
    ["HTTP_500", ["begun", "done"]],
    ["U_THEN_S", ["begun", "done"]],
    ["U_FOREVER", ["begun", "done"]],
    ["NEVER_ACKNOWLEDGED", ["begun", "done"]],
    ["CHALLENGE_SMS_OTP", ["begun", "done"]],
    ["SIGNATURE_WRONG", ["begun", "done"]],
  ])("under %s is %j [SBX-11]", async (name, expected) => {
    const { diary, work } = newDiary();
    const answer = await workThrough(name && fault(name), LINK, work);
    expect(diary).toEqual(expected);
    expect(answer === undefined).toBe(name === "REQUEST_LOST");
  });

  it(
    "waits for its delay, or for another call of its link [SBX-11]",
    async () => {
      for (const name of ["REQUEST_DELAYED", "REORDERED"] as const) {
        const { diary, work } = newDiary();
        const worked = workThrough(fault(name, 50), LINK, work);
        await pause(10);
        expect(diary).toEqual([]);
        await worked;
        expect(diary).toEqual(["begun", "done"]);
      }
      const { diary, work } = newDiary();
      const held = workThrough(fault("REORDERED", DELAY_LIMIT_MS), LINK, work);
      notePassed("MPP_TO_ALIPAYPLUS");
      await pause(50);
      expect(diary).toEqual([]);
      await workThrough(undefined, LINK, async () => answerOf("SUCCESS"));
      await held;
      expect(diary).toEqual(["begun", "done"]);
    },
    LESS_THAN_A_DELAY_MS,
  );
});

describe("the answer", () => {
  it("is late by its delay, once it is written", async () => {
    const { diary, work } = newDiary();
    await workThrough(fault("ANSWER_DELAYED", 50), LINK, work);
    expect(diary).toEqual(["begun", "done"]);
    let isDelivered = false;
    const delivered = answerDelay(fault("ANSWER_DELAYED", 50)).then(() => {
      isDelivered = true;
    });
    await pause(10);
    expect(isDelivered).toBe(false);
    await delivered;
  });

  it("is broken off, or HTTP 500, or as it was written", () => {
    const names = ["ANSWER_LOST", "HTTP_500", "ANSWER_DELAYED", "U_FOREVER", "SIGNATURE_WRONG", "DUPLICATED"] as const;
    expect(names.map((name) => deliveryOf(fault(name)))).toEqual([
      "BROKEN",
      "HTTP_500",
      "ANSWERED",
      "ANSWERED",
      "ANSWERED",
      "ANSWERED",
    ]);
  });
});
