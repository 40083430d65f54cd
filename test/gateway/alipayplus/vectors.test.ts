/// <reference types="vite/types/importMeta.d.ts" />
import { describe, expect, test } from "vitest";
import { type KeyRing, parseKeyRing, verificationKey } from "../../../protocol/signature/key-ring.ts";
import { verifySignature } from "../../../protocol/signature/rsa.ts";
import { verifyMessage } from "../../../protocol/signature/verify.ts";

/** The vectors' files, read when the test is bundled: workerd has no file system. Empty where they are not kept. */
const files = import.meta.glob<string>("../../../../shared/vectors/*.json", {
  eager: true,
  query: "?raw",
  import: "default",
});

function vectorFile(name: string): string | undefined {
  return files[`../../../../shared/vectors/${name}`];
}

function ringOf(clientId: string, publicKey: string): KeyRing {
  const ring = parseKeyRing("{}", JSON.stringify({ [clientId]: { 1: publicKey } }));
  if ("fault" in ring) {
    throw new Error(`${ring.fault} ${ring.entry}`);
  }
  return ring;
}

type SignedResponse = {
  readonly method: string;
  readonly uri: string;
  readonly clientId: string;
  readonly responseTime: string;
  readonly body: string;
  readonly signatureUrlEncoded: string;
  readonly publicKeySpkiBase64: string;
};

const signedResponse = vectorFile("alipay-gateway-signed-response.json");

describe("a real response of the Alipay gateway", () => {
  if (signedResponse === undefined) {
    test("its vector is not kept here", (context) => {
      context.skip("../shared/vectors/alipay-gateway-signed-response.json is absent: nothing was verified");
    });
    return;
  }
  const vector: SignedResponse = JSON.parse(signedResponse);
  const message = {
    ring: ringOf(vector.clientId, vector.publicKeySpkiBase64),
    method: vector.method,
    pathAndQuery: vector.uri,
    clientId: vector.clientId,
    time: vector.responseTime,
    signatureHeader: `algorithm=RSA256,keyVersion=1,signature=${vector.signatureUrlEncoded}`,
    body: new TextEncoder().encode(vector.body),
  };

  test("verifies [SIG-06]", async () => {
    expect(await verifyMessage(message)).toEqual({ verified: true, keyVersion: 1 });
  });

  test("does not verify with another method, path, time or body [SIG-06]", async () => {
    const invalid = { verified: false, reason: "SIGNATURE_INVALID", keyVersion: 1 };
    expect(await verifyMessage({ ...message, method: "GET" })).toEqual(invalid);
    expect(await verifyMessage({ ...message, pathAndQuery: `${vector.uri}/` })).toEqual(invalid);
    expect(await verifyMessage({ ...message, time: "2025-05-19T01:52:33Z" })).toEqual(invalid);
    expect(await verifyMessage({ ...message, body: new TextEncoder().encode(`${vector.body} `) })).toEqual(invalid);
  });
});

type Wycheproof = {
  readonly numberOfTests: number;
  readonly testGroups: readonly {
    readonly publicKeyDer: string;
    readonly tests: readonly {
      readonly tcId: number;
      readonly comment: string;
      readonly msg: string;
      readonly sig: string;
      readonly result: "valid" | "invalid" | "acceptable";
    }[];
  }[];
};

const wycheproof = vectorFile("wycheproof_rsa_signature_2048_sha256.json");

describe("Project Wycheproof's RSA-2048 signatures: valid ones verify, invalid and acceptable ones do not", () => {
  if (wycheproof === undefined) {
    test("its vectors are not kept here", (context) => {
      context.skip("../shared/vectors/wycheproof_rsa_signature_2048_sha256.json is absent: nothing was verified");
    });
    return;
  }
  const vectors: Wycheproof = JSON.parse(wycheproof);

  test.each(vectors.testGroups)("group %#", async ({ publicKeyDer, tests }) => {
    const key = await verificationKey(ringOf("CLIENT", Uint8Array.fromHex(publicKeyDer).toBase64()), "CLIENT", 1);
    if (typeof key === "string") {
      throw new Error(key);
    }
    for (const { tcId, comment, msg, sig, result } of tests) {
      const verified = await verifySignature(key, Uint8Array.fromHex(sig), Uint8Array.fromHex(msg));
      expect(verified, `tcId ${tcId}: ${comment}`).toBe(result === "valid");
    }
  });

  test("all of them are there", () => {
    const count = vectors.testGroups.reduce((sum, group) => sum + group.tests.length, 0);
    expect(count).toBe(259);
    expect(vectors.numberOfTests).toBe(259);
  });
});
