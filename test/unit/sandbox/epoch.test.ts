/** What began before a reset reaches nothing after it (sandbox/rehearsal/epoch.ts). */
import { afterEach, describe, expect, it } from "vitest";
import {
  assertAlive,
  beginLife,
  betweenResets,
  endLife,
  LifeIsOver,
  ofThisLife,
  unbound,
  whenAlive,
} from "../../../sandbox/rehearsal/epoch.ts";

const environment = { VARIABLE: "text", BINDING: { number: 7, get: (name: string) => `${name} of binding` } };

afterEach(() => beginLife());

describe("the environment of a request", () => {
  it("is the same as without, and one object for the whole life", () => {
    const bound = ofThisLife(environment);
    expect([bound.VARIABLE, bound.BINDING.number, bound.BINDING.get("name")]).toEqual(["text", 7, "name of binding"]);
    expect(ofThisLife(environment)).toBe(bound);
    expect(unbound(bound)).toBe(environment);
  });

  it("leads nowhere from the end of its life on, also what was taken out of it before", () => {
    const bound = ofThisLife(environment);
    const { BINDING } = bound;
    endLife();
    expect(() => BINDING.get("name")).toThrow(LifeIsOver);
    expect(() => ofThisLife(environment)).toThrow(LifeIsOver);
    beginLife();
    expect(() => BINDING.get("name")).toThrow(LifeIsOver);
    expect(() => assertAlive(bound)).toThrow(LifeIsOver);
    const next = ofThisLife(environment);
    expect(next === bound).toBe(false);
    expect(next.BINDING.get("name")).toBe("name of binding");
    assertAlive(next);
  });
});

it("the environment of an object leads nowhere while a reset runs, and somewhere again after it", () => {
  const { BINDING } = betweenResets(environment);
  expect(BINDING.get("name")).toBe("name of binding");
  endLife();
  expect(() => BINDING.get("name")).toThrow(LifeIsOver);
  beginLife();
  expect(BINDING.get("name")).toBe("name of binding");
  expect(betweenResets(environment).BINDING).toBe(BINDING);
});

it("what comes during a reset waits for the next life", async () => {
  endLife();
  let isDone = false;
  const waiting = whenAlive(() => {
    isDone = true;
    return ofThisLife(environment).VARIABLE;
  });
  await scheduler.wait(50);
  expect(isDone).toBe(false);
  beginLife();
  expect(await waiting).toBe("text");
});
