/** An endpoint of the wallet's or the operators' API: its path, its handler, and its documentation. */

import type { RequestLine } from "../../durable/platform/log.ts";
import type { CallDescription } from "../../protocol/openapi.ts";
import type { Edge } from "../access/edge.ts";
import type { Problem } from "./problem.ts";

/** A request after routing. Its caller is not authenticated yet. */
export type Arrival = {
  readonly request: Request;
  readonly url: URL;
  readonly gateway: Edge;
  /** The variable parts of the path, decoded: identifiers. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Epoch milliseconds. */
  readonly receivedTimeMs: number;
  /** Lets work go on after the answer. */
  readonly waitUntil: (work: Promise<unknown>) => void;
  /** The request's line in the log; `requestId` is what the answer carries. */
  readonly line: RequestLine;
};

/** A variable part of a path, in braces. */
export const PATH_VARIABLE = /\{(\w+)\}/g;

/** An endpoint. */
export type Endpoint = {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Below the path of its API, `""` for that itself; a variable part in braces. */
  readonly path: string;
  /** The interface in the log. */
  readonly name: string;
  readonly respond: (arrival: Arrival) => Promise<Response | Problem>;
  /** Missing for an endpoint that the OpenAPI document does not describe. */
  readonly describe?: () => CallDescription;
};
