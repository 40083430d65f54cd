/** What a signature is over, for the reader. Source: spec/01 Content that is signed. */
import { signedContent } from "../../core-wasm/index.ts";

const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });

/**
 * The signed content as text: bytes that are not UTF-8 show as U+FFFD. Empty when the content is larger than any message
 * that is taken.
 */
export function contentText(
  method: string,
  path: string,
  clientId: string,
  time: string,
  body: string | Uint8Array,
): string {
  const content = signedContent(method, path, clientId, time, body);
  return content === "TOO_LARGE" ? "" : decoder.decode(content);
}
