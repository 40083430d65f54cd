/** What began before a reset reaches nothing after it (sandbox/rehearsal/epoch.ts). */
import { afterEach, describe, expect, it } from "vitest";
import {
  assertAlive,
  beginEpoch,
  betweenResets,
  EpochEnded,
  endEpoch,
  ofThisEpoch,
  unbound,
  whenAlive,
} from "../../../sandbox/rehearsal/epoch.ts";

const environment = { VARIABLE: "text", BINDING: { number: 7, get: (name: string) => `${name} of binding` } };

afterEach(() => beginEpoch());

describe("the environment of a request", () => {
  it("is the same as without, and one object for the whole epoch", () => {
    const bound = ofThisEpoch(environment);
    expect([bound.VARIABLE, bound.BINDING.number, bound.BINDING.get("name")]).toEqual(["text", 7, "name of binding"]);
    expect(ofThisEpoch(environment)).toBe(bound);
    expect(unbound(bound)).toBe(environment);
  });

  it("leads nowhere from the end of its epoch on, also what was taken out of it before", () => {
    const bound = ofThisEpoch(environment);
    const { BINDING } = bound;
    endEpoch();
    expect(() => BINDING.get("name")).toThrow(EpochEnded);
    expect(() => ofThisEpoch(environment)).toThrow(EpochEnded);
    beginEpoch();
    expect(() => BINDING.get("name")).toThrow(EpochEnded);
    expect(() => assertAlive(bound)).toThrow(EpochEnded);
    const next = ofThisEpoch(environment);
    expect(next === bound).toBe(false);
    expect(next.BINDING.get("name")).toBe("name of binding");
    assertAlive(next);
  });
});

it("the environment of an object leads nowhere while a reset runs, and somewhere again after it", () => {
  const { BINDING } = betweenResets(environment);
  expect(BINDING.get("name")).toBe("name of binding");
  endEpoch();
  expect(() => BINDING.get("name")).toThrow(EpochEnded);
  beginEpoch();
  expect(BINDING.get("name")).toBe("name of binding");
  expect(betweenResets(environment).BINDING).toBe(BINDING);
});

it("what comes during a reset waits for the next epoch", async () => {
  endEpoch();
  let isDone = false;
  const waiting = whenAlive(() => {
    isDone = true;
    return ofThisEpoch(environment).VARIABLE;
  });
  await scheduler.wait(50);
  expect(isDone).toBe(false);
  beginEpoch();
  expect(await waiting).toBe("text");
});
