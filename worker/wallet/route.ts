/**
 * What one call of the wallet face is made of. The router, the OpenAPI document and the page are made from the same
 * list of routes (worker/wallet/index.ts), so that none of them can lag behind another.
 */
import type * as z from "zod";
import type { Gateway } from "../env.ts";
import { type Problem, type ProblemCode, problem } from "./problem.ts";

/** Whom a verified token speaks for. */
export type Caller =
  /** One of the wallet's own services: it speaks for every customer and names one. */
  | { readonly kind: "SERVICE"; readonly name: string }
  /** A customer's app. */
  | { readonly kind: "CUSTOMER"; readonly customerId: string };

/** An authenticated call with a checked body. */
export type WalletCall<Body> = {
  readonly gateway: Gateway;
  readonly caller: Caller;
  readonly body: Body;
  /** The variable part of the path, decoded; `{}` where there is none. */
  readonly parameters: Readonly<Record<string, string>>;
  /** When it arrived, epoch milliseconds. */
  readonly receivedTimeMs: number;
  readonly requestId: string;
  /** Lets work go on after the answer. */
  readonly waitUntil: (work: Promise<unknown>) => void;
};

/** A route: its place, its words in the documentation, its schemas, and what it does. */
export type WalletRoute<Body, Reply> = {
  readonly method: "GET" | "POST";
  /** Below `/wallet/v1`; a variable part in braces: `/payments/{paymentRequestId}`. */
  readonly path: string;
  /** `operationId` of the OpenAPI document. */
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  /** Left out for a GET; `customerId` then comes in the query. */
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
  return named === undefined ? problem("PARAM_ILLEGAL", "customerId is required") : { customerId: named };
}
