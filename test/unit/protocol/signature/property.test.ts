import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { type KeyRing, parseKeyRing } from "../../../../protocol/signature/key-ring.ts";
import { signMessage } from "../../../../protocol/signature/sign.ts";
import { type SignedMessage, verifyMessage } from "../../../../protocol/signature/verify.ts";
import { generateRsaKeys } from "../../../support/signature-keys.ts";

const CLIENT = "SANDBOX_5Y00000000000000001";
const INVALID = { verified: false, reason: "SIGNATURE_INVALID", keyVersion: 7 };

let ring: KeyRing;

beforeAll(async () => {
  const { privateKey, publicKey } = await generateRsaKeys();
  const [signing, verification] = [{ [CLIENT]: { 7: privateKey } }, { [CLIENT]: { 7: publicKey } }];
  const parsed = parseKeyRing(JSON.stringify(signing), JSON.stringify(verification));
  if ("fault" in parsed) {
    throw new Error(`${parsed.fault} ${parsed.entry}`);
  }
  ring = parsed;
});

const content = fc.record({
  pathAndQuery: fc.webPath().map((path) => `/aps${path}`),
  time: fc.constantFrom("1618969624000", "2021-04-21T01:47:04Z", "2021-04-21T09:47:04.123+0800"),
  body: fc.string({ unit: "binary", maxLength: 3000, size: "max" }).map((text) => text.toWellFormed()),
});

async function signed({ pathAndQuery, time, body }: Pick<SignedMessage, "pathAndQuery" | "time"> & { body: string }) {
  const message = { ring, method: "POST", pathAndQuery, clientId: CLIENT, time };
  const { header } = await signMessage({ ...message, body });
  return { ...message, signatureHeader: header, body: new TextEncoder().encode(body) };
}

/** A copy with the bits of `mask` flipped in the byte at `place`, counted round and round. */
function flipped(bytes: Uint8Array, place: number, mask: number): Uint8Array {
  return bytes.map((byte, index) => (index === place % bytes.length ? byte ^ mask : byte));
}

test("what is signed verifies, whatever it says", async () => {
  await fc.assert(
    fc.asyncProperty(content, async (message) => {
      expect(await verifyMessage(await signed(message))).toEqual({ verified: true, keyVersion: 7 });
    }),
    { numRuns: 60 },
  );
});

test("one flipped byte in the body, in the path or in the time, and it does not verify", async () => {
  const property = fc.asyncProperty(content, fc.nat(), fc.integer({ min: 1, max: 127 }), async (plain, place, mask) => {
    const message = await signed({ ...plain, body: `{${plain.body}}` });
    expect(await verifyMessage({ ...message, body: flipped(message.body, place, mask) })).toEqual(INVALID);
    for (const part of ["pathAndQuery", "time"] as const) {
      const bytes = flipped(new TextEncoder().encode(message[part]), place, mask);
      expect(await verifyMessage({ ...message, [part]: new TextDecoder().decode(bytes) })).toEqual(INVALID);
    }
  });
  await fc.assert(property, { numRuns: 60 });
});

test("one flipped byte in the signature, and it does not verify", async () => {
  const property = fc.asyncProperty(content, fc.nat(), fc.integer({ min: 1, max: 255 }), async (plain, place, mask) => {
    const message = await signed(plain);
    const [beginning, value = ""] = message.signatureHeader.split("signature=");
    const signature = Uint8Array.from(atob(decodeURIComponent(value)), (character) => character.charCodeAt(0));
    const other = btoa(String.fromCharCode(...flipped(signature, place, mask)));
    const signatureHeader = `${beginning}signature=${encodeURIComponent(other)}`;
    expect(await verifyMessage({ ...message, signatureHeader })).toEqual(INVALID);
  });
  await fc.assert(property, { numRuns: 60 });
});
