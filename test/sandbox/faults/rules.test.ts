/** The endpoints of faults: a developer adds, lists and ends rules. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FAULT_NAMES } from "../../../sandbox/faults/catalogue.ts";
import { hkd } from "../../support/amounts.ts";
import { newId } from "../../support/sandbox/acquirer.ts";
import { activateFault, develop, endAllFaults, type RuleReply, type Shown } from "../../support/sandbox/faults.ts";
import { codeOf, type ErrorReply, openCustomer, pay } from "../../support/sandbox/sandbox.ts";

type FaultsReply = {
  readonly rules: readonly RuleReply[];
  readonly catalogue: readonly {
    readonly fault: string;
    readonly links: readonly string[];
    readonly delayMs?: string;
    readonly what: string;
  }[];
};

const faults = () => develop<FaultsReply>("GET", "/faults");

beforeEach(endAllFaults);
afterEach(endAllFaults);

describe("GET /sandbox/faults", () => {
  it("lists every fault with its links and a sentence, and the rules in their order [SBX-10]", async () => {
    const first = await activateFault("ANSWER_LOST");
    const second = await activateFault("REORDERED", { delayMs: 500, times: 2, interface: "pay" });
    const { catalogue, rules } = await faults();
    // The core is embedded in this gateway: no fault is on its link alone.
    expect(catalogue.map(({ fault }) => fault)).toEqual(FAULT_NAMES.filter((name) => name !== "ANSWER_GARBLED"));
    expect(catalogue[0]).toEqual({
      fault: "ANSWER_LOST",
      links: ["ALIPAYPLUS_TO_MPP", "MPP_TO_ALIPAYPLUS", "ACQP_TO_ALIPAYPLUS", "ALIPAYPLUS_TO_ACQP"],
      what: expect.any(String),
    });
    const slow = catalogue.filter(({ delayMs }) => delayMs === "3000").map(({ fault }) => fault);
    expect(slow).toEqual(["ANSWER_DELAYED", "REQUEST_DELAYED", "REORDERED"]);
    expect(rules).toEqual([
      { ruleId: first.ruleId, fault: "ANSWER_LOST" },
      { ruleId: second.ruleId, fault: "REORDERED", delayMs: "500", times: "2", interface: "pay" },
    ]);
  });
});

describe("POST /sandbox/faults", () => {
  it("is active for so many messages, and shows how many are left [SBX-14]", async () => {
    const customerId = await openCustomer();
    await activateFault("ANSWER_LOST", { link: "ALIPAYPLUS_TO_MPP", interface: "pay", times: "2" });
    const codes: string[] = [];
    const left: (string | undefined)[] = [];
    for (const _ of [1, 2, 3]) {
      codes.push((await pay(customerId, hkd("100"))).result.resultCode);
      left.push((await faults()).rules[0]?.times);
    }
    expect(codes).toEqual(["UNKNOWN_EXCEPTION", "UNKNOWN_EXCEPTION", "SUCCESS"]);
    expect(left).toEqual(["1", undefined, undefined]);
  });

  it("gives way to the header of a message, and is not used up by it [SBX-14]", async () => {
    await activateFault("ANSWER_LOST", { interface: "inquiryPayment", times: "1" });
    const asked = await develop<Shown>("POST", "/inquiryPayment", { paymentRequestId: newId() }, "HTTP_500");
    expect(asked.exchange.fault).toBe("HTTP_500");
    const struck = await develop<Shown>("POST", "/inquiryPayment", { paymentRequestId: newId() });
    expect(struck.exchange.fault).toBe("ANSWER_LOST");
  });

  it("decides by a seed in the same way for the same messages [SBX-15]", async () => {
    const struck = async (seed: string) => {
      const { ruleId } = await activateFault("TRAFFIC_LIMIT", {
        interface: "inquiryPayment",
        probability: "0.5",
        seed,
      });
      const decided: boolean[] = [];
      for (let count = 0; count < 16; count += 1) {
        const { exchange } = await develop<Shown>("POST", "/inquiryPayment", { paymentRequestId: newId() });
        decided.push(exchange.fault !== undefined);
      }
      await develop("DELETE", `/faults/${ruleId}`);
      return decided;
    };
    const first = await struck("a seed");
    expect(new Set(first)).toEqual(new Set([true, false]));
    expect(await struck("a seed")).toEqual(first);
    expect(await struck("another seed")).not.toEqual(first);
  });

  it("shows a seed also where the request has none, so that the run can be repeated [SBX-15]", async () => {
    expect((await activateFault("HTTP_500", { probability: "0.25" })).seed).toMatch(/^[0-9a-f]{32}$/);
  });

  it.each<[string, object]>([
    ["fault", {}],
    ["fault", { fault: "NO_SUCH" }],
    ["fault", { fault: "toString" }],
    ["link", { fault: "HTTP_500", link: "MPP_TO_ACQP" }],
    ["link", { fault: "CANCEL_OVERTAKES_PAY", link: "ACQP_TO_ALIPAYPLUS" }],
    ["interface", { fault: "HTTP_500", interface: "payy" }],
    ["interface", { fault: "CANCEL_OVERTAKES_PAY", interface: "refund" }],
    ["interface", { fault: "HTTP_500", link: "ALIPAYPLUS_TO_ACQP", interface: "pay" }],
    ["link", { fault: "HTTP_500", link: "MPP_TO_CORE" }],
    ["link", { fault: "U_FOREVER", link: "MPP_TO_CORE" }],
    ["fault", { fault: "ANSWER_GARBLED" }],
    ["interface", { fault: "HTTP_500", interface: "debit" }],
    ["times", { fault: "HTTP_500", times: "0" }],
    ["times", { fault: "HTTP_500", times: true }],
    ["times", { fault: "HTTP_500", times: "1000001" }],
    ["delayMs", { fault: "ANSWER_DELAYED", delayMs: "60001" }],
    ["delayMs", { fault: "ANSWER_DELAYED", delayMs: "-1" }],
    ["delayMs", { fault: "HTTP_500", delayMs: "1" }],
    ["probability", { fault: "HTTP_500", probability: "0" }],
    ["probability", { fault: "HTTP_500", probability: "0.0" }],
    ["probability", { fault: "HTTP_500", probability: "1.1" }],
    ["probability", { fault: "HTTP_500", probability: "1e-3" }],
    ["seed", { fault: "HTTP_500", seed: "x" }],
    ["seed", { fault: "HTTP_500", probability: "0.5", seed: "x".repeat(65) }],
    ["speed", { fault: "HTTP_500", speed: "1" }],
  ])("refuses an illegal %s: %j", async (parameter, wish) => {
    const refused = await develop<{ error: { code: string; message: string } }>("POST", "/faults", wish);
    expect(refused).toMatchObject({ httpStatus: 400, error: { code: "PARAM_ILLEGAL" } });
    expect(refused.error.message.startsWith(`Illegal parameter ${parameter}: `)).toBe(true);
    expect(refused.error.message).not.toMatch(/Invalid input|Unrecognized/);
    expect((await faults()).rules).toEqual([]);
  });

  it("says that there is no link to a core that is embedded, by a rule and by a header", async () => {
    const wish = { fault: "HTTP_500", link: "MPP_TO_CORE" };
    const refusals = [
      await develop<ErrorReply>("POST", "/faults", wish),
      await develop<ErrorReply>("POST", "/cancelPayment", { paymentRequestId: newId() }, "HTTP_500; link=MPP_TO_CORE"),
    ];
    for (const { error } of refusals) expect(error.message).toContain("start it with CORE=HTTP");
  });

  it("keeps at most 50 rules", async () => {
    for (let count = 0; count < 50; count += 1) await activateFault("U_FOREVER", { interface: "consultPayment" });
    const refused = await develop("POST", "/faults", { fault: "HTTP_500" });
    expect(refused).toMatchObject({ httpStatus: 429, error: { code: "TOO_MANY_RULES" } });
    expect((await faults()).rules).toHaveLength(50);
  });
});

describe("DELETE /sandbox/faults", () => {
  it("ends one rule by its id, or all of them", async () => {
    const { ruleId } = await activateFault("HTTP_500");
    const kept = await activateFault("ANSWER_LOST");
    expect(await develop("DELETE", `/faults/${ruleId}`)).toMatchObject({ rules: [{ ruleId: kept.ruleId }] });
    expect(await develop("DELETE", `/faults/${ruleId}`)).toMatchObject({
      httpStatus: 404,
      error: { code: "RULE_UNKNOWN" },
    });
    expect(await develop("DELETE", "/faults")).toMatchObject({ rules: [] });
  });

  it("lets messages pass as they are from then on", async () => {
    const { ruleId } = await activateFault("TRAFFIC_LIMIT", { link: "ALIPAYPLUS_TO_MPP" });
    const customerId = await openCustomer();
    expect((await pay(customerId, hkd("1"))).result.resultCode).toBe("REQUEST_TRAFFIC_EXCEED_LIMIT");
    await develop("DELETE", `/faults/${ruleId}`);
    const { exchange, result } = await pay(customerId, hkd("1"), { paymentCode: await codeOf(customerId) });
    expect(result.resultCode).toBe("SUCCESS");
    expect(exchange).not.toHaveProperty("fault");
  });
});
