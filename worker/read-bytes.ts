/**
 * Reads a body to its end, counting the bytes as they come, whatever `Content-Length` says.
 *
 * @returns its bytes; undefined when there are more than `limitBytes`, and then the rest is not read
 */
export async function readBytes(
  body: ReadableStream<Uint8Array> | null,
  limitBytes: number,
): Promise<Uint8Array | undefined> {
  if (!body) return new Uint8Array();
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    length += part.value.byteLength;
    if (length > limitBytes) {
      await reader.cancel();
      return undefined;
    }
    chunks.push(part.value);
  }
  const [first] = chunks;
  return first && chunks.length === 1 ? first : joined(chunks, length);
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.byteLength;
  }
  return bytes;
}
