/// <reference types="vite/types/importMeta.d.ts" />
import { describe, expect, test } from "vitest";
import { parseSignatureHeader, signedContent } from "../../../core-wasm/index.ts";
import { CONTENT_CAPACITY_BYTES } from "../../../core-wasm/memory.ts";
import * as twin from "../../support/twin/signature.ts";
import { compareWithTwin, type HostileRandom, INPUTS } from "./random.ts";

const HEAD_CAPACITY_BYTES = 8 * 1024;

function text(content: Uint8Array | "TOO_LARGE"): string {
  return typeof content === "string" ? content : new TextDecoder().decode(content);
}

describe("the signed content", () => {
  test("is method, path with query, client, time and the body's own bytes", () => {
    const content = "POST /aps/api/v1/payments/pay?x=1\nCLIENT.2019-05-28T12:12:12+08:00.{}\n";
    expect(
      text(signedContent("POST", "/aps/api/v1/payments/pay?x=1", "CLIENT", "2019-05-28T12:12:12+08:00", "{}\n")),
    ).toBe(content);
  });

  test("keeps bytes that are no UTF-8 as they are", () => {
    const body = Uint8Array.of(0xff, 0x00, 0xc0, 0x80);
    expect(signedContent("", "", "", "", body)).toEqual(Uint8Array.of(0x20, 0x0a, 0x2e, 0x2e, ...body));
  });

  test("shares nothing between calls: a shorter content shows nothing of a longer one", () => {
    signedContent("POST", `/${"x".repeat(500)}`, "C".repeat(64), "T".repeat(30), "y".repeat(2000));
    expect(text(signedContent("GET", "/a", "B", "1", "z"))).toBe("GET /a\nB.1.z");
  });

  test("takes 8 KiB before the body and 256 KiB of body, and not a byte more", () => {
    expect(CONTENT_CAPACITY_BYTES).toBe(HEAD_CAPACITY_BYTES + 256 * 1024);
    const path = "p".repeat(HEAD_CAPACITY_BYTES - 4);
    const body = new Uint8Array(256 * 1024);
    expect(signedContent("", path, "", "", body).length).toBe(CONTENT_CAPACITY_BYTES);
    expect(signedContent("", path, "", "", new Uint8Array(256 * 1024 + 1))).toBe("TOO_LARGE");
    expect(signedContent("", `${path}p`, "", "", "")).toBe("TOO_LARGE");
    expect(signedContent("", "", "", "", "é".repeat(CONTENT_CAPACITY_BYTES / 2 - 2)).length).toBe(
      CONTENT_CAPACITY_BYTES,
    );
    expect(signedContent("", "", "", "", "é".repeat(CONTENT_CAPACITY_BYTES / 2 - 1))).toBe("TOO_LARGE");
  });
});

type Message = {
  readonly parts: readonly [method: string, path: string, clientId: string, time: string];
  readonly body: string | Uint8Array;
};

function randomMessage(random: HostileRandom): Message {
  const part = (usual: string) => (random.oneIn(3) ? random.hostileText() : usual);
  const parts: Message["parts"] = [
    part("POST"),
    part("/aps/api/v1/payments/pay"),
    part("CLIENT"),
    part("1700000000000"),
  ];
  if (random.oneIn(2000)) return { parts, body: random.bytes(random.between(255 * 1024, 265 * 1024)) };
  return { parts, body: random.oneIn(2) ? random.bytes(random.below(200)) : random.hostileText() };
}

/** Bytes as a string of Latin-1 characters, so that they can be compared and shown. */
function latin1(content: Uint8Array | "TOO_LARGE"): string {
  if (typeof content === "string") return content;
  let characters = "";
  for (let start = 0; start < content.length; start += 4096) {
    characters += String.fromCharCode(...content.subarray(start, start + 4096));
  }
  return characters;
}

test(`${INPUTS} usual and hostile messages: the core and its twin agree`, () => {
  const seen = compareWithTwin({
    count: INPUTS,
    generate: randomMessage,
    core: ({ parts, body }) => latin1(signedContent(...parts, body)),
    twin: ({ parts, body }) => latin1(twin.signedContent(...parts, body)),
    kind: (answer) => (answer === "TOO_LARGE" ? answer : "a content"),
  });
  expect([...seen.keys()].sort()).toEqual(["TOO_LARGE", "a content"]);
});

/** Read when the test is bundled: workerd has no file system. Empty where the vectors are not kept. */
const files = import.meta.glob<string>("../../../../shared/vectors/alipay-gateway-signed-response.json", {
  eager: true,
  query: "?raw",
  import: "default",
});
const vectorFile = Object.values(files)[0];

describe("a real signed response of the Alipay gateway", () => {
  if (vectorFile === undefined) {
    test("its vector is not kept here", (context) => {
      context.skip("../shared/vectors/alipay-gateway-signed-response.json is absent: nothing was verified");
    });
    return;
  }
  const vector: Record<string, string> = JSON.parse(vectorFile);
  const { method = "", uri = "", clientId = "", responseTime = "", body = "", signatureUrlEncoded = "" } = vector;

  test("is assembled and its header is read", () => {
    expect(text(signedContent(method, uri, clientId, responseTime, body))).toBe(
      `POST /ams/sandbox/api/v1/payments/pay\nSANDBOX_5YEV2N2ZV8LC00920.2025-05-19T01:52:32Z.${body}`,
    );
    const header = parseSignatureHeader(`algorithm=RSA256,keyVersion=1,signature=${signatureUrlEncoded}`);
    expect(header).toMatchObject({ keyVersion: 1, signature: { length: 256 } });
  });

  test("verifies, even when the buffer is used again before WebCrypto answers", async () => {
    const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
    const publicKey = Uint8Array.from(atob(vector.publicKeySpkiBase64 ?? ""), (character) => character.charCodeAt(0));
    const key = await crypto.subtle.importKey("spki", publicKey, algorithm, false, ["verify"]);
    const header = parseSignatureHeader(`algorithm=RSA256,keyVersion=1,signature=${signatureUrlEncoded}`);
    const content = signedContent(method, uri, clientId, responseTime, body);
    if (typeof header === "string" || typeof content === "string") throw new Error("the vector does not parse");
    const verified = crypto.subtle.verify(algorithm, key, header.signature, content);
    signedContent("POST", "/other", "OTHER", "0", "x".repeat(body.length));
    expect(await verified).toBe(true);
  });
});
