/** Active rules of faults: which messages they match, how often they strike, and draws that a seed repeats. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ACQUIRER_API } from "../../../sandbox/alipayplus/for-acquirers/interfaces.ts";
import { OLDER_API } from "../../../sandbox/alipayplus/for-acquirers/older/interfaces.ts";
import { WALLET_API } from "../../../sandbox/alipayplus/for-wallets/interfaces.ts";
import type { Api } from "../../../sandbox/alipayplus/interface.ts";
import { INTERFACE_NAMES } from "../../../sandbox/alipayplus/message.ts";
import { CATALOGUE, FAULT_NAMES, isPossible } from "../../../sandbox/faults/catalogue.ts";
import type { Fault } from "../../../sandbox/faults/fault.ts";
import { LINK_INTERFACES, LINKS } from "../../../sandbox/faults/links.ts";
import { type PassingMessage, type Rule, strike } from "../../../sandbox/faults/rules.ts";
import { drawStateOf } from "../../../sandbox/rehearsal/draw.ts";

const ANY_MESSAGE: fc.Arbitrary<PassingMessage> = fc.constantFrom(...LINKS).chain((link) =>
  fc.record({
    link: fc.constant(link),
    interface: fc.constantFrom(...LINK_INTERFACES[link]),
    isOlder: fc.boolean(),
    isSpared: fc.boolean(),
  }),
);

const PAY: PassingMessage = { link: "ALIPAYPLUS_TO_MPP", interface: "pay", isSpared: false };

function ruleOf(changes: Partial<Rule>): Rule {
  return { ruleId: "1", name: "ANSWER_LOST", delayMs: 0, ...changes };
}

function randomOf(seed: string, probability: number) {
  return { seed, probability, probabilityText: String(probability), drawState: drawStateOf(seed) };
}

/** What the rules do to one message after the other. */
function run(rules: readonly Rule[], messages: readonly PassingMessage[]) {
  const faults: (Fault | undefined)[] = [];
  let left = rules;
  for (const message of messages) {
    const after = strike(left, message);
    faults.push(after.fault);
    left = after.rules;
  }
  return { faults, left };
}

const namesOf = (faults: readonly (Fault | undefined)[]) => faults.map((fault) => fault?.name);

describe("the catalogue", () => {
  it("knows the interfaces of every link as they are called and served", () => {
    const served = (api: Api) => [...api.interfaces.values()].map(({ name }) => name);
    expect(LINK_INTERFACES.ALIPAYPLUS_TO_MPP).toEqual(INTERFACE_NAMES);
    expect(LINK_INTERFACES.MPP_TO_ALIPAYPLUS.toSorted()).toEqual(served(WALLET_API).toSorted());
    expect(LINK_INTERFACES.ACQP_TO_ALIPAYPLUS).toEqual(served(ACQUIRER_API));
    expect(LINK_INTERFACES.ACQP_TO_ALIPAYPLUS).toEqual(expect.arrayContaining(served(OLDER_API)));
  });

  it.each(FAULT_NAMES)("%s exists for a message of each of its links [SBX-10]", (name) => {
    for (const link of CATALOGUE[name].links) {
      const isPossibleSomewhere = LINK_INTERFACES[link].some((interfaceName) =>
        isPossible(name, { link, interface: interfaceName, isOlder: true }),
      );
      expect(isPossibleSomewhere).toBe(true);
    }
    expect(CATALOGUE[name].what).toMatch(/^[A-Z].*\.$/);
  });
});

