/** What is asked once more in the evening: the answers must be the same. */
import { type Action, type DayPlan, paymentsOf, type Step, salesOf } from "../plan/plan.ts";
import { CALLS_AT_ONCE } from "./at-once.ts";
import { type Event, finalAnswersTo, type Played, walletPaymentIn } from "./play.ts";

/** The pay of each payment, and the customer's confirmation of each order, of which an answer has come. */
export function repeatsOf({ plan, events }: Played): readonly Step[] {
  const actions: Action[] = [
    ...paymentsOf(plan)
      .filter(({ paymentRequestId }) => finalAnswersTo(events, paymentRequestId).length > 0)
      .map((payment) => ({ act: "PAY", payment }) as const),
    ...salesOf(plan)
      .filter(({ paymentRequestId }) => events.some((event) => isAnswerAbout(event, paymentRequestId)))
      .map(({ paymentRequestId: sale, customerId }) => ({ act: "SAY", sale, customerId, word: "confirm" }) as const),
  ];
  const steps = Math.ceil(actions.length / CALLS_AT_ONCE);
  return Array.from({ length: steps }, (_, step) => ({
    actions: actions.slice(step * CALLS_AT_ONCE, (step + 1) * CALLS_AT_ONCE),
  }));
}

/** The answers to disputes once more: Alipay+ repeats one until the wallet has taken it, the acquirer its refund. */
export function disputeAnswersOf({ steps }: DayPlan): readonly Step[] {
  return steps
    .flatMap((step) => step.actions.filter(({ act }) => act === "ANSWER_DISPUTES"))
    .map((action) => ({ actions: [action] }));
}

function isAnswerAbout(event: Event, sale: string): boolean {
  return "sale" in event.action && event.action.sale === sale && walletPaymentIn(event) !== undefined;
}
