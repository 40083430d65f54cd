import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Deadline } from "../../../../durable/platform/deadline.ts";

const TIMEOUT_MS = 4_000;
const UNANSWERED = { outcome: "UNANSWERED" };

const never = () => new Promise<never>(() => undefined);

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe("a deadline", () => {
  it("holds for each of many calls from its own beginning, with one timer for all", async () => {
    const deadline = new Deadline(TIMEOUT_MS);
    const first = deadline.ask(never);
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS / 2);
    let settled: unknown;
    const second = deadline.ask(never).then((value) => {
      settled = value;
    });
    expect(await deadline.ask(async () => "answer")).toBe("answer");
    expect(await deadline.ask(() => Promise.reject(new Error("failed")))).toEqual(UNANSWERED);
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS / 2);
    expect(await first).toEqual(UNANSWERED);
    expect(settled).toBeUndefined();
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS / 2);
    await second;
    expect(settled).toEqual(UNANSWERED);
  });

  it("leaves no timer behind once nothing is waited for: an object that has answered may sleep", async () => {
    const deadline = new Deadline(TIMEOUT_MS);
    const held = Promise.withResolvers<string>();
    const first = deadline.ask(() => held.promise);
    expect(await deadline.ask(async () => "answer")).toBe("answer");
    expect(vi.getTimerCount()).toBe(1);
    held.resolve("late, but in time");
    expect(await first).toBe("late, but in time");
    expect(vi.getTimerCount()).toBe(0);
    const late = deadline.ask(never);
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS);
    expect(await late).toEqual(UNANSWERED);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("counts a late call once: its answer does not end the timer of another", async () => {
    const deadline = new Deadline(TIMEOUT_MS);
    const held = Promise.withResolvers<string>();
    const late = deadline.ask(() => held.promise);
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS);
    expect(await late).toEqual(UNANSWERED);
    const next = deadline.ask(never);
    held.resolve("too late");
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS - 1);
    expect(vi.getTimerCount()).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(await next).toEqual(UNANSWERED);
  });

  it("lets the call know that it is over, so that no further try is made", async () => {
    const deadline = new Deadline(TIMEOUT_MS);
    let isOver = () => false;
    const answer = deadline.ask((over) => {
      isOver = over;
      return never();
    });
    expect(isOver()).toBe(false);
    await vi.advanceTimersByTimeAsync(TIMEOUT_MS);
    expect(await answer).toEqual(UNANSWERED);
    expect(isOver()).toBe(true);
  });
});
