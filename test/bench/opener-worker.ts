/**
 * Opens the benchmark's customers in the gateway's embedded ledger, where the sandbox is not there to do it.
 */
import { shardName, shardOf } from "../../durable/platform/shard.ts";

/** The part of the ledger's interface that is used (durable/ledger/object.ts). */
type LedgerStub = {
  openCustomer(customerId: string, settings: { currency: string; balance: bigint }): Promise<{ outcome: string }>;
};

type OpenerEnv = { readonly LEDGER: { getByName(name: string): LedgerStub }; readonly SHARD_COUNT: string };

/** What is posted: the balance is in minor units. */
type OpenCustomers = { readonly customerIds: readonly string[]; readonly currency: string; readonly balance: string };

/** Opens every customer; the answer is an array of what went wrong. */
async function openCustomers(request: Request, env: OpenerEnv): Promise<Response> {
  const { customerIds, currency, balance } = (await request.json()) as OpenCustomers;
  const answers = await Promise.all(
    customerIds.map((customerId) => {
      const ledger = env.LEDGER.getByName(shardName(shardOf(customerId, Number(env.SHARD_COUNT))));
      return ledger.openCustomer(customerId, { currency, balance: BigInt(balance) });
    }),
  );
  return Response.json(answers.filter((answer) => answer.outcome !== "DONE"));
}

export default { fetch: openCustomers };
