/** Whose a key of the directory is, without naming the customer. Source: docs/storage.md. */

const OWNER_BYTES = 16;

/** A digest of the customer: the directory holds nothing personal. */
export async function ownerOf(customerId: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(customerId));
  return new Uint8Array(digest, 0, OWNER_BYTES).toHex();
}
