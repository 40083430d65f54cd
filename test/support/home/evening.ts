/** The end of a day: everything is finished, and the books are closed. */
import { env } from "cloudflare:workers";
import type { Customers } from "../../../durable/customers/object.ts";
import { shardName } from "../../../durable/platform/shard.ts";
import { runResolver, SHARD_COUNT } from "../alipayplus.ts";
import { advance, SECOND_MS } from "../clock.ts";
import { until } from "../until.ts";

/** Longer than the resolver leaves a call that has just begun, and far shorter than a payment may take. */
const STEP_MS = 10 * SECOND_MS;

/** Every home of the gateway under test; stubs of their own, as those of an object that has ended stay broken. */
function everyHome(): DurableObjectStub<Customers>[] {
  return Array.from({ length: SHARD_COUNT }, (_, shard) => env.CUSTOMERS.getByName(shardName(shard)));
}

/** Sets the clock ahead and lets the resolvers run until no payment, refund or notification of these homes is open. */
export async function settle(homes: () => readonly DurableObjectStub<Customers>[] = everyHome): Promise<void> {
  await until(async () => {
    advance(STEP_MS);
    // A resolver may end with its object.
    for (const home of homes()) await runResolver(home).catch(() => undefined);
    const reports = await Promise.all(homes().map((home) => home.sweep()));
    return reports.every(({ open, unnotified }) => open === 0 && unnotified === 0);
  });
}

/** The sum of all accounts in each currency, as the embedded core keeps them: zero each. */
export async function sumsOfBooks(homes = everyHome()): Promise<Record<string, bigint>> {
  const sums: Record<string, bigint> = {};
  for (const home of homes) {
    for (const { currency, sumMinor } of await home.trialBalance()) {
      sums[currency] = (sums[currency] ?? 0n) + sumMinor;
    }
  }
  return sums;
}
