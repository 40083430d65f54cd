/** A place of the wallet API: where it is, what answers there, and how the documentation describes it. */

import type { RequestLine } from "../../durable/platform/log.ts";
import type { Edge } from "../access/edge.ts";
import type { Description } from "./openapi.ts";
import type { Problem } from "./problem.ts";

/** A request that has found its endpoint; nobody is known yet. */
export type Arrival = {
  readonly request: Request;
  readonly url: URL;
  readonly gateway: Edge;
  /** The variable parts of the path, decoded: identifiers. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Epoch milliseconds. */
  readonly receivedTimeMs: number;
  readonly waitUntil: (work: Promise<unknown>) => void;
  /** What the log will say; `requestId` is what the answer carries. */
  readonly line: RequestLine;
};

/** An endpoint. */
export type Endpoint = {
  readonly method: "GET" | "POST";
  /** Below the path of its API, `""` for that itself; a variable part in braces. */
  readonly path: string;
  /** The interface of the log. */
  readonly name: string;
  readonly respond: (arrival: Arrival) => Promise<Response | Problem>;
  /** Left out for what documents the others. */
  readonly describe?: () => Description;
};
