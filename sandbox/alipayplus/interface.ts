/** The shape of an interface of Alipay+, its input from the pipeline (receive.ts), and the shape of an API. */

import type { VerifiedCall } from "../../protocol/exchange/answer.ts";
import type { ReportedAnswer } from "../../protocol/results.ts";
import type { AlipayPlus } from "./party.ts";
import type { Network } from "./payments/network.ts";

/** Alipay+, with the object that keeps its payments: from which its interfaces answer. */
export type AlipayPlusWithPayments = AlipayPlus & { readonly network: () => DurableObjectStub<Network> };

/** A verified call. */
export type Call = VerifiedCall & {
  readonly alipayPlus: AlipayPlusWithPayments;
  /** The origin of the sandbox, such as `http://127.0.0.1:8787`. */
  readonly origin: string;
  /**
   * Of the older merchant interface, whose answers have more members and other names for some (for-acquirers/older/).
   */
  readonly isOlder: boolean;
};

/** An interface: its path below the base path, its name, and what it does. */
export type Interface = {
  readonly path: string;
  readonly name: string;
  readonly answer: (call: Call) => Promise<ReportedAnswer>;
};

/** All that one kind of caller may call. */
export type Api = {
  readonly caller: "MPP" | "ACQP";
  readonly clientIdOf: (alipayPlus: AlipayPlus) => string;
  /** The older merchant interface. */
  readonly isOlder?: true;
  /** By the whole path. */
  readonly interfaces: ReadonlyMap<string, Interface>;
  /** An answer with the codes and members of this API, where they differ. */
  readonly translate?: (answer: ReportedAnswer) => ReportedAnswer;
};

/** The interfaces of an API, by their whole paths. */
export function interfacesBelow(basePath: string, interfaces: readonly Interface[]): ReadonlyMap<string, Interface> {
  return new Map(interfaces.map((known) => [basePath + known.path, known]));
}
