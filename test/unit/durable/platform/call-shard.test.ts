import { describe, expect, it } from "vitest";
import { askShard, callShard, isOverloaded } from "../../../../durable/platform/call-shard.ts";
import { Deadline } from "../../../../durable/platform/deadline.ts";

/** A namespace that counts its stubs; each stub is the number of the try. */
function namespace() {
  const asked: unknown[][] = [];
  const getByName = (...request: unknown[]) => asked.push(request);
  return { asked, shards: { getByName } as unknown as DurableObjectNamespace<Rpc.DurableObjectBranded> };
}

/** Answers the try of each number as `outcomes` says. */
function tries(...outcomes: (string | Error)[]): (stub: unknown) => Promise<string> {
  return async (stub) => {
    const outcome = outcomes[Number(stub) - 1];
    if (typeof outcome === "string") return outcome;
    throw outcome;
  };
}

const failure = (flags: { retryable?: boolean; overloaded?: boolean }) => Object.assign(new Error("failed"), flags);

describe("a call to a shard", () => {
  it("goes to the object of its name, near the place that is hinted at", async () => {
    const { asked, shards } = namespace();
    expect(await callShard(shards, 3, "apac", tries("answer"))).toBe("answer");
    expect(await callShard(shards, 4, undefined, tries("", "answer"))).toBe("answer");
    expect(asked).toEqual([
      ["shard-3", { locationHint: "apac" }],
      ["shard-4", {}],
    ]);
  });

  it("is made once more, by a new stub, when the runtime says that it may succeed", async () => {
    const { asked, shards } = namespace();
    expect(await callShard(shards, 3, undefined, tries(failure({ retryable: true }), "answer"))).toBe("answer");
    expect(asked).toHaveLength(2);
  });

  it.each([
    ["after a failure that is not retryable", [failure({})], 1],
    ["when the object is overloaded: a repeat would add to it", [failure({ retryable: true, overloaded: true })], 1],
    ["a third time", [failure({ retryable: true }), failure({ retryable: true })], 2],
  ])("is not made again %s", async (_, outcomes, calls) => {
    const { asked, shards } = namespace();
    await expect(callShard(shards, 3, undefined, tries(...outcomes))).rejects.toThrow("failed");
    expect(asked).toHaveLength(calls);
  });

  it("is not made again when its caller has stopped waiting", async () => {
    const { asked, shards } = namespace();
    const call = callShard(shards, 3, undefined, tries(failure({ retryable: true }), "answer"), () => false);
    await expect(call).rejects.toThrow("failed");
    expect(asked).toHaveLength(1);
  });

  it("with a deadline answers UNANSWERED when it fails", async () => {
    const deadline = new Deadline(60_000);
    const call = (...outcomes: (string | Error)[]) =>
      askShard(namespace().shards, 3, undefined, deadline, tries(...outcomes));
    expect(await call("answer")).toBe("answer");
    expect(await call(failure({}))).toEqual({ outcome: "UNANSWERED" });
  });
});

it("an object that turned a call away is overloaded, and nothing else is", () => {
  expect(isOverloaded(failure({ overloaded: true }))).toBe(true);
  for (const error of [failure({ retryable: true }), new Error("x"), "overloaded", undefined, null]) {
    expect(isOverloaded(error)).toBe(false);
  }
});
