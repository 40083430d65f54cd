/** Changes to the outbox and its deliveries. */
import type { Change } from "../change.ts";

const OUTBOX = "durable/platform/outbox/outbox.ts";
const DELIVERIES = "durable/platform/outbox/deliveries.ts";

const OUTBOX_TEST = "gateway test/gateway/durable/platform/outbox.test.ts";
const DELIVERIES_TEST = "gateway test/gateway/durable/platform/deliveries.test.ts";

/** The changes. */
export const OUTBOX_CHANGES: readonly Change[] = [
  {
    name: "an acknowledgement of the success also acknowledges the cancel after it",
    file: OUTBOX,
    find: "WHERE topic = ? AND payment_id = ? AND result_number = ?`;",
    replacement: "WHERE topic = ? AND payment_id = ? AND result_number >= ?`;",
    tests: [OUTBOX_TEST],
  },
  {
    name: "a new result goes on with the schedule of the one before",
    file: OUTBOX,
    find: "result_number = result_number + 1, attempts = 0,",
    replacement: "result_number = result_number + 1,",
    tests: [OUTBOX_TEST],
  },
  {
    name: "a new result waits until the one before is due",
    file: OUTBOX,
    find: "due_time_ms = excluded.due_time_ms, acknowledged_time_ms = NULL`;",
    replacement: "acknowledged_time_ms = NULL`;",
    tests: [OUTBOX_TEST],
  },
  {
    name: "a new result counts as acknowledged with the one before",
    file: OUTBOX,
    find: "due_time_ms = excluded.due_time_ms, acknowledged_time_ms = NULL`;",
    replacement: "due_time_ms = excluded.due_time_ms`;",
    tests: [OUTBOX_TEST],
  },
  {
    name: "an acknowledged result is sent again",
    file: OUTBOX,
    find: "SET acknowledged_time_ms = ?, due_time_ms = NULL",
    replacement: "SET acknowledged_time_ms = ?",
    tests: [OUTBOX_TEST],
  },
  {
    name: "an attempt is not counted before it is made",
    file: OUTBOX,
    find: "SET attempts = attempts + 1, due_time_ms = ?",
    replacement: "SET due_time_ms = ?",
    tests: [OUTBOX_TEST],
  },
  {
    name: "two results of one payment overtake each other",
    file: DELIVERIES,
    find: "this.#underWay.add(paymentId);",
    replacement: "",
    tests: [DELIVERIES_TEST],
  },
  {
    name: "a result is not sent again once an attempt has ended",
    file: DELIVERIES,
    find: "this.#underWay.delete(paymentId);",
    replacement: "",
    tests: [DELIVERIES_TEST],
  },
  {
    name: "an attempt without an acknowledgement is the last one",
    file: DELIVERIES,
    find: "this.#outbox.begin(paymentId, beganTimeMs, resultCode, nextDueTimeMs);",
    replacement: "this.#outbox.begin(paymentId, beganTimeMs, resultCode, undefined);",
    tests: [DELIVERIES_TEST],
  },
  {
    name: "whatever is answered acknowledges",
    file: DELIVERIES,
    find: 'if (outcome === "S") this.#outbox.acknowledge',
    replacement: 'if (outcome !== "") this.#outbox.acknowledge',
    tests: [DELIVERIES_TEST],
  },
  {
    name: "no alarm for a new result",
    file: DELIVERIES,
    find: "this.#context.alarm.armFor(dueTimeMs);",
    replacement: "",
    tests: [DELIVERIES_TEST],
  },
  {
    name: "a result is resent one pause too late",
    file: "durable/platform/outbox/resend-schedule.ts",
    find: "RESEND_AFTER_MS[attemptNumber - 1];",
    replacement: "RESEND_AFTER_MS[attemptNumber];",
    tests: ["unit test/unit/durable/platform/resend-schedule.test.ts"],
  },
];
