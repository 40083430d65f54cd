/**
 * The evening: the faults end, and the clock goes ahead from one thing that is due to the next until no party owes
 * another an answer. Then the reports of the day are made.
 */
import { readUntil } from "../../../support/end-to-end/eventually.ts";
import { type DayPlan, disputedSalesOf, paymentsOf } from "../plan/plan.ts";
import { mapAtOnce } from "./at-once.ts";
import { preparedIdOf } from "./subscription-calls.ts";
import type { AuthNotifications, NetworkView, SaleView, SubscriptionView } from "./views.ts";
import type { World } from "./world.ts";

/** How long what is due may take, by the machine's own clock. */
const WORK_TIMEOUT_MS = 60_000;
const WORK_POLL_MS = 15;
const SECOND_MS = 1_000;
/** At most so long after a day is settled its reports are there. */
const UNTIL_REPORTS_MS = 49 * 60 * 60 * SECOND_MS;
/** The wallet looks so often whether an authorisation that ends may still pay. */
const ENDING_MS = 2 * SECOND_MS;
/** More steps than the longest schedule of all has: then something never ends. */
const STEPS_LIMIT = 200;

/** Something that is still to be done, and when. */
type Due = { readonly what: string; readonly timeMs: number };

/** What is not final in the end, in sentences; none means that everything is. */
export async function settleDay(plan: DayPlan, world: World): Promise<readonly string[]> {
  const paymentIds = paymentsOf(plan).map(({ paymentRequestId }) => paymentRequestId);
  const disputed = new Set(disputedSalesOf(plan));
  await world.parties.endFaults();
  for (let step = 0; step < STEPS_LIMIT; step += 1) {
    const due = await untilNothingIsOverdue(world, paymentIds, disputed);
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
function untilNothingIsOverdue(
  world: World,
  paymentIds: readonly string[],
  disputed: ReadonlySet<string>,
): Promise<readonly Due[]> {
  return readUntil(
    () => readDue(world, paymentIds, disputed),
    ([next]) => next === undefined || next.timeMs > world.timeMs,
    { timeoutMs: WORK_TIMEOUT_MS, intervalMs: WORK_POLL_MS },
  );
}

/** Everything that a party has still to do, the earliest first. */
async function readDue(
  { parties, timeMs }: World,
  paymentIds: readonly string[],
  disputed: ReadonlySet<string>,
): Promise<readonly Due[]> {
  const ofSubscriptions = await mapAtOnce(await parties.subscriptions.all(), (subscription) =>
    dueOfSubscription(subscription, parties, timeMs),
  );
  const sales = await parties.sales();
  const due = await mapAtOnce(sales, async (sale) => {
    const network = await parties.networkPayment(sale.paymentRequestId);
    return [
      ...dueOfSale(sale),
      ...(network ? [...dueOfNetwork(network), ...(await dueOfWallet(network, parties))] : []),
      ...(network && disputed.has(sale.paymentRequestId) ? await dueOfDisputes(network, parties) : []),
    ];
  });
  const ofPayments = await mapAtOnce(paymentIds, (id) => dueOfWallet({ paymentRequestId: id, paymentId: id }, parties));
  return [...due, ...ofPayments, ...ofSubscriptions].flat().sort((a, b) => a.timeMs - b.timeMs);
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

async function dueOfWallet(
  { paymentRequestId, paymentId }: Pick<NetworkView, "paymentRequestId" | "paymentId">,
  parties: World["parties"],
): Promise<Due[]> {
  const inspection = await parties.inspect(paymentId);
  return [
    ...dueAt(`${paymentRequestId} at the wallet`, inspection?.resolverDueTime),
    ...dueAt(`the notification of ${paymentRequestId} to Alipay+`, inspection?.notification?.dueTime),
  ];
}

async function dueOfDisputes(
  { paymentRequestId, paymentId }: Pick<NetworkView, "paymentRequestId" | "paymentId">,
  { disputes }: World["parties"],
): Promise<Due[]> {
  const atWallet = await disputes.atWallet(paymentId);
  return atWallet.flatMap(({ delivery }) => dueAt(`a dispute of ${paymentRequestId}`, delivery?.dueTime));
}

/** The next debit counts where it comes before the reports: otherwise it belongs to another day. */
async function dueOfSubscription(
  subscription: SubscriptionView,
  { subscriptions }: World["parties"],
  timeMs: number,
): Promise<Due[]> {
  const { subscriptionId: id, status, nextDebitTime, dueTime } = subscription;
  const isFar = nextDebitTime !== undefined && Date.parse(nextDebitTime) > timeMs + UNTIL_REPORTS_MS;
  const preparedId = preparedIdOf(subscription);
  const network = await subscriptions.network(id);
  const wallet = preparedId === undefined ? undefined : await subscriptions.inspect(preparedId);
  return [
    ...(status === "ACTIVE" && isFar ? [] : dueAt(`${id} at the merchant`, dueTime)),
    ...dueAt(`${id} at Alipay+`, network?.dueTime),
    ...dueOfNotifications(`${id} to the acquirer`, network?.notifications),
    ...dueOfNotifications(`${id} to Alipay+`, wallet?.notifications),
    ...(wallet?.status === "ENDING" ? [{ what: `the end of ${id} at the wallet`, timeMs: timeMs + ENDING_MS }] : []),
  ];
}

function dueOfNotifications(ofWhat: string, notifications: AuthNotifications = {}): Due[] {
  return Object.entries(notifications).flatMap(([type, { dueTime }]) => dueAt(`${type} of ${ofWhat}`, dueTime));
}

/** Times are cut to whole seconds: by the end of that second it is due. */
function dueAt(what: string, time: string | undefined): Due[] {
  return time === undefined ? [] : [{ what, timeMs: Date.parse(time) + SECOND_MS - 1 }];
}
