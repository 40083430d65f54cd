/**
 * A customer as the wallet's core shows one: `GET {CORE_URL}/customers/{customerId}`, which a core may leave out. It is
 * for the sandbox alone; no payment depends on it.
 *
 * Source: docs/core.md#a-customers-account.
 */
import { type Clock, runtimeTimeMs, systemClock } from "../../../protocol/clock.ts";
import { within } from "../../../protocol/exchange/retry.ts";
import { troubleText } from "../trouble.ts";
import { attempt, type Fetch } from "./exchange.ts";
import { type CustomerAnswer, customerAnswerSchema } from "./schema.ts";
import { type HttpCoreSettings, NOT_OFFERED, webhookOf } from "./settings.ts";

/** A customer, or why there is none to show. */
export type CoreCustomer =
  | CustomerAnswer
  /** The core has no such call. */
  | { readonly outcome: "NOT_OFFERED" }
  /** `why` says what the core does instead, and what to do about it. */
  | { readonly outcome: "UNANSWERED"; readonly why: string };

/** Where the core is; the other members are for tests. */
type CustomerOptions = HttpCoreSettings & {
  readonly timeoutMs: number;
  readonly fetch?: Fetch;
  readonly clock?: Clock;
};

/**
 * Asks once. Never throws.
 *
 * The message has no body. Its id is `customer_` and the last part of the path, in which every character but letters,
 * digits, `-` and `_` is percent-encoded: the id is signed, so a signed question shows no other customer.
 */
export async function readCoreCustomer(customerId: string, options: CustomerOptions): Promise<CoreCustomer> {
  const { clock = systemClock, timeoutMs } = options;
  const part = pathPartOf(customerId);
  // The URL parser resolves a dot segment: the request would go to another path.
  if (part === "%2E" || part === "%2E%2E") return { outcome: "UNKNOWN" };
  const message = { url: `${options.url}/customers/${part}`, id: `customer_${part}` };
  const timeMs = runtimeTimeMs(clock.nowMs());
  // Workers want fetch to be called on its own, not as a method.
  const fetchCore: Fetch = options.fetch ?? ((url, init) => fetch(url, init));
  const tried = await within(clock, timeoutMs, (signal) =>
    attempt(message, customerAnswerSchema, webhookOf(options), fetchCore, timeMs, signal),
  );
  if (tried?.kind === "ANSWER") return tried.answer;
  const why = tried?.why ?? ({ cause: "TIMED_OUT" } as const);
  const isOffered = why.cause !== "HTTP_STATUS" || !NOT_OFFERED.includes(why.httpStatus);
  return isOffered ? { outcome: "UNANSWERED", why: troubleText(why) } : { outcome: "NOT_OFFERED" };
}

/** A customer in the path and in the signed id: all but letters, digits, `-` and `_` is percent-encoded. */
export function pathPartOf(customerId: string): string {
  const encode = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
  return encodeURIComponent(customerId).replace(/[.!~*'()]/g, encode);
}
