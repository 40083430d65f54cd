/**
 * The call that a core may leave out: `GET /customers/{customerId}`, signed like the operations, over an empty body.
 * With it the contract looks at balances, too.
 */
import type * as z from "zod";
import { pathPartOf } from "../../durable/wallet-core/http/customer.ts";
import { customerAnswerSchema } from "../../durable/wallet-core/http/schema.ts";
import { Breach } from "./expect.ts";
import type { CoreLink, Exchange, SignedMessage } from "./link.ts";
import { RULES } from "./rules.ts";
import { type ContractSubject, debitOf, freshId, type Requirement } from "./subject.ts";
import { cut } from "./text.ts";

/** What a core answers that does not have the call. */
const NOT_OFFERED: readonly (number | undefined)[] = [404, 405, 501];
const HTTP_OK = 200;

const known = customerAnswerSchema.options[0];

type Account = z.output<typeof known>;

/** Reads the customer's balance in minor units. @throws Breach when the answer cannot be read */
export async function readBalance(subject: ContractSubject): Promise<bigint> {
  return BigInt((await readAccount(subject)).balance);
}

/** Why accounts cannot be read; undefined when the core has the call. */
export async function accountObstacle({ link, customerId }: ContractSubject): Promise<string | undefined> {
  const { response } = await ask(link, customerId);
  return NOT_OFFERED.includes(response?.status)
    ? `optional, and the core has no GET /customers/{customerId} (HTTP ${response?.status}): the sandbox shows no balance`
    : undefined;
}

function ask(link: CoreLink, customerId: string, changes: Partial<SignedMessage> = {}): Promise<Exchange> {
  const part = pathPartOf(customerId);
  return link.send({ method: "GET", operation: `customers/${part}`, id: `customer_${part}`, body: "", ...changes });
}

async function readAccount({ link, customerId }: ContractSubject): Promise<Account> {
  const exchange = await ask(link, customerId);
  const { response, failure } = exchange;
  if (response?.status !== HTTP_OK) {
    const got = response ? `HTTP ${response.status}` : `no answer (${failure?.code})`;
    throw new Breach(`the customer's account: the HTTP status must be 200, there was ${got}`, { exchange });
  }
  const { data, error } = known.safeParse(jsonOf(response.body));
  if (data) return data;
  const [issue] = error.issues;
  throw new Breach(`the customer's account: "${issue?.path.join(".")}": ${cut(issue?.message ?? "")}`, { exchange });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The call that a core may leave out. */
export const ACCOUNT: readonly Requirement[] = [
  {
    requirement: "the account of a customer shows the balance, and a debit as its newest entry",
    rule: RULES.ACCOUNT,
    obstacle: accountObstacle,
    async check(subject) {
      const request = debitOf(subject, freshId());
      await subject.core.debit(request);
      const { currency, entries } = await readAccount(subject);
      await subject.core.reverse(request);
      if (currency !== subject.currency)
        throw new Breach(`"currency" must be "${subject.currency}", it is "${currency}"`);
      const [newest] = entries;
      const amountMinor = (-request.debit.amountMinor).toString();
      if (newest?.kind !== "DEBIT" || newest.amountMinor !== amountMinor) {
        throw new Breach(
          `the newest of "entries" must be a DEBIT of "${amountMinor}", it is ${JSON.stringify(newest)}`,
        );
      }
    },
  },
  {
    requirement: "the account of a customer is shown only to a signature for this customer",
    rule: RULES.ACCOUNT,
    obstacle: accountObstacle,
    async check({ link, customerId }) {
      const wrong: readonly Partial<SignedMessage>[] = [
        { secret: `whsec_${btoa(crypto.randomUUID())}` },
        { id: `customer_${freshId()}` },
      ];
      for (const changes of wrong) {
        const exchange = await ask(link, customerId, changes);
        const status = exchange.response?.status ?? 0;
        if (status >= 400 && status <= 499) continue;
        throw new Breach(
          `with ${"id" in changes ? "another customer's id" : "another secret"}: the HTTP status must be 4xx`,
          { exchange },
        );
      }
    },
  },
];
