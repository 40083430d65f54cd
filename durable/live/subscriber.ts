/** The name of a customer in the live stream, which stores and tags no customer id. */

/** Half a SHA-256: no two customers ever share a name. */
const SUBSCRIBER_BYTES = 16;

/** The name of a customer's apps: the start of a SHA-256 of the customer id, in hexadecimal digits. */
export async function subscriberOf(customerId: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(customerId));
  return new Uint8Array(digest, 0, SUBSCRIBER_BYTES).toHex();
}
