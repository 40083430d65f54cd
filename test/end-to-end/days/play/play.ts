/** Plays a plan: its steps one after another, the actions of a step at once. */

import { setTimeout as pause } from "node:timers/promises";
import { codeValueIn } from "../../../../protocol/cashier-url.ts";
import { type Action, type DayPlan, type Step, salesOf } from "../plan/plan.ts";
import { LostCall, type Outcome } from "./answered.ts";
import { changedBody, withOtherAmount } from "./changed-body.ts";
import { performDispute } from "./disputes.ts";
import { Subscriber } from "./subscriber.ts";
import type { Result, SaleView, WalletView } from "./views.ts";
import type { World } from "./world.ts";

/** What came of an action. */
export type Event = Outcome & {
  readonly step: number;
  readonly timeMs: number;
  readonly action: Action;
  /** When the answer came. */
  readonly answeredTimeMs?: number;
};

/** What happened on a day. */
export type Played = { readonly plan: DayPlan; readonly startTimeMs: number; readonly events: readonly Event[] };

/** Opens the customers, and does everything that the plan says. */
export async function playDay(plan: DayPlan, world: World): Promise<Played> {
  const { parties } = world;
  world.killTimesMs.length = 0;
  await world.reset(String(plan.seed));
  await world.advanceToMinute(plan.startMinuteOfDay);
  for (const { customerId, settings } of plan.customers) await parties.openCustomer(customerId, settings);
  const startTimeMs = world.timeMs;
  return { plan, startTimeMs, events: await playSteps(plan, plan.steps, world) };
}

/** Plays steps of a day whose customers are open. */
export async function playSteps(plan: DayPlan, steps: readonly Step[], world: World): Promise<readonly Event[]> {
  const player = new Player(plan, world);
  const events: Event[] = [];
  for (const [index, step] of steps.entries()) events.push(...(await playStep(index, step, player, world)));
  return events;
}

async function playStep(index: number, step: Step, player: Player, world: World): Promise<Event[]> {
  await world.untilUp();
  const { timeMs } = world;
  const killing = step.killAfterMs === undefined ? undefined : pause(step.killAfterMs).then(() => world.kill());
  const events = await Promise.all(
    step.actions.map(async (action) => {
      const outcome = await player.perform(action);
      return { step: index, timeMs, action, ...outcome, answeredTimeMs: world.timeMs };
    }),
  );
  await killing;
  return events;
}

/** What concerns the day itself. */
type Change = Extract<
  Action,
  {
    readonly act:
      | "CHANGE_CUSTOMER"
      | "CHANGE_MARKET"
      | "ADD_FAULT"
      | "END_FAULTS"
      | "WAIT"
      | "WAIT_UNTIL"
      | "WAIT_DAYS"
      | "KILL";
  }
>;

/** The answer to a scan: an address to open, or a payment to confirm. */
type Scanned = { readonly userAgent?: string; readonly payment?: { readonly paymentRequestId: string } };

/** Where the entry codes of the sandbox's shops lead (docs/sandbox/README.md). */
const SHOP_URL = "https://shop.plusgate.example/s/";

/** Performs actions. */
class Player {
  readonly #world: World;
  readonly #subscriber: Subscriber;
  readonly #sales: ReadonlyMap<string, ReturnType<typeof salesOf>[number]>;

  constructor(plan: DayPlan, world: World) {
    this.#world = world;
    this.#subscriber = new Subscriber(world);
    this.#sales = new Map(salesOf(plan).map((sale) => [sale.paymentRequestId, sale]));
  }

