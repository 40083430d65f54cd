/** Who listens, without saying who: what the live stream stores and tags holds no customer id. */

/** Half a SHA-256 is far beyond accident. */
const LISTENER_BYTES = 16;

/** The name of a customer's listeners: the start of a SHA-256 of the customer id, in hexadecimal digits. */
export async function listenerOf(customerId: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(customerId));
  return new Uint8Array(digest, 0, LISTENER_BYTES).toHex();
}
