/**
 * What is asked about customers: the optional call of the contract, and a way to open customers.
 *
 * `PUT /customers/{customerId}` opens a customer, an unsigned GET shows one. Both are no part of the contract: they are
 * for learning and tests on one machine. Take them out of a core that holds money.
 */
import * as z from "zod";
import type { Ledger } from "./ledger.ts";
import { DEBIT_REFUSALS } from "./messages.ts";
import { Rejection } from "./rejection.ts";

const customerSchema = z.object({
  currency: z.string().regex(/^[A-Z]{3}$/),
  balance: z.string().regex(/^[0-9]{1,19}$/),
  refusal: z.enum(DEBIT_REFUSALS).optional(),
});

/** The answer to the signed `GET /customers/{customerId}`: the call that a core may leave out. */
export function showAccount({ customers }: Ledger, customerId: string): object {
  const customer = customers.find(customerId);
  if (!customer) return { outcome: "UNKNOWN" };
  const { currency, balanceMinor } = customer;
  const entries = customers
    .entries(customerId)
    .map(({ amountMinor, ...entry }) => ({ ...entry, amountMinor: amountMinor.toString() }));
  return { outcome: "KNOWN", currency, balance: balanceMinor.toString(), entries };
}

/** The answer to an unsigned PUT or GET. @throws Rejection 404, 405 */
export function answerUnsigned(
  { customers }: Ledger,
  method: string | undefined,
  customerId: string,
  body: Buffer,
): object {
  if (method === "PUT") {
    const { currency, balance, refusal } = customerSchema.parse(JSON.parse(body.toString("utf8")));
    customers.open(customerId, { currency, balanceMinor: BigInt(balance), refusal }, Date.now());
  } else if (method !== "GET") throw new Rejection(405, "PUT or GET");
  const customer = customers.find(customerId);
  if (!customer) throw new Rejection(404, "no such customer");
  const { currency, balanceMinor, refusal } = customer;
  return { currency, balance: balanceMinor.toString(), refusal };
}
