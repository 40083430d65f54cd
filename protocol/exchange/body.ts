/** Why there is no body: it is longer than what is read, or its sender hung up before its end. */
export type BodyFault = "BODY_TOO_LARGE" | "BODY_BROKEN_OFF";

/**
 * How much of what is too long is read and thrown away. A connection that is closed while its sender still writes is
 * reset, and the sender may never see the answer (RFC 9112 section 9.6).
 */
const DISCARD_LIMIT_BYTES = 1_048_576;

/**
 * Reads the body of a message to its end. A length that is declared within the limit is read at once, which is much
 * cheaper than part by part; the bytes are counted in any case.
 *
 * @returns the bytes, or why there are none; more than `limitBytes` are too many, whatever `Content-Length` says
 */
export async function readBytes(message: Request | Response, limitBytes: number): Promise<Uint8Array | BodyFault> {
  const declaredBytes = message.headers.get("Content-Length");
  try {
    if (declaredBytes === null) return await readParts(message.body, limitBytes);
    if (!(Number(declaredBytes) <= limitBytes)) {
      if (message.body) await discard(message.body.getReader());
      return "BODY_TOO_LARGE";
    }
    const bytes = await message.bytes();
    return bytes.byteLength > limitBytes ? "BODY_TOO_LARGE" : bytes;
  } catch {
    return "BODY_BROKEN_OFF";
  }
}

/** Reads a body of unknown length. */
async function readParts(body: ReadableStream<Uint8Array> | null, limitBytes: number): Promise<Uint8Array | BodyFault> {
  if (!body) return new Uint8Array();
  const reader = body.getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    length += part.value.byteLength;
    if (length > limitBytes) {
      await discard(reader);
      return "BODY_TOO_LARGE";
    }
    chunks.push(part.value);
  }
  const [first] = chunks;
  return first && chunks.length === 1 ? first : joined(chunks, length);
}

/** Reads the rest of a body that is too long, within bounds. */
async function discard(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  let length = 0;
  while (length < DISCARD_LIMIT_BYTES) {
    const part = await reader.read();
    if (part.done) return;
    length += part.value.byteLength;
  }
  await reader.cancel();
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
