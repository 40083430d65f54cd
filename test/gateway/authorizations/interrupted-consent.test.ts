/** A consent that ends between the directory and the home of its customer (docs/spec/wallet/auto-debit.md#flow). */
import { afterEach, describe, expect, it } from "vitest";
import { customerBeside, homeOf, newId, openCustomer } from "../../support/alipayplus.ts";
import { callWatchedEdge } from "../../support/call-gateway.ts";
import { advance, MINUTE_MS, standTheClock } from "../../support/clock.ts";
import { watchAwaits } from "../../support/home/awaits.ts";
import {
  agree,
  applyToken,
  consent,
  prepare,
  preparedIdOf,
  prepareMessage,
  sweepDirectory,
} from "../../support/wallet/authorizations.ts";
import { customerToken, opsCall, walletCall } from "../../support/wallet/calls.ts";

callWatchedEdge();
standTheClock();

afterEach(() => watchAwaits());

const PAGE_TIME_MS = 30 * MINUTE_MS;

/** A customer has agreed, and the edge has ended before or after the home has it, at this call. */
async function interruptedAt(call: "edge: CUSTOMERS.consent" | "edge: DIRECTORY.forgetPrepared") {
  const customerId = await openCustomer();
  const message = prepareMessage();
  const preparedId = preparedIdOf(await prepare(message));
  watchAwaits(({ name, end }) => (name === call ? end() : undefined));
  const reply = await agreeTo(preparedId, customerId);
  watchAwaits();
  return { customerId, message, preparedId, reply };
}

const agreeTo = (preparedId: string, customerId: string) =>
  walletCall("POST", `/authorizations/${preparedId}/consent`, { customerId });
const decline = (preparedId: string) => walletCall("POST", `/authorizations/${preparedId}/decline`);
const page = async (preparedId: string) => (await walletCall("GET", `/authorizations/${preparedId}`)).body;

describe("a consent that ends before the home has it", () => {
  it("leaves the page as it was, on which its customer agrees again [AUT-48]", async () => {
    const { customerId, preparedId, reply } = await interruptedAt("edge: CUSTOMERS.consent");
    expect(reply.status).toBeGreaterThanOrEqual(500);
    expect(await page(preparedId)).toMatchObject({ status: "PREPARED", expiryTime: expect.any(String) });
    const token = await customerToken(customerId);
    const { body } = await walletCall("GET", `/authorizations/${preparedId}`, undefined, { token });
    expect(body.status).toBe("PREPARED");
    expect((await opsCall("GET", `/authorizations/${preparedId}`)).body.status).toBe("PREPARED");
    expect((await opsCall("POST", `/authorizations/${preparedId}/end`)).body.code).toBe("AUTHORIZATION_UNKNOWN");
    const authCode = await consent(preparedId, customerId);
    expect((await applyToken({ authCode })).code).toBe("SUCCESS");
    expect((await page(preparedId)).status).toBe("ACTIVE");
  });

  it("cannot be finished after the page's time, until the same prepare begins it again [AUT-09] [AUT-48]", async () => {
    const { customerId, message, preparedId } = await interruptedAt("edge: CUSTOMERS.consent");
    advance(PAGE_TIME_MS);
    expect((await page(preparedId)).status).toBe("ABANDONED");
    expect(await agreeTo(preparedId, customerId)).toMatchObject({
      status: 410,
      body: { code: "AUTHORIZATION_CLOSED" },
    });
    await prepare({ ...message, authState: "newer" });
    expect((await page(preparedId)).status).toBe("PREPARED");
    const { body } = await agreeTo(preparedId, customerId);
    expect(String(body.redirectUrl)).toContain("authState=newer");
  });

  it("is begun again by the same prepare when the directory has forgotten what was prepared [AUT-48]", async () => {
    const { customerId, message, preparedId } = await interruptedAt("edge: CUSTOMERS.consent");
    advance(PAGE_TIME_MS);
    await sweepDirectory(preparedId);
    expect((await agreeTo(preparedId, customerId)).body.code).toBe("AUTHORIZATION_CLOSED");
    await prepare(message);
    expect((await page(preparedId)).status).toBe("PREPARED");
    expect(await consent(preparedId, customerId)).not.toBe("");
  });

  it("can be declined, and begun again by the same prepare [AUT-09] [AUT-48]", async () => {
    const { customerId, message, preparedId } = await interruptedAt("edge: CUSTOMERS.consent");
    expect((await decline(preparedId)).body.status).toBe("ABANDONED");
    expect((await agreeTo(preparedId, customerId)).body.code).toBe("AUTHORIZATION_CLOSED");
    await prepare(message);
    expect(await consent(preparedId, customerId)).not.toBe("");
  });

  it.each([true, false])(
    "is never finished by another customer; same home: %s [AUT-07] [AUT-48]",
    async (isSameHome) => {
      const { customerId, message, preparedId } = await interruptedAt("edge: CUSTOMERS.consent");
      const other = await customerBeside(customerId, isSameHome);
      const taken = { status: 409, body: { code: "AUTHORIZATION_TAKEN" } };
      expect(await agreeTo(preparedId, other)).toMatchObject(taken);
      advance(PAGE_TIME_MS);
      expect(await agreeTo(preparedId, other)).toMatchObject(taken);
      await prepare(message);
      expect(await agreeTo(preparedId, other)).toMatchObject(taken);
      expect(await consent(preparedId, customerId)).not.toBe("");
    },
  );
});

describe("a consent that the home has, and the directory does not know of", () => {
  it("stands: it is shown, cannot be declined, and leads to the same URL, also late [AUT-06] [AUT-48]", async () => {
    const { customerId, message, preparedId, reply } = await interruptedAt("edge: DIRECTORY.forgetPrepared");
    expect(reply.status).toBe(200);
    expect((await page(preparedId)).status).toBe("CONSENTED");
    expect((await decline(preparedId)).body.code).toBe("AUTHORIZATION_TAKEN");
    const token = await customerToken(newId("other"));
    const read = await walletCall("GET", `/authorizations/${preparedId}`, undefined, { token });
    expect(read.body.code).toBe("AUTHORIZATION_UNKNOWN");
    const authCode = new URL(String(reply.body.redirectUrl)).searchParams.get("authCode");
    expect((await applyToken({ authCode })).code).toBe("SUCCESS");
    advance(PAGE_TIME_MS);
    await sweepDirectory(preparedId);
    await prepare({ ...message, authState: "newer" });
    advance(PAGE_TIME_MS);
    expect((await page(preparedId)).status).toBe("ACTIVE");
    expect((await agreeTo(preparedId, customerId)).body).toEqual(reply.body);
    expect((await decline(preparedId)).body.code).toBe("AUTHORIZATION_TAKEN");
  });
});

describe("a home", () => {
  it("gives what one customer has agreed to no other, whatever the directory says [AUT-07]", async () => {
    const { authorizationId, customerId } = await agree();
    const code = { digest: newId("digest"), seed: "seed", secretVersion: 1 };
    const command = { authorizationId, userLoginId: undefined, prepared: undefined, code };
    const other = await customerBeside(customerId, true);
    expect(await homeOf(other).consent({ ...command, customerId: other })).toEqual({ outcome: "OF_ANOTHER_CUSTOMER" });
    expect(await homeOf(customerId).consent({ ...command, customerId })).toMatchObject({ outcome: "CONSENTED" });
  });
});
