import { describe, expect, it } from "vitest";
import { SingleFlight } from "../../../../durable/platform/single-flight.ts";

describe("work for a key", () => {
  it("runs once for all that ask while it runs", async () => {
    const flight = new SingleFlight<number>();
    const work = Promise.withResolvers<number>();
    let started = 0;
    const start = () => {
      started += 1;
      return work.promise;
    };
    const [first, second] = [flight.run("a", start), flight.run("a", start)];
    expect(flight.get("a")).toBe(first);
    work.resolve(7);
    expect(await Promise.all([first, second])).toEqual([7, 7]);
    expect(started).toBe(1);
  });

  it("does not wait for the work of another key", async () => {
    const flight = new SingleFlight<string>();
    void flight.run("a", () => new Promise(() => undefined));
    expect(await flight.run("b", async () => "answer")).toBe("answer");
    expect([flight.has("a"), flight.has("b"), flight.isBusy]).toEqual([true, false, true]);
  });

  it.each([
    ["succeeded", async () => "first"],
    ["failed", () => Promise.reject(new Error("first"))],
  ])("runs again once it has %s", async (_, work) => {
    const flight = new SingleFlight<string>();
    await flight.run("a", work).catch(() => undefined);
    expect([flight.has("a"), flight.get("a"), flight.isBusy]).toEqual([false, undefined, false]);
    expect(await flight.run("a", async () => "second")).toBe("second");
  });

  it("fails for all that wait for it", async () => {
    const flight = new SingleFlight<string>();
    const waiting = [1, 2].map(() => flight.run("a", () => Promise.reject(new Error("lost"))));
    expect((await Promise.allSettled(waiting)).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  });
});
