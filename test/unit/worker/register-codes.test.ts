/** The shards of codes are notified of the customers who got them. */
import { describe, expect, it, vi } from "vitest";
import type { Gateway } from "../../../durable/env.ts";
import type { IssuedCode } from "../../../durable/messages.ts";
import { shardName, shardOf } from "../../../durable/platform/shard.ts";
import { registerCodes } from "../../../worker/wallet/payment-codes/register-codes.ts";

const SHARD_COUNT = 4;

const codes = Array.from({ length: 10 }, (_, index): IssuedCode => {
  return { paymentCode: `2810060212345678901234${index}0`, customerId: "alice", expiryTimeMs: 1 };
});
const shardNameOf = ({ paymentCode }: IssuedCode) => shardName(shardOf(paymentCode, SHARD_COUNT));

/** A gateway whose shards of codes answer as the test says. */
function gatewayWith(issue: (shard: string, codes: readonly IssuedCode[]) => Promise<string[]>) {
  const CODES = { getByName: (shard: string) => ({ issue: (part: readonly IssuedCode[]) => issue(shard, part) }) };
  return { env: { CODES }, configuration: { shardCount: SHARD_COUNT, locationHint: undefined } } as unknown as Gateway;
}

describe("codes that Alipay+ gave out", () => {
  it("go to their shards, each shard's together", async () => {
    const notified: [shard: string, codes: readonly IssuedCode[]][] = [];
    const gateway = gatewayWith(async (shard, part) => {
      notified.push([shard, part]);
      return part.map(({ paymentCode }) => paymentCode);
    });
    const accepted = await registerCodes(gateway, codes);
    expect([...accepted].sort()).toEqual(codes.map(({ paymentCode }) => paymentCode).sort());
    expect(notified.length).toBe(new Set(codes.map(shardNameOf)).size);
    expect(notified.every(([shard, part]) => part.every((code) => shardNameOf(code) === shard))).toBe(true);
  });

  it("may be shown when their shard says so, even if another shard cannot be reached", async () => {
    vi.spyOn(console, "error").mockImplementation(() => undefined);
    const broken = shardNameOf(codes[0] as IssuedCode);
    const gateway = gatewayWith(async (shard, part) => {
      if (shard === broken) throw new Error("no way there");
      return part.slice(1).map(({ paymentCode }) => paymentCode);
    });
    const accepted = await registerCodes(gateway, codes);
    const expected = [...Map.groupBy(codes, shardNameOf)].flatMap(([shard, part]) =>
      shard === broken ? [] : part.slice(1).map(({ paymentCode }) => paymentCode),
    );
    expect(expected.length).toBeGreaterThan(0);
    expect([...accepted].sort()).toEqual(expected.sort());
    vi.restoreAllMocks();
  });
});
