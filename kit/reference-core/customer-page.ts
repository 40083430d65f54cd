/**
 * `PUT /customers/{customerId}` opens a customer, GET shows one. Unsigned, and no part of the contract: for learning and
 * tests on one machine. Take it out of a core that holds money.
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

/** @throws Rejection 404, 405 */
export function answerAboutCustomer(
  { customers }: Ledger,
  method: string | undefined,
  customerId: string,
  body: Buffer,
): object {
  if (method === "PUT") {
    const { currency, balance, refusal } = customerSchema.parse(JSON.parse(body.toString("utf8")));
    customers.open(customerId, { currency, balanceMinor: BigInt(balance), refusal });
  } else if (method !== "GET") throw new Rejection(405, "PUT or GET");
  const customer = customers.find(customerId);
  if (!customer) throw new Rejection(404, "no such customer");
  const { currency, balanceMinor, refusal } = customer;
  return { currency, balance: balanceMinor.toString(), refusal };
}
