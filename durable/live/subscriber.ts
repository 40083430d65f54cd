/** The name of a customer in the live stream, which stores and tags no customer id. */
import { halfDigestOf } from "../platform/half-digest.ts";

/** The name of a customer's apps: the start of a SHA-256 of the customer id, in hexadecimal digits. */
export function subscriberOf(customerId: string): Promise<string> {
  return halfDigestOf(customerId);
}
