/** Whose a key of the directory is, without naming the customer. Source: docs/storage.md. */
import { halfDigestOf } from "../platform/half-digest.ts";

/** A digest of the customer: the directory holds nothing personal. */
export function ownerOf(customerId: string): Promise<string> {
  return halfDigestOf(customerId);
}
