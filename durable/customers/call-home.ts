/** Calls to the home of a customer: by the customer, or by a payment or an authorisation that the directory knows. */
import type { AuthorizationReport } from "../authorizations/messages.ts";
import { shardOfToken } from "../authorizations/tokens.ts";
import { DirectoryClient } from "../directory/client.ts";
import type { PaymentPlace } from "../directory/object.ts";
import type { PreparedPlace } from "../directory/prepared.ts";
import type { Configuration, Env } from "../env.ts";
import type { PaymentReference } from "../messages.ts";
import { callShard } from "../platform/call-shard.ts";
import { shardOf } from "../platform/shard.ts";
import type { Customers } from "./object.ts";

/** The caller: a call of Alipay+, of the wallet, or the gateway itself. */
type HomeCaller = {
  readonly env: Env;
  readonly configuration: Configuration;
  /** Records for the log which shard answers. */
  readonly usesShard?: (shard: number) => void;
};

type PaymentName = Pick<PaymentReference, "paymentId" | "paymentRequestId">;

type Ask<R> = (customers: DurableObjectStub<Customers>, payment: PaymentReference) => Promise<R>;

/**
 * Calls the home of a customer.
 *
 * @throws what the runtime throws when the shard cannot be reached
 */
export function atHomeOfCustomer<R>(
  call: HomeCaller,
  customerId: string,
  ask: (customers: DurableObjectStub<Customers>) => Promise<R>,
): Promise<R> {
  return atHome(call, shardOf(customerId, call.configuration.shardCount), ask);
}

/**
 * Calls the home of a payment, which the directory knows.
 *
 * @returns what the home answers; UNKNOWN when no claim of such a payment is known; CLOSED when Alipay+ had cancelled it
 *   before it arrived
 * @throws what the runtime throws when a shard cannot be reached
 */
export async function atHomeOfPayment<R>(
  call: HomeCaller,
  payment: PaymentName,
  ask: Ask<R>,
): Promise<R | { readonly outcome: "UNKNOWN" | "CLOSED" }> {
  const place = await new DirectoryClient(call).findPayment(payment.paymentId);
  return place ? atPlace(call, payment, place, ask) : { outcome: "UNKNOWN" };
}

/** The same for a payment that is named by our id alone. */
export async function atHomeOfPaymentId<R>(
  call: HomeCaller,
  paymentId: string,
  ask: (customers: DurableObjectStub<Customers>) => Promise<R>,
): Promise<R | { readonly outcome: "UNKNOWN" | "CLOSED" }> {
  const place = await new DirectoryClient(call).findPayment(paymentId);
  if (place?.outcome !== "KNOWN") return { outcome: place?.outcome ?? "UNKNOWN" };
  return atHome(call, place.home, ask);
}

/** The same for a cancel: a payment that was never claimed is closed from now on. */
export async function atHomeOfCancelled<R>(
  call: HomeCaller,
  payment: PaymentName,
  nowMs: number,
  ask: Ask<R>,
): Promise<R | { readonly outcome: "CLOSED" }> {
  return atPlace(call, payment, await new DirectoryClient(call).closePayment(payment.paymentId, nowMs), ask);
}

/**
 * What is known of a prepared authorisation; one whose consent was interrupted before the home had it is undecided.
 * Only then, and until the home has confirmed, the home is asked.
 *
 * @throws what the runtime throws when a shard cannot be reached
 */
export async function placeOfAuthorization(
  call: HomeCaller,
  authorizationId: string,
  nowMs: number,
): Promise<PreparedPlace> {
  const place = await new DirectoryClient(call).findPrepared(authorizationId, nowMs);
  if (place.outcome !== "TAKEN" || !place.undecided) return place;
  const report = await atHome<AuthorizationReport | undefined>(call, place.home, async (customers) =>
    customers.authorization(authorizationId, undefined),
  );
  return report ? place : place.undecided;
}

async function atPlace<R>(
  call: HomeCaller,
  payment: PaymentName,
  place: PaymentPlace,
  ask: Ask<R>,
): Promise<R | { readonly outcome: "CLOSED" }> {
  if (place.outcome === "CLOSED") return { outcome: "CLOSED" };
  const { home, expiryTimeMs } = place;
  return atHome(call, home, (customers) => ask(customers, { ...payment, expiryTimeMs }));
}

/**
 * Calls the home of a token.
 *
 * @param token as it came, whatever it is
 * @throws what the runtime throws when the shard cannot be reached
 */
export function atHomeOfToken<R>(
  call: HomeCaller,
  token: string,
  ask: (customers: DurableObjectStub<Customers>) => Promise<R>,
): Promise<R> {
  return atHome(call, shardOfToken(token, call.configuration.shardCount), ask);
}

/**
 * Calls the home of a shard.
 *
 * @throws what the runtime throws when the shard cannot be reached
 */
export function atHome<R>(
  { env, configuration, usesShard }: HomeCaller,
  shard: number,
  ask: (customers: DurableObjectStub<Customers>) => Promise<R>,
): Promise<R> {
  usesShard?.(shard);
  return callShard(env.CUSTOMERS, shard, configuration.locationHint, ask);
}
