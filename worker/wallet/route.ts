/**
 * What one call of the wallet API is made of. The router, the OpenAPI document and the page are made from the same
 * list (worker/wallet/index.ts), so that none of them can lag behind another.
 */
import type * as z from "zod";
import { identifier } from "../../protocol/parameters.ts";
import type { Edge } from "../access/edge.ts";
import { type Problem, type ProblemCode, problem } from "../http/problem.ts";

/** Whom a verified token speaks for. */
export type Caller =
  /** One of the wallet's own services: it speaks for every customer and names one. */
  | { readonly kind: "SERVICE"; readonly name: string }
  /** A customer's app. */
  | { readonly kind: "CUSTOMER"; readonly customerId: string };

/** An authenticated call with a checked body. */
export type WalletCall<Body> = {
  readonly gateway: Edge;
  /** Whom the wallet is to Alipay+. */
  readonly clientId: string;
  readonly caller: Caller;
  /** What came in the body of a POST, or in the query of a GET; `undefined` for a route without a schema of it. */
  readonly body: Body;
  /** The variable parts of the path, decoded: identifiers. `{}` where there is none. */
  readonly parameters: Readonly<Record<string, string>>;
  /** When it arrived, epoch milliseconds. */
  readonly receivedTimeMs: number;
  readonly requestId: string;
  /** Lets work go on after the answer. */
  readonly waitUntil: (work: Promise<unknown>) => void;
};

/** A route: its place, its words in the documentation, its schemas, and what it does. */
export type WalletRoute<Body, Reply extends object> = {
  readonly method: "GET" | "POST";
  /** Below `/wallet/v1`; a variable part in braces: `/payments/{paymentRequestId}`. */
  readonly path: string;
  /** `operationId` of the OpenAPI document, and the interface of the log. */
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  /** The members of the JSON body of a POST, or the query of a GET; a POST without it takes no body. */
  readonly body?: z.ZodType<Body>;
  readonly reply: z.ZodType<Reply>;
  /** The problems of its own, besides those that every call can meet. */
  readonly problems: readonly ProblemCode[];
  readonly answer: (call: WalletCall<Body>) => Promise<Reply | Problem>;
};

/** Whether a route answered with a problem. */
export function isProblem(answer: object): answer is Problem {
  return "problem" in answer;
}

/** The parameter `customerId` of a body or a query; what `customerOf` takes. */
export const namedCustomer = identifier.optional().meta({
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
