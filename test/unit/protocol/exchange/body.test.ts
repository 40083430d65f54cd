/** How the body of a message is read. */
import { describe, expect, it } from "vitest";
import { readBytes } from "../../../../protocol/exchange/body.ts";

const PART_BYTES = 10_000;
const LIMIT_BYTES = 100_000;

/** A message of so many parts, and how many of them were read. */
function messageOf(partCount: number, headers: Record<string, string> = {}) {
  const read = { parts: 0 };
  const body = new ReadableStream<Uint8Array>(
    {
      pull(controller) {
        if (read.parts >= partCount) return controller.close();
        read.parts += 1;
        controller.enqueue(new Uint8Array(PART_BYTES));
      },
    },
    { highWaterMark: 0 },
  );
  return { read, message: new Response(body, { headers }) };
}

describe("a body", () => {
  it("up to the limit is read", async () => {
    const bytes = await readBytes(messageOf(10).message, LIMIT_BYTES);
    expect((bytes as Uint8Array).byteLength).toBe(LIMIT_BYTES);
  });

  it.each([
    ["declares its length", { "Content-Length": "200000" }],
    ["does not", {}],
  ])("that is too long and %s is read to its end, so that its sender sees the answer", async (_, headers) => {
    const { read, message } = messageOf(20, headers as Record<string, string>);
    expect(await readBytes(message, LIMIT_BYTES)).toBe("BODY_TOO_LARGE");
    expect(read.parts).toBe(20);
  });

  it("that does not end is given up after a megabyte", async () => {
    const { read, message } = messageOf(Number.POSITIVE_INFINITY);
    expect(await readBytes(message, LIMIT_BYTES)).toBe("BODY_TOO_LARGE");
    expect(read.parts).toBeLessThan(130);
  });
});
