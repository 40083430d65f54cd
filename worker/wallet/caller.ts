/** The callers of the wallet API, and the customer that a call is about. */
import { customerIdentifier } from "../../protocol/parameters.ts";
import { type Problem, problem } from "../http/problem.ts";

/** The caller that a verified token stands for. */
export type Caller =
  /** One of the wallet's own services: it acts for every customer and names one. */
  | { readonly kind: "SERVICE"; readonly name: string }
  /** A customer's app. */
  | { readonly kind: "CUSTOMER"; readonly customerId: string };

/** The parameter `customerId` of a body or a query; what `customerOf` takes. */
export const namedCustomer = customerIdentifier.optional().meta({
  description: "The customer, as the wallet names them. A service must name one; an app may only name its own.",
  examples: ["alice"],
});

/**
 * The customer that a call is about: a service must name one, an app may only name its own.
 *
 * @param named `customerId` of the body or of the query
 */
export function customerOf(caller: Caller, named: string | undefined): { readonly customerId: string } | Problem {
  if (caller.kind === "CUSTOMER") {
    return named === undefined || named === caller.customerId
      ? { customerId: caller.customerId }
      : problem("CUSTOMER_NOT_ALLOWED");
  }
  return named === undefined
    ? problem("PARAM_ILLEGAL", "Illegal parameter customerId: is required.")
    : { customerId: named };
}
