/** A known payment that comes again with another access token (docs/spec/wallet/auto-debit.md#pay-with-a-token). */
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { balanceOf, cancel, customerBeside, openCustomer, pay, SHARD_COUNT } from "../../support/alipayplus.ts";
import { standTheClock } from "../../support/clock.ts";
import { directoryThrough, insideHome, payCommand } from "../../support/home/other-home.ts";
import { bind, evaluationByToken, payByTokenMessage } from "../../support/wallet/authorizations.ts";

standTheClock();

describe("a payment that is known", () => {
  it("with another token or customer is REPEAT_REQ_INCONSISTENT, wherever that token would live [AUT-54]", async () => {
    const { accessToken, customerId } = await bind();
    const message = payByTokenMessage(accessToken);
    expect((await pay(message)).code).toBe("SUCCESS");
    const shards = Array.from({ length: SHARD_COUNT }, (_, shard) => String(shard).padStart(5, "0"));
    const unknownTokens = shards.map((shard) => `28101003${shard}${"A".repeat(32)}`);
    const other = await bind({}, await customerBeside(customerId, false));
    const methods = [...unknownTokens, "x"].map((paymentMethodId) => ({ paymentMethodId }));
    for (const method of [
      ...methods,
      { paymentMethodId: accessToken, customerId: "another" },
      { paymentMethodId: other.accessToken, customerId: "another" },
    ]) {
      const { paymentRequestId } = message;
      const evaluation = evaluationByToken("", { paymentRequestId });
      for (const repeat of [message, evaluation]) {
        const { code } = await pay({ ...repeat, paymentMethod: { paymentMethodType: "CONNECT_WALLET", ...method } });
        expect([method, code]).toEqual([method, "REPEAT_REQ_INCONSISTENT"]);
      }
    }
    expect(await balanceOf(customerId)).toBe(99_000n);
  });

  it("with an unknown token is closed when a cancel came first, and U while the directory is silent [AUT-54]", async () => {
    const cancelled = payByTokenMessage("x");
    await cancel(cancelled.paymentRequestId);
    expect((await pay(cancelled)).code).toBe("ORDER_IS_CLOSED");

    const { terms: all, ...payment } = await payCommand(await openCustomer());
    const { customerId: _, paymentCode: __, ...terms } = all;
    const command = { ...payment, terms, digest: "unknown", customerId: undefined, authClientId: undefined };
    const reply = await insideHome(
      (deadline) => ({ ...env, DIRECTORY: directoryThrough(() => deadline.noAnswer()) }),
      (home) => home.payByToken(command, false),
    );
    expect(reply).toEqual({ reply: { outcome: "IN_PROCESS" } });
  });
});