  async perform(action: Action): Promise<Outcome> {
    const { parties } = this.#world;
    switch (action.act) {
      case "SELL":
        return this.#sell(action);
      case "SCAN":
        return this.#scan(action);
      case "SAY":
        return this.#say(action);
      case "VISIT":
        return this.#visit(action);
      case "INQUIRE":
        return { reply: await parties.inquire(action.sale, action.fault) };
      case "CANCEL":
        return { reply: await parties.cancel(action.sale, action.fault) };
      case "REFUND": {
        const { refundRequestId, refundAmount } = action;
        return { reply: await parties.refund(action.sale, { refundRequestId, refundAmount }, action.fault) };
      }
      case "PAY_AGAIN":
        return this.#payAgain(action);
      case "ARRIVE_AGAIN":
        return this.#arriveAgain(action);
      case "PAY":
        return { reply: await parties.pay(action.payment, this.#world.timeMs) };
      case "RETRIEVE":
      case "ESCALATE":
      case "ANSWER_DISPUTES":
        return performDispute(parties, action);
      case "CHANGE_CUSTOMER":
      case "CHANGE_MARKET":
      case "ADD_FAULT":
      case "END_FAULTS":
      case "WAIT":
      case "WAIT_UNTIL":
      case "WAIT_DAYS":
      case "KILL":
        return this.#change(action);
      default:
        return this.#subscriber.perform(action);
    }
  }

  /** What concerns the day itself: done once the gateway is up, and skipped when it goes down meanwhile. */
  async #change(action: Change): Promise<Outcome> {
    const { parties } = this.#world;
    await this.#world.untilUp();
    switch (action.act) {
      case "CHANGE_CUSTOMER":
        return unanswered(parties.changeCustomer(action.customerId, action.settings));
      case "CHANGE_MARKET":
        return unanswered(parties.putMarket(action.market));
      case "ADD_FAULT":
        return unanswered(parties.addFault(action.rule));
      case "END_FAULTS":
        return unanswered(parties.endFaults());
      case "WAIT":
        return unanswered(this.#world.advance(action.durationMs));
      case "WAIT_UNTIL":
        return unanswered(this.#world.advanceToMinute(action.minuteOfDay));
      case "WAIT_DAYS":
        return unanswered(this.#world.advanceDays(action.days));
      case "KILL":
        return unanswered(this.#world.kill());
    }
  }

  async #sell({ sale, fault }: Extract<Action, { act: "SELL" }>): Promise<Outcome> {
    const { parties, timeMs } = this.#world;
    const { timeLimitMs, customerId, scenario } = sale;
    const expiry = timeLimitMs === undefined ? {} : { paymentExpiryTime: new Date(timeMs + timeLimitMs).toISOString() };
    if (scenario !== "PaymentCode") return { reply: await parties.sell(sale, expiry, fault) };
    const paymentCode = await parties.paymentCode(customerId);
    if (paymentCode === undefined) return { skipped: "the customer's wallet had no code to show" };
    return { reply: await parties.sell(sale, { ...expiry, paymentCode }, fault) };
  }

  async #scan({ sale, customerId }: Extract<Action, { act: "SCAN" }>): Promise<Outcome> {
    const shown = await this.#saleNow(sale);
    const code = shown?.codeValue ?? shown?.paymentUrl;
    if (code === undefined) return { skipped: "the merchant shows no code" };
    const { parties } = this.#world;
    const codeAtCashier = URL.canParse(code) ? codeValueIn(new URL(code)) : undefined;
    if (codeAtCashier !== undefined) return { reply: await parties.openCashierOrder(customerId, codeAtCashier) };
    return { reply: await parties.scan(customerId, code) };
  }

  /** The entry code is an address; the page that the sandbox serves for it takes the amount. */
  async #visit({ storeId, customerId, visit }: Extract<Action, { act: "VISIT" }>): Promise<Outcome> {
    const { parties } = this.#world;
    const opened = (await parties.scan(customerId, `${SHOP_URL}${storeId}`))?.body as Scanned | undefined;
    if (opened?.userAgent === undefined) return { skipped: "the wallet opens no page" };
    const paymentUrl = await parties.visitShop(storeId, visit, opened.userAgent);
    if (paymentUrl === undefined) return { skipped: "the shop sells nothing" };
    const scanned = (await parties.scan(customerId, paymentUrl))?.body as Scanned | undefined;
    const paymentId = scanned?.payment?.paymentRequestId;
    if (paymentId === undefined) return { skipped: "the wallet shows no payment" };
    return { reply: await parties.say(visit.word, paymentId, customerId) };
  }

  async #say({ sale, customerId, word }: Extract<Action, { act: "SAY" }>): Promise<Outcome> {
    const paymentId = (await this.#saleNow(sale))?.paymentId;
    if (paymentId === undefined) return { skipped: "the customer knows no such payment" };
    return { reply: await this.#world.parties.say(word, paymentId, customerId) };
  }

  /** A pay that never got through must not arrive for the first time with another amount: no acquirer has sent that. */
  async #payAgain({ sale, isChanged }: Extract<Action, { act: "PAY_AGAIN" }>): Promise<Outcome> {
    const sent = await this.#lastMessage("ACQP", "pay", sale);
    if (!sent) return { skipped: "the acquirer has sent no pay" };
    const known = isChanged ? await this.#world.parties.networkPayment(sale).catch(() => undefined) : undefined;
    if (isChanged && !known) return { skipped: "the first pay has not arrived" };
    const body = isChanged ? withOtherAmount(sent.body, "paymentAmount") : sent.body;
    const api = this.#sales.get(sale)?.interface ?? "TODAY";
    return { reply: await this.#world.parties.payAsAcquirer(api, body, this.#world.timeMs) };
  }

  /** As above: what is changed must be a repeat. */
  async #arriveAgain(action: Extract<Action, { act: "ARRIVE_AGAIN" }>): Promise<Outcome> {
    const { sale, interface: interfaceName, change } = action;
    const paymentId = (await this.#saleNow(sale))?.paymentId;
    const sent = paymentId === undefined ? undefined : await this.#lastMessage("Alipay+", interfaceName, paymentId);
    if (!sent) return { skipped: "Alipay+ has sent no such message" };
    const body = change === undefined ? sent.body : changedBody(interfaceName, sent.body, change);
    if (body !== sent.body && !sent.isAnswered) return { skipped: "the first message was not answered" };
    return { reply: await this.#world.parties.sendToWallet(interfaceName, body) };
  }

  #saleNow(sale: string): Promise<SaleView | undefined> {
    return this.#world.parties.sale(sale).catch(() => undefined);
  }

  #lastMessage(from: string, interfaceName: string, id: string) {
    return this.#world.parties.lastMessage(from, interfaceName, `"paymentRequestId":"${id}"`).catch(() => undefined);
  }
}

/** A change of the day has no answer of interest. One that was lost in a kill is not made. */
async function unanswered(change: Promise<void>): Promise<Outcome> {
  try {
    await change;
    return {};
  } catch (error) {
    if (error instanceof LostCall) return { skipped: error.message };
    throw error;
  }
}

/** The sale in an answer about one. */
export function saleIn({ action, reply }: Event): SaleView | undefined {
  const isAboutSale = ["SELL", "INQUIRE", "CANCEL", "REFUND"].includes(action.act);
  return isAboutSale && reply?.status === 200 ? (reply.body as SaleView) : undefined;
}

/** The payment in an answer of the wallet. */
export function walletPaymentIn({ action, reply }: Event): WalletView | undefined {
  if (reply?.status !== 200) return undefined;
  if (action.act === "SAY") return reply.body as WalletView;
  return action.act === "SCAN" ? (reply.body as { readonly payment?: WalletView }).payment : undefined;
}

/** A final answer to a pay: the whole body, which each repeat must have again. */
export type FinalAnswer = {
  readonly body: string;
  readonly result: Result;
  /** The wallet's id. */
  readonly paymentId: string | undefined;
};

/** Every final answer to the pay of a payment, in the order in which they came. */
export function finalAnswersTo(events: readonly Event[], paymentRequestId: string): readonly FinalAnswer[] {
  return events.flatMap(({ action, reply }) => {
    if (action.act !== "PAY" || action.payment.paymentRequestId !== paymentRequestId) return [];
    if (reply?.status !== 200) return [];
    const body = reply.body as string;
    const { result, paymentId } = JSON.parse(body) as { readonly result: Result; readonly paymentId?: string };
    return result.resultStatus === "U" ? [] : [{ body, result, paymentId }];
  });
}
