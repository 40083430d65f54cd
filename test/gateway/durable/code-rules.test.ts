/** The code rules of Alipay+: fetched once for all, kept through every failure. Source: docs/spec/code-rules.md. */
import { createScheduledController } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, expect, it, vi } from "vitest";
import { CODE_RULES_AGE_MS } from "../../../durable/code-rules/object.ts";
import worker from "../../../worker/index.ts";
import { newId } from "../../support/alipayplus.ts";
import {
  type Answering,
  type Asked,
  pathOf,
  playAlipayPlus,
  resultOf,
  SUCCESS,
} from "../../support/alipayplus-answers.ts";
import { setAlipayPlus } from "../../support/alipayplus-binding.ts";
import { standTheClock } from "../../support/clock.ts";

const PATH = pathOf("codes/inquiryCodeRules");

standTheClock();

afterEach(() => setAlipayPlus());

function rule(prefix: string) {
  return {
    codeMatchPattern: { matchMethod: "PREFIX", prefix, priority: "1" },
    postCodeMatchAction: { postCodeMatchActionType: "DECODE" },
  };
}

function rulesAnswer(version: string | undefined, ...prefixes: string[]) {
  return { result: SUCCESS, version, codeRules: prefixes.map(rule) };
}

function play(answering: Answering): Asked[] {
  return playAlipayPlus({ [PATH]: answering });
}

/** An object that has no rules yet. */
function newCodeRules() {
  return env.CODE_RULES.getByName(newId("code-rules"));
}

function known(revision: number, ...prefixes: string[]) {
  return { outcome: "KNOWN", revision, rules: JSON.stringify(prefixes.map(rule)) };
}

function passTime(durationMs: number): void {
  vi.setSystemTime(Date.now() + durationMs);
}

it("rules are fetched when there are none, and kept", async () => {
  const asked = play(() => rulesAnswer("1", "281"));
  const rules = newCodeRules();
  expect(await rules.current()).toEqual(known(1, "281"));
  expect(await rules.current()).toEqual(known(1, "281"));
  expect(asked).toEqual([{ path: PATH, body: {}, verified: true }]);
});

it("an isolate that knows the revision gets no rules again", async () => {
  play(() => rulesAnswer("1", "281"));
  const rules = newCodeRules();
  expect(await rules.current(1)).toEqual({ outcome: "UNCHANGED" });
  expect(await rules.current(7)).toEqual(known(1, "281"));
});

it("a hundred scans at once ask Alipay+ once", async () => {
  const asked = play(() => rulesAnswer("1", "281"));
  const rules = newCodeRules();
  const replies = await Promise.all(Array.from({ length: 100 }, () => rules.current()));
  expect(replies).toEqual(replies.map(() => known(1, "281")));
  expect(asked).toHaveLength(1);
});

it.each([
  ["codeRules that are the rules", { codeRules: [rule("1"), rule("2")] }],
  [
    "codeRules that hold them",
    { codeRules: [{ codeIdentificationRules: [rule("1")] }, { codeIdentificationRules: [rule("2")] }] },
  ],
  ["codeIdentificationRules alone", { codeIdentificationRules: [rule("1"), rule("2")] }],
])("%s are read", async (_shape, lists) => {
  play(() => ({ result: SUCCESS, version: "1", ...lists }));
  expect(await newCodeRules().current()).toEqual(known(1, "1", "2"));
});

it("a number or null in a rule is read as Alipay+ means it", async () => {
  const pattern = { matchMethod: "PREFIX", prefix: "281", priority: 5, regex: null };
  play(() => ({ result: SUCCESS, codeRules: [{ ...rule("281"), codeMatchPattern: pattern }] }));
  const read = { ...rule("281"), codeMatchPattern: { matchMethod: "PREFIX", prefix: "281", priority: "5" } };
  expect(await newCodeRules().current()).toEqual({ outcome: "KNOWN", revision: 1, rules: JSON.stringify([read]) });
});

it("rules are fetched again once they are half a day old, not before [RUL-01]", async () => {
  const asked = play(() => rulesAnswer(`version ${asked.length}`, String(asked.length)));
  const rules = newCodeRules();
  await rules.current();
  passTime(CODE_RULES_AGE_MS - 1);
  await rules.refresh();
  expect(asked).toHaveLength(1);
  passTime(1);
  await rules.refresh();
  expect(await rules.current(1)).toEqual(known(2, "2"));
});

it("the same version only moves the time of the fetch [RUL-01]", async () => {
  const asked = play(() => rulesAnswer("1", String(asked.length)));
  const rules = newCodeRules();
  await rules.current();
  passTime(CODE_RULES_AGE_MS);
  await rules.refresh();
  await rules.refresh();
  expect(asked).toHaveLength(2);
  expect(await rules.current()).toEqual(known(1, "1"));
});

it("rules without a version are taken as new ones", async () => {
  const asked = play(() => rulesAnswer(undefined, String(asked.length)));
  const rules = newCodeRules();
  await rules.current();
  passTime(CODE_RULES_AGE_MS);
  await rules.refresh();
  expect(await rules.current()).toEqual(known(2, "2"));
});

it.each<[string, Answering]>([
  ["no rule", () => ({ result: SUCCESS, version: "2", codeRules: [] })],
  ["no list", () => ({ result: SUCCESS, version: "2" })],
  ["no usable rule", () => ({ result: SUCCESS, version: "2", codeRules: [{ codeMatchPattern: "281" }] })],
  ["F", () => resultOf("F", "ACCESS_DENIED")],
  ["U", () => resultOf("U", "UNKNOWN_EXCEPTION")],
  ["no connection", () => Promise.reject(new Error("lost"))],
])("with %s the old rules stay [RUL-02]", async (_what, answering) => {
  const rules = newCodeRules();
  play(() => rulesAnswer("1", "281"));
  await rules.current();
  passTime(CODE_RULES_AGE_MS);
  play(answering);
  await rules.refresh();
  expect(await rules.current()).toEqual(known(1, "281"));
});

it("one rule with a mistake is logged, and the others are used", async () => {
  play(() => ({ result: SUCCESS, codeRules: [{ codeMatchPattern: "281" }, rule("282")] }));
  const reply = await newCodeRules().current();
  expect(reply).toMatchObject({ outcome: "KNOWN", rules: expect.stringContaining('"282"') });
});

it("after a failure Alipay+ is not asked for a while: 5, 10, 20, 40, then 60 seconds", async () => {
  const asked = play(() => resultOf("F", "ACCESS_DENIED"));
  const rules = newCodeRules();
  expect(await rules.current()).toEqual({ outcome: "UNAVAILABLE" });
  for (const [index, pauseMs] of [5_000, 10_000, 20_000, 40_000, 60_000, 60_000].entries()) {
    passTime(pauseMs - 1);
    expect(await rules.current()).toEqual({ outcome: "UNAVAILABLE" });
    expect(asked).toHaveLength(index + 1);
    passTime(1);
    await rules.current();
    expect(asked).toHaveLength(index + 2);
  }
  play(() => rulesAnswer("1", "281"));
  passTime(60_000);
  expect(await rules.current()).toEqual(known(1, "281"));
});

it("the sweep fetches old rules, and none for a wallet that never scans", async () => {
  const asked = play(() => rulesAnswer("1", "281"));
  const sweep = () => worker.scheduled(createScheduledController({ scheduledTime: new Date() }), env);
  await sweep();
  expect(asked).toHaveLength(0);
  await env.CODE_RULES.getByName("code-rules").current();
  passTime(CODE_RULES_AGE_MS);
  await sweep();
  expect(asked).toHaveLength(2);
});
