/** A name for an id that must not stand where others read. */

/** Half a SHA-256: no two texts ever have the same by accident. */
const HALF_BYTES = 16;

/** The first half of the SHA-256 of a text, in 32 hexadecimal digits. */
export async function halfDigestOf(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return new Uint8Array(digest, 0, HALF_BYTES).toHex();
}
