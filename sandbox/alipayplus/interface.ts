/** What an interface of Alipay+ that wallets call is made of, and what it gets from the pipeline (receive.ts). */
import type { Answer } from "../../worker/alipayplus/result.ts";
import type { JsonObject } from "../../worker/json.ts";
import type { Sandbox } from "../env.ts";

/** A verified call. */
export type Call = {
  readonly sandbox: Sandbox;
  /** When it arrived, epoch milliseconds. */
  readonly receivedTimeMs: number;
  /** The body, `null`s taken away. */
  readonly body: JsonObject;
};

/** An interface: its path below the base path, its name, and what it does. */
export type Interface = {
  readonly path: string;
  readonly name: string;
  readonly answer: (call: Call) => Promise<Answer>;
};
