/**
 * A prepare that an earlier release accepted and this one would refuse
 * (docs/spec/wallet/auto-debit.md#authorisation-page).
 */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, expect, it } from "vitest";
import { shardName, shardOf } from "../../../durable/platform/shard.ts";
import { customerBeside, homeOf, type Json, openCustomer, runResolver, SHARD_COUNT } from "../../support/alipayplus.ts";
import { standTheClock } from "../../support/clock.ts";
import {
  agree,
  applyToken,
  authNotifications,
  bind,
  consent,
  prepare,
  preparedIdOf,
  prepareMessage,
  takeAuthNotifications,
} from "../../support/wallet/authorizations.ts";
import { walletCall } from "../../support/wallet/calls.ts";

standTheClock();

const REFUSED_NOW: Json = { authRedirectUrl: "https://cinema.test/bound?authCode=1", authState: "s".repeat(300) };
const NAME_REFUSED_NOW: Json = { ...REFUSED_NOW, authClientName: "n".repeat(300), scopes: Array(20).fill("USER_INFO") };

/** Changes what the home keeps of an authorisation. */
async function keep({ customerId, authorizationId }: { customerId: string; authorizationId: string }, message: Json) {
  await runInDurableObject(homeOf(customerId) as DurableObjectStub, (_, { storage }) => {
    const update = "UPDATE authorizations SET message = ? WHERE authorization_id = ?";
    storage.sql.exec(update, JSON.stringify(message), authorizationId);
  });
}

describe("a kept prepare that the present schema refuses", () => {
  it("is listed and shown, and hides no other authorisation [AUT-55]", async () => {
    takeAuthNotifications();
    const kept = await agree();
    const other = await agree({}, kept.customerId);
    await keep(kept, { ...kept.message, ...NAME_REFUSED_NOW });
    const list = await walletCall("GET", `/authorizations?customerId=${kept.customerId}`);
    const listed = list.body.authorizations as Json[];
    expect(listed.map(({ authorizationId }) => authorizationId).toSorted()).toEqual(
      [kept.authorizationId, other.authorizationId].toSorted(),
    );
    const { body } = await walletCall("GET", `/authorizations/${kept.authorizationId}`);
    expect(body).toMatchObject({ merchant: { authClientName: NAME_REFUSED_NOW.authClientName } });
  });

  it("is unbound [AUT-55]", async () => {
    takeAuthNotifications();
    const kept = await bind();
    await keep(kept, { ...kept.message, ...REFUSED_NOW });
    const { customerId, authorizationId } = kept;
    const { body } = await walletCall("POST", `/authorizations/${authorizationId}/unbind`, { customerId });
    expect(body).toMatchObject({ status: "CANCELLED" });
  });

  it("is notified, and delays no other notification [AUT-55]", async () => {
    const received = takeAuthNotifications();
    const kept = await agree();
    await keep(kept, { ...kept.message, ...REFUSED_NOW });
    const other = await agree({}, await customerBeside(kept.customerId, true));
    expect(await authNotifications(received, kept, 1)).toMatchObject([{ authState: REFUSED_NOW.authState }]);
    expect(await authNotifications(received, other, 1)).toHaveLength(1);
  });

  it("can be agreed to [AUT-55]", async () => {
    const customerId = await openCustomer();
    const message = prepareMessage();
    const preparedId = preparedIdOf(await prepare(message));
    const directory = env.DIRECTORY.getByName(shardName(shardOf(preparedId, SHARD_COUNT)));
    await runInDurableObject(directory as DurableObjectStub, (_, { storage }) => {
      const update = "UPDATE prepared_authorizations SET message = ? WHERE prepared_id = ?";
      storage.sql.exec(update, JSON.stringify({ ...message, authState: REFUSED_NOW.authState }), preparedId);
    });
    expect(await walletCall("GET", `/authorizations/${preparedId}`)).toMatchObject({ body: { status: "PREPARED" } });
    expect(await applyToken({ authCode: await consent(preparedId, customerId) })).toMatchObject({ code: "SUCCESS" });
  });
});

it("what is kept and is no prepare at all is shown without merchant [AUT-55]", async () => {
  takeAuthNotifications();
  const kept = await agree();
  await keep(kept, { authClientName: { no: "text" }, scopes: "none" });
  await runResolver(homeOf(kept.customerId));
  const { status, body } = await walletCall("GET", `/authorizations?customerId=${kept.customerId}`);
  expect([status, (body.authorizations as Json[])[0]?.merchant]).toEqual([200, {}]);
});
