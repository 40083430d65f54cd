/**
 * Prepares what a measurement needs inside the gateway's objects, where the sandbox is not there to do it: customers of
 * the embedded ledger, and payment codes that were issued through the gateway. It serves both layouts of state:
 * customers with their codes in `CUSTOMERS`, or accounts in `LEDGER` and codes in `CODES`.
 */
import { shardName, shardOf } from "../../../durable/platform/shard.ts";

/** A payment code that is issued. */
type IssuedCode = { readonly paymentCode: string; readonly expiryTimeMs: number };

type CustomerSettings = { readonly currency: string; readonly balance: bigint };

/** The part of the objects' interfaces that is used. */
type Objects<Stub> = { getByName(name: string): Stub };

/** An object that holds accounts. */
type Accounts = { openCustomer(customerId: string, settings: CustomerSettings): Promise<{ outcome: string }> };

/** The binding of the measured gateway decides which members are there. */
type PreparingEnv = {
  readonly SHARD_COUNT: string;
  readonly CUSTOMERS?: Objects<
    Accounts & { issueCodes(customerId: string, codes: readonly IssuedCode[]): Promise<unknown> }
  >;
  readonly LEDGER?: Objects<Accounts>;
  readonly CODES?: Objects<{
    issue(codes: readonly (IssuedCode & { readonly customerId: string })[]): Promise<unknown>;
  }>;
};

/** What is posted to `/customers`: the balance is in minor units. */
type OpenCustomers = { readonly customerIds: readonly string[]; readonly currency: string; readonly balance: string };

/** What is posted to `/codes`: the codes of one customer. */
type IssueCodes = { readonly customerId: string; readonly codes: readonly IssuedCode[] };

function shardNameOf(key: string, env: PreparingEnv): string {
  return shardName(shardOf(key, Number(env.SHARD_COUNT)));
}

/** Opens every customer; the answer is an array of what went wrong. */
async function openCustomers({ customerIds, currency, balance }: OpenCustomers, env: PreparingEnv): Promise<unknown> {
  const accounts = env.CUSTOMERS ?? env.LEDGER;
  if (accounts === undefined) throw new Error("the gateway has no object that holds accounts");
  const settings = { currency, balance: BigInt(balance) };
  const answers = await Promise.all(
    customerIds.map((customerId) =>
      accounts.getByName(shardNameOf(customerId, env)).openCustomer(customerId, settings),
    ),
  );
  return answers.filter((answer) => answer.outcome !== "DONE");
}

/**
 * Issues codes of one customer, as the gateway does after getPaymentCode; the answer is the number of calls it took.
 */
async function issueCodes({ customerId, codes }: IssueCodes, env: PreparingEnv): Promise<number> {
  const { CUSTOMERS, CODES } = env;
  if (CUSTOMERS !== undefined) {
    await CUSTOMERS.getByName(shardNameOf(customerId, env)).issueCodes(customerId, codes);
    return 1;
  }
  if (CODES === undefined) throw new Error("the gateway has no object that holds codes");
  const ofCustomer = codes.map((code) => ({ ...code, customerId }));
  const shards = Map.groupBy(ofCustomer, ({ paymentCode }) => shardNameOf(paymentCode, env));
  await Promise.all([...shards].map(([shard, codesOfShard]) => CODES.getByName(shard).issue(codesOfShard)));
  return shards.size;
}

/** Prepares what is posted; the status is 500 with the reason when the objects cannot do it. */
async function prepare(request: Request, env: PreparingEnv): Promise<Response> {
  try {
    const isAboutCodes = new URL(request.url).pathname === "/codes";
    return Response.json(
      isAboutCodes
        ? await issueCodes((await request.json()) as IssueCodes, env)
        : await openCustomers((await request.json()) as OpenCustomers, env),
    );
  } catch (error) {
    return new Response(String(error), { status: 500 });
  }
}

export default { fetch: prepare };
