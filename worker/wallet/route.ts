/**
 * The parts of one call of the wallet API. The router and the OpenAPI document are made from the same list
 * (worker/wallet/index.ts), so they cannot differ.
 */
import type * as z from "zod";
import type { Edge } from "../access/edge.ts";
import type { Problem, ProblemCode } from "../http/problem.ts";
import type { Caller } from "./caller.ts";

/** An authenticated call with a checked body. */
export type WalletCall<Body> = {
  readonly gateway: Edge;
  /** The wallet's Client-Id at Alipay+. */
  readonly clientId: string;
  readonly caller: Caller;
  /** The body of a POST, or the query of a GET; `undefined` for a route without a schema of it. */
  readonly body: Body;
  /** The variable parts of the path, decoded: identifiers. `{}` where there is none. */
  readonly parameters: Readonly<Record<string, string>>;
  /** When it arrived, epoch milliseconds. */
  readonly receivedTimeMs: number;
  readonly requestId: string;
  /** Lets work go on after the answer. */
  readonly waitUntil: (work: Promise<unknown>) => void;
};

/** A route: its path, its documentation, its schemas, and what it does. */
export type WalletRoute<Body, Reply extends object> = {
  readonly method: "GET" | "POST";
  /** Below `/wallet/v1`; a variable part in braces: `/payments/{paymentRequestId}`. */
  readonly path: string;
  /** `operationId` of the OpenAPI document, and the interface in the log. */
  readonly name: string;
  readonly summary: string;
  readonly description: string;
  /** The members of the JSON body of a POST, or the query of a GET; a POST without it takes no body. */
  readonly body?: z.ZodType<Body>;
  readonly reply: z.ZodType<Reply>;
  /** Its problems besides those of every call. */
  readonly problems: readonly ProblemCode[];
  readonly answer: (call: WalletCall<Body>) => Promise<Reply | Problem>;
};
