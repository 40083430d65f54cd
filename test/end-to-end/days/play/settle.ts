/**
 * The evening: the faults end, and the clock goes ahead from one thing that is due to the next until nobody owes anybody
 * an answer any more. Then the reports of the day are made.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { NetworkView, SaleView } from "./views.ts";
import type { World } from "./world.ts";

/** How long what is due may take, by the machine's own clock. */
const WORK_TIMEOUT_MS = 15_000;
const WORK_POLL_MS = 15;
const SECOND_MS = 1_000;
/** More steps than the longest schedule of all has: then something is done for ever. */
const STEPS_LIMIT = 200;

/** Something that is still to be done, and when. */
export type Due = { readonly what: string; readonly timeMs: number };

/** What is not final in the end, in sentences; none means that everything is. */
export async function settleDay(world: World): Promise<readonly string[]> {
  await world.parties.endFaults();
  for (let step = 0; step < STEPS_LIMIT; step += 1) {
    const due = await untilNothingIsOverdue(world);
    const next = due[0];
    if (next === undefined) return [];
    if (next.timeMs <= world.timeMs) {
      return due.map(({ what, timeMs }) => `${what} was due at ${new Date(timeMs).toISOString()} and is not done`);
    }
    await world.advance(next.timeMs - world.timeMs);
  }
  return [`after ${STEPS_LIMIT} steps of the clock something is still due`];
}

/** What is due later, the earliest first; what is overdue comes first when it is not done in time. */
async function untilNothingIsOverdue(world: World): Promise<readonly Due[]> {
  const deadlineMs = performance.now() + WORK_TIMEOUT_MS;
  for (;;) {
    const due = await readDue(world);
    const isOverdue = (due[0]?.timeMs ?? Number.POSITIVE_INFINITY) <= world.timeMs;
    if (!isOverdue || performance.now() > deadlineMs) return due;
    await pause(WORK_POLL_MS);
  }
}

/** Everything that somebody has still to do, the earliest first. */
async function readDue({ parties }: World): Promise<readonly Due[]> {
  const sales = await parties.sales();
  const due = await Promise.all(
    sales.map(async (sale) => {
      const network = await parties.networkPayment(sale.paymentRequestId);
      return [
        ...dueOfSale(sale),
        ...(network ? [...dueOfNetwork(network), ...(await dueOfWallet(network, parties))] : []),
      ];
    }),
  );
  return due.flat().sort((a, b) => a.timeMs - b.timeMs);
}

function dueOfSale({ paymentRequestId, dueTime }: SaleView): Due[] {
  return dueAt(`${paymentRequestId} at the acquirer`, dueTime);
}

function dueOfNetwork({ paymentRequestId, dueTime, refunds, notification }: NetworkView): Due[] {
  return [
    ...dueAt(`${paymentRequestId} at Alipay+`, dueTime),
    ...dueAt(`the notification of ${paymentRequestId} to the acquirer`, notification?.dueTime),
    ...refunds.flatMap((refund) => dueAt(`refund ${refund.refundRequestId} at Alipay+`, refund.dueTime)),
  ];
}

async function dueOfWallet({ paymentRequestId, paymentId }: NetworkView, parties: World["parties"]): Promise<Due[]> {
  const inspection = await parties.inspect(paymentId);
  return [
    ...dueAt(`${paymentRequestId} at the wallet`, inspection?.resolverDueTime),
    ...dueAt(`the notification of ${paymentRequestId} to Alipay+`, inspection?.notification?.dueTime),
  ];
}

/** Times are told in whole seconds: by the end of that second it is due. */
function dueAt(what: string, time: string | undefined): Due[] {
  return time === undefined ? [] : [{ what, timeMs: Date.parse(time) + SECOND_MS - 1 }];
}