describe("a rule", () => {
  it("strikes exactly as often as it says, and is gone then", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 40 }), (times, count) => {
        const { faults, left } = run([ruleOf({ timesLeft: times })], Array<PassingMessage>(count).fill(PAY));
        expect(namesOf(faults).filter((name) => name !== undefined)).toHaveLength(Math.min(times, count));
        expect(left).toEqual(times > count ? [ruleOf({ timesLeft: times - count })] : []);
      }),
    );
  });

  it("is done only where it is about the message and the fault exists", () => {
    const scopes = fc.record({
      name: fc.constantFrom(...FAULT_NAMES),
      link: fc.option(fc.constantFrom(...LINKS), { nil: undefined }),
      interface: fc.option(fc.constantFrom("pay", "refund", "notifyPayment"), { nil: undefined }),
    });
    fc.assert(
      fc.property(scopes, ANY_MESSAGE, ({ name, link, interface: interfaceName }, message) => {
        const rule = ruleOf({
          name,
          ...(link && { link }),
          ...(interfaceName !== undefined && { interface: interfaceName }),
        });
        const { fault } = strike([rule], message);
        const isMeant =
          (link === undefined || link === message.link) &&
          (interfaceName === undefined || interfaceName === message.interface) &&
          isPossible(name, message);
        const isOver = message.isSpared && CATALOGUE[name].effect.does === "REPLACED_ONCE";
        expect(fault?.name).toBe(isMeant && !isOver ? name : undefined);
      }),
    );
  });

  it("gives way to those that were made before it, and neither counts nor draws then", () => {
    const first = ruleOf({ timesLeft: 2 });
    const second = ruleOf({ ruleId: "2", name: "HTTP_500", timesLeft: 1, random: randomOf("x", 1) });
    const { faults, left } = run([first, second], [PAY, PAY]);
    expect(namesOf(faults)).toEqual(["ANSWER_LOST", "ANSWER_LOST"]);
    expect(left).toEqual([second]);
  });

  it("that is done once spares the repeat, and is not used up by it", () => {
    const rule = ruleOf({ name: "U_THEN_S", timesLeft: 2 });
    const { faults, left } = run([rule], [PAY, { ...PAY, isSpared: true }]);
    expect(namesOf(faults)).toEqual(["U_THEN_S", undefined]);
    expect(left).toEqual([{ ...rule, timesLeft: 1 }]);
  });
});

describe("a probability", () => {
  const messages = Array<PassingMessage>(200).fill(PAY);
  const run200 = (seed: string, probability: number) =>
    namesOf(run([ruleOf({ random: randomOf(seed, probability) })], messages).faults);
  const seeds = fc.string({ minLength: 1, maxLength: 64 });

  it("decides the same way for the same seed and the same sequence of messages", () => {
    fc.assert(
      fc.property(seeds, fc.double({ min: 0.01, max: 1, noNaN: true }), (seed, probability) => {
        expect(run200(seed, probability)).toEqual(run200(seed, probability));
      }),
    );
  });

  it("does not depend on messages that the rule is not about", () => {
    const others = fc.array(ANY_MESSAGE, { maxLength: 200 });
    fc.assert(
      fc.property(seeds, others, (seed, between) => {
        const rule = ruleOf({ link: PAY.link, interface: "pay", random: randomOf(seed, 0.5) });
        const foreign = between.filter((message) => message.link !== PAY.link || message.interface !== "pay");
        const mixed = messages.flatMap((message, index) => [...foreign.slice(index, index + 1), message]);
        const { faults } = run([rule], mixed);
        expect(namesOf(faults.filter((_, index) => mixed[index] === PAY))).toEqual(
          namesOf(run([rule], messages).faults),
        );
      }),
    );
  });

  it("of 1 strikes always, and others about as often as they say", () => {
    expect(run200("seed", 1)).not.toContain(undefined);
    for (const probability of [0.1, 0.25, 0.5, 0.9]) {
      const strikes = Array.from({ length: 50 }, (_, index) => run200(`seed ${index}`, probability)).flat();
      const share = strikes.filter((name) => name !== undefined).length / strikes.length;
      // 10,000 draws: four standard deviations are 0.02 at the most. The seeds are fixed.
      expect(Math.abs(share - probability)).toBeLessThan(0.02);
    }
  });

  it("decides otherwise for another seed", () => {
    expect(run200("one", 0.5)).not.toEqual(run200("two", 0.5));
  });
});
