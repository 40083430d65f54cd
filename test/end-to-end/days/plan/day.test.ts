/** A day's plan: worked out from its seed alone, and full of all that a day can have. */
import { describe, expect, it } from "vitest";
import { CORE_FAULTS, withCoreFaults } from "./core-faults.ts";
import { planDay } from "./day.ts";
import { FAULT_LINKS } from "./faults.ts";
import { type Action, salesOf } from "./plan.ts";
import { seedOfDay } from "./seeds.ts";

const SEEDS = Array.from({ length: 400 }, (_, day) => seedOfDay(20_261_125, day));
const plans = SEEDS.map(planDay);
const actions = plans.flatMap(({ steps }) => steps.flatMap((step) => step.actions));

function faultsIn(all: readonly Action[]): ReadonlySet<string> {
  const names = all.flatMap((action) => {
    if (action.act === "ADD_FAULT") return [action.rule.fault];
    return "fault" in action && action.fault ? [action.fault.fault] : [];
  });
  return new Set(names);
}

describe("the plan of a day", () => {
  it("is the same for the same seed, and another for another [SBX-34]", () => {
    expect(SEEDS.map(planDay)).toEqual(plans);
    expect(new Set(plans.map((plan) => JSON.stringify(plan))).size).toBe(plans.length);
  });

  it("has ten actions of sales or more, between two customers or more", () => {
    for (const { steps, customers } of plans) {
      const ofSales = steps.flatMap((step) => step.actions).filter((action) => "sale" in action);
      expect(ofSales.length).toBeGreaterThanOrEqual(10);
      expect(ofSales.length).toBeLessThanOrEqual(80);
      expect(customers.length).toBeGreaterThanOrEqual(2);
    }
  });

  it("has ids that no other has", () => {
    const debits = actions.flatMap((action) => (action.act === "DEBIT" ? [action.paymentRequestId] : []));
    const ids = [...plans.flatMap((plan) => salesOf(plan).map(({ paymentRequestId }) => paymentRequestId)), ...debits];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("sells first what it then acts upon", () => {
    for (const { steps } of plans) {
      const sold = new Set<string>();
      for (const action of steps.flatMap((step) => step.actions)) {
        if (action.act === "SELL") sold.add(action.sale.paymentRequestId);
        else if (action.act === "DEBIT") sold.add(action.paymentRequestId);
        else if ("sale" in action) expect(sold).toContain(action.sale);
      }
    }
  });

  it("subscribes first whom it then debits", () => {
    for (const { steps } of plans) {
      const subscribed = new Set<string>();
      for (const action of steps.flatMap((step) => step.actions)) {
        if (action.act === "SUBSCRIBE") subscribed.add(action.subscription.subscriptionId);
        else if ("subscription" in action) expect(subscribed).toContain(action.subscription);
      }
    }
  });

  it("has debits at the same moment as a refresh and as both ways to end a subscription", () => {
    const rivals = plans.flatMap(({ steps }) =>
      steps.flatMap(({ actions: [first, ...more] }) => (first?.act === "DEBIT" ? more.map(({ act }) => act) : [])),
    );
    for (const rival of ["DEBIT", "REFRESH", "UNSUBSCRIBE", "UNBIND", "SEND_AGAIN"]) expect(rivals).toContain(rival);
  });

  it("has rules for every message about an authorisation, and every answer to a dispute", () => {
    const messages = actions.flatMap((action) =>
      action.act === "ADD_FAULT" ? [`${action.rule.interface} ${action.rule.link}`] : [],
    );
    const asked = ["prepare", "applyToken", "cancelToken"];
    const wanted = [
      ...asked.flatMap((name) => [`${name} ALIPAYPLUS_TO_MPP`, `${name} ACQP_TO_ALIPAYPLUS`]),
      ...["authNotify", "consultUnbinding"].flatMap((name) => [
        `${name} MPP_TO_ALIPAYPLUS`,
        `${name} ALIPAYPLUS_TO_ACQP`,
      ]),
    ];
    expect(messages).toEqual(expect.arrayContaining(wanted));
    const answers = actions.flatMap((action) => (action.act === "ANSWER_DISPUTES" ? [action.answer] : []));
    expect(
      new Set(answers.map((answer) => ("refundType" in answer ? answer.refundType : answer.responseCode))),
    ).toEqual(new Set(["0001", "0002", "0003", "ACCEPT_REFUND", "ACCEPT_PARTIAL_REFUND", "REFUSE_REFUND"]));
  });

  it("knows every kind of action, every scenario, every fault and every link", () => {
    expect(new Set(actions.map(({ act }) => act))).toEqual(
      new Set([
        ...["SELL", "SCAN", "SAY", "INQUIRE", "CANCEL", "REFUND", "PAY_AGAIN", "ARRIVE_AGAIN", "VISIT"],
        ...[
          "SUBSCRIBE",
          "DECIDE",
          "DEBIT",
          "REFRESH",
          "SEND_AGAIN",
          "UNSUBSCRIBE",
          "UNBIND",
          "PAY_AFTER_END",
          "WAIT_DAYS",
        ],
        ...["RETRIEVE", "ESCALATE", "ANSWER_DISPUTES"],
        ...["CHANGE_CUSTOMER", "CHANGE_MARKET", "ADD_FAULT", "END_FAULTS", "WAIT", "WAIT_UNTIL", "KILL"],
      ]),
    );
    const sales = plans.flatMap(salesOf);
    expect(new Set(sales.map((sale) => `${sale.scenario} ${sale.interface}`)).size).toBe(7);
    const repeats = actions.flatMap((action) => (action.act === "ARRIVE_AGAIN" ? [action] : []));
    expect(new Set(repeats.map(({ change }) => typeof change))).toEqual(new Set(["undefined", "string", "object"]));
    expect(faultsIn(actions)).toEqual(new Set(Object.keys(FAULT_LINKS)));
    const links = actions.flatMap((action) => (action.act === "ADD_FAULT" ? [action.rule.link] : []));
    expect(new Set(links)).toEqual(new Set(Object.values(FAULT_LINKS).flat()));
  });

  it("challenges nothing but a pay of the older interface", () => {
    for (const action of actions) {
      if (!("fault" in action) || !action.fault?.fault.startsWith("CHALLENGE_")) continue;
      expect(action).toMatchObject({ act: "SELL", sale: { interface: "OLDER" } });
    }
  });

  it("has kills about one day of eight, before a step and while one is under way", () => {
    const isKilled = plans.filter(({ steps }) =>
      steps.some((step) => step.killAfterMs !== undefined || step.actions.some(({ act }) => act === "KILL")),
    );
    expect(isKilled.length).toBeGreaterThan(plans.length / 16);
    expect(isKilled.length).toBeLessThan(plans.length / 5);
    expect(plans.some(({ steps }) => steps.some(({ killAfterMs }) => killAfterMs !== undefined))).toBe(true);
  });
});

describe("the plan of a day with a core of the wallet's own", () => {
  const withCore = plans.map(withCoreFaults);
  const rulesOf = (plan: (typeof plans)[number]) =>
    plan.steps.flatMap((step) => step.actions.flatMap((action) => (action.act === "ADD_FAULT" ? [action.rule] : [])));

  it("is the same day, with every fault on the way to the core [SBX-34]", () => {
    expect(plans.map(withCoreFaults)).toEqual(withCore);
    for (const [index, plan] of withCore.entries()) {
      const isOfCore = ({ actions: [action] }: (typeof plan.steps)[number]) =>
        action?.act === "ADD_FAULT" && action.rule.link === "MPP_TO_CORE";
      expect(plan.steps.filter((step) => !isOfCore(step))).toEqual(plans[index]?.steps);
      expect(plan.steps.some(isOfCore)).toBe(true);
    }
    const ofCore = withCore.flatMap(rulesOf).filter(({ link }) => link === "MPP_TO_CORE");
    expect(new Set(ofCore.map(({ fault }) => fault))).toEqual(new Set(CORE_FAULTS));
  });
});

describe("the seeds of a run", () => {
  it("begin with the run's own, so that a day is played again alone [SBX-34]", () => {
    expect(seedOfDay(77, 0)).toBe(77);
    const seed = seedOfDay(77, 999);
    expect(planDay(seedOfDay(seed, 0))).toEqual(planDay(seed));
  });

  it("are different for every day, and none of a neighbour's", () => {
    const seeds = [1, 2].flatMap((runSeed) => Array.from({ length: 1_000 }, (_, day) => seedOfDay(runSeed, day)));
    expect(new Set(seeds).size).toBe(seeds.length);
  });
});
