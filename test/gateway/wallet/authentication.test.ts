/** The callers of the wallet API, and their tokens: RFC 6750, RFC 7519, RFC 8725. */
import { env } from "cloudflare:workers";
import { exportJWK, generateKeyPair, type JWK, SignJWT } from "jose";
import { afterEach, beforeEach, describe, expect, inject, it, vi } from "vitest";
import type { Env } from "../../../durable/env.ts";
import { type Edge, edgeOf } from "../../../worker/access/edge.ts";
import { authenticateOperator } from "../../../worker/access/operator.ts";
import { newId } from "../../support/alipayplus.ts";
import { fetchIn, otherEnvironment } from "../../support/home/other-environment.ts";
import { customerToken, WALLET_TOKEN, walletCall, walletRequest } from "../../support/wallet/calls.ts";

const { setting: ISSUER, privateJwk } = inject("customerIssuer");
const OTHER_TOKEN = "another-token-of-the-right-length-00";

/** What was logged. */
let lines: string[] = [];

beforeEach(() => {
  lines = [];
  for (const method of ["log", "error"] as const) {
    vi.spyOn(console, method).mockImplementation((text: string) => {
      lines.push(text);
    });
  }
});

afterEach(() => {
  vi.restoreAllMocks();
});

/** The HTTP status of a call with a token, in another environment. */
async function statusIn(environment: Env, token: string): Promise<number> {
  const request = walletRequest("POST", "/live-tokens", { customerId: "alice" }, { token });
  return (await fetchIn(environment, request)).status;
}

/** The HTTP status of an app's call, and the reason in the log. */
async function callWith(token: string): Promise<{ readonly status: number; readonly reason: unknown }> {
  const { status } = await walletCall("POST", "/live-tokens", {}, { token });
  return { status, reason: JSON.parse(lines.at(-1) ?? "").reason };
}

function secondsFromNow(seconds: number): number {
  return Math.floor(Date.now() / 1_000) + seconds;
}

describe("a service", () => {
  it.each(["Bearer", "bearer", "BEARER "])("is known by its token, after %s", async (scheme) => {
    const headers = { Authorization: `${scheme} ${WALLET_TOKEN}` };
    expect((await walletCall("POST", "/live-tokens", { customerId: "alice" }, { token: null, headers })).status).toBe(
      200,
    );
  });

  it("is known by one of several tokens", async () => {
    const environment = otherEnvironment({ WALLET_TOKENS: JSON.stringify({ one: WALLET_TOKEN, two: OTHER_TOKEN }) });
    expect(await statusIn(environment, WALLET_TOKEN)).toBe(200);
    expect(await statusIn(environment, OTHER_TOKEN)).toBe(200);
  });

  it.each<[string, string | undefined]>([
    ["no Authorization", undefined],
    ["another scheme", `Basic ${btoa(`a:${WALLET_TOKEN}`)}`],
    ["a token without a scheme", WALLET_TOKEN],
    ["an empty token", "Bearer "],
    ["two tokens", `Bearer ${WALLET_TOKEN} ${WALLET_TOKEN}`],
    ["two headers", `Bearer ${WALLET_TOKEN}, Bearer ${WALLET_TOKEN}`],
    ["another token", `Bearer ${OTHER_TOKEN}`],
    ["a token that is cut off", `Bearer ${WALLET_TOKEN.slice(0, -1)}`],
    ["a token that goes on", `Bearer ${WALLET_TOKEN}x`],
    ["an operator's token", `Bearer ${inject("operatorToken")}`],
    ["its name", "Bearer backend"],
  ])("is unauthenticated with %s", async (_case, authorization) => {
    const headers = authorization === undefined ? {} : { Authorization: authorization };
    const reply = await walletCall("POST", "/live-tokens", { customerId: "alice" }, { token: null, headers });
    expect(reply).toMatchObject({ status: 401, body: { code: "UNAUTHENTICATED" } });
    expect(reply.headers.get("WWW-Authenticate")).toBe("Bearer");
  });

  it("is unauthenticated where there are no settings, and so is a customer", async () => {
    const environment = otherEnvironment({ WALLET_TOKENS: undefined, WALLET_JWT: undefined });
    for (const token of [WALLET_TOKEN, await customerToken("alice")])
      expect(await statusIn(environment, token)).toBe(401);
  });

  it("is refused before its body is read", async () => {
    const reply = await walletCall("POST", "/live-tokens", "{", { token: OTHER_TOKEN });
    expect(reply.body.code).toBe("UNAUTHENTICATED");
  });
});

describe("a customer's token", () => {
  it("stands for the customer whom its sub names", async () => {
    expect((await callWith(await customerToken(newId("customer")))).status).toBe(200);
  });

  it("is accepted for thirty seconds after its expiry, since clocks differ", async () => {
    expect((await callWith(await customerToken("alice", { exp: secondsFromNow(-25) }))).status).toBe(200);
    expect(await callWith(await customerToken("alice", { exp: secondsFromNow(-35) }))).toEqual({
      status: 401,
      reason: "ERR_JWT_EXPIRED",
    });
  });

  it.each<[string, () => Promise<string>, string]>([
    ["never expires", () => customerToken("alice", { exp: undefined }), "ERR_JWT_CLAIM_VALIDATION_FAILED"],
    ["is of later", () => customerToken("alice", { nbf: secondsFromNow(60) }), "ERR_JWT_CLAIM_VALIDATION_FAILED"],
    ["is for another audience", () => customerToken("alice", { aud: "x" }), "ERR_JWT_CLAIM_VALIDATION_FAILED"],
    [
      "is for the live stream",
      () => customerToken("alice", { aud: "plusgate-live" }),
      "ERR_JWT_CLAIM_VALIDATION_FAILED",
    ],
    ["has no audience", () => customerToken("alice", { aud: undefined }), "ERR_JWT_CLAIM_VALIDATION_FAILED"],
    ["is of another issuer", () => customerToken("alice", { iss: "x" }), "ERR_JWT_CLAIM_VALIDATION_FAILED"],
    ["names no customer", () => customerToken("alice", { sub: undefined }), "ERR_JWT_CLAIM_VALIDATION_FAILED"],
    ["has an empty sub", () => customerToken(""), "CUSTOMER_MALFORMED"],
    ["has a sub that no customer has", () => customerToken("x".repeat(65)), "CUSTOMER_MALFORMED"],
    ["is signed with another key", () => signedWith({}), "ERR_JWS_SIGNATURE_VERIFICATION_FAILED"],
    ["names a key that is not there", () => signedWith({ kid: "unknown" }), "ERR_JWKS_NO_MATCHING_KEY"],
    ["is not signed", unsignedToken, "ERR_JOSE_ALG_NOT_ALLOWED"],
    ["is signed with the public key as a secret", signedWithPublicKey, "ERR_JOSE_ALG_NOT_ALLOWED"],
    ["is no JWT", async () => "a.b.c", "ERR_JWS_INVALID"],
  ])("is refused when it %s", async (_case, token, reason) => {
    expect(await callWith(await token())).toEqual({ status: 401, reason });
  });

  it("is refused when one of its characters differs", async () => {
    const token = await customerToken("alice");
    const [header = "", payload = "", signature = ""] = token.split(".");
    const changed = { ...JSON.parse(atob(payload)), sub: "bob" };
    const forged = [header, btoa(JSON.stringify(changed)).replace(/=+$/, ""), signature].join(".");
    expect(await callWith(forged)).toEqual({ status: 401, reason: "ERR_JWS_SIGNATURE_VERIFICATION_FAILED" });
  });

  it("is not written to the log", async () => {
    const customerId = newId("customer");
    const token = await customerToken(customerId, { exp: secondsFromNow(-60) });
    await callWith(token);
    await callWith(WALLET_TOKEN);
    for (const secret of [customerId, ...token.split("."), WALLET_TOKEN])
      expect(lines.join("\n")).not.toContain(secret);
  });
});

describe("the keys of the identity provider", () => {
  it.each(["RS256", "PS256", "ES256", "EdDSA"])("may be of %s, two at a time", async (alg) => {
    const pairs = [await keyPair(alg, "old"), await keyPair(alg, "new")];
    const environment = withKeys(pairs.map(({ publicJwk }) => publicJwk));
    for (const { sign } of pairs) expect(await statusIn(environment, await sign(alg))).toBe(200);
  });

  it("sign only with their own algorithm", async () => {
    const { publicJwk } = await keyPair("PS256", "one");
    const other = await keyPair("RS256", "one");
    expect(await statusIn(withKeys([publicJwk]), await other.sign("RS256"))).toBe(401);
  });
});

describe("an operator", () => {
  it("is known by name, by a token of OPS_TOKENS alone", async () => {
    const gateway = (await edgeOf(env)) as Edge;
    const asking = (token: string) =>
      new Request("http://gateway.test/ops", { headers: { Authorization: `Bearer ${token}` } });
    expect(await authenticateOperator(asking(inject("operatorToken")), gateway)).toBe("operator");
    for (const token of [WALLET_TOKEN, OTHER_TOKEN, await customerToken("alice")]) {
      expect(await authenticateOperator(asking(token), gateway)).toBeUndefined();
    }
    expect(await authenticateOperator(new Request("http://gateway.test/ops"), gateway)).toBeUndefined();
  });
});

const ES256 = await keyPair("ES256", "one");

const settingFaults: readonly [string, string, string][] = [
  ["WALLET_TOKENS", "that are not JSON", WALLET_TOKEN],
  ["WALLET_TOKENS", "with a name twice", `{"a":"${WALLET_TOKEN}","a":"${OTHER_TOKEN}"}`],
  ["WALLET_TOKENS", "with one token for two", JSON.stringify({ a: WALLET_TOKEN, b: WALLET_TOKEN })],
  ["WALLET_TOKENS", "with a token of 31 characters", JSON.stringify({ a: "x".repeat(31) })],
  ["WALLET_TOKENS", "with a token that no header can carry", JSON.stringify({ a: "x y".repeat(20) })],
  ["WALLET_TOKENS", "with a token for a name", JSON.stringify({ [`${WALLET_TOKEN}=`]: WALLET_TOKEN })],
  ["OPS_TOKENS", "with a token of 31 characters", JSON.stringify({ a: "x".repeat(31) })],
  ["LIVE_TOKEN_SECRET", "of 31 bytes", "x".repeat(31)],
  ["WALLET_JWT", "that is not JSON", "{"],
  ["WALLET_JWT", "without an issuer", JSON.stringify({ ...ISSUER, issuer: undefined })],
  ["WALLET_JWT", "without an audience", JSON.stringify({ ...ISSUER, audience: "" })],
  ["WALLET_JWT", "without keys", jwtSetting([])],
  ["WALLET_JWT", "with a misspelt member", JSON.stringify({ ...ISSUER, audiences: "x" })],
  ["WALLET_JWT", "with a private key", jwtSetting([privateJwk])],
  ["WALLET_JWT", "with a secret key", jwtSetting([{ kty: "oct", alg: "HS256", kid: "k", k: "AAAA" }])],
  ["WALLET_JWT", "with a key that is not of its alg", jwtSetting([{ ...ES256.publicJwk, alg: "RS256" }])],
  ["WALLET_JWT", "with a key without alg", jwtSetting([{ ...ES256.publicJwk, alg: undefined }])],
  ["WALLET_JWT", "with a key without kid", jwtSetting([{ ...ES256.publicJwk, kid: undefined }])],
  ["WALLET_JWT", "with a kid twice", jwtSetting([ES256.publicJwk, ES256.publicJwk])],
  ["WALLET_JWT", "with a damaged key", jwtSetting([{ ...ES256.publicJwk, x: "AAAA" }])],
  ["WALLET_JWT", "with an RSA key of 1024 bits", jwtSetting([await smallRsaKey()])],
];

/** What a wrong setting closes. */
const CLOSED_BY: Readonly<Record<string, readonly string[]>> = {
  WALLET_TOKENS: ["/wallet/v1"],
  WALLET_JWT: ["/wallet/v1"],
  LIVE_TOKEN_SECRET: ["/wallet/v1/live-tokens", "/wallet/v1/live"],
  OPS_TOKENS: ["/ops"],
};

describe("a wrong setting", () => {
  it.each(settingFaults)(
    "%s %s: /healthz names what is closed, the log the setting, and nothing of it",
    async (name, _fault, text) => {
      const health = await fetchIn(otherEnvironment({ [name]: text }), new Request("http://gateway.test/healthz"));
      expect(health.status).toBe(200);
      expect(await health.json()).toEqual({ status: "ready", closed: CLOSED_BY[name] });
      expect(lines).toHaveLength(1);
      expect(JSON.parse(lines[0] ?? "")).toMatchObject({
        event: "misconfigured",
        error: expect.stringMatching(`^${name}: `),
      });
      for (const secret of [WALLET_TOKEN, OTHER_TOKEN, privateJwk.d ?? ""]) expect(lines[0]).not.toContain(secret);
    },
  );
});

/** The setting WALLET_JWT with other keys. */
function jwtSetting(keys: readonly object[]): string {
  return JSON.stringify({ ...ISSUER, jwks: { keys } });
}

function withKeys(keys: readonly JWK[]): Env {
  return otherEnvironment({ WALLET_JWT: jwtSetting(keys) });
}

/** A key pair of an identity provider; `sign` makes a token of alice's, with any algorithm that the key supports. */
async function keyPair(alg: string, kid: string) {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  const publicJwk: JWK = { ...(await exportJWK(publicKey)), kid, alg };
  const { issuer: iss, audience: aud } = ISSUER;
  const sign = (by: string, header: object = { kid }) =>
    new SignJWT({ iss, aud, sub: "alice", exp: secondsFromNow(60) })
      .setProtectedHeader({ alg: by, ...header })
      .sign(privateKey);
  return { publicJwk, sign };
}

/** A token like the provider's, signed with another key. */
async function signedWith(header: object): Promise<string> {
  const { sign } = await keyPair("ES256", privateJwk.kid ?? "");
  return sign("ES256", { kid: privateJwk.kid, ...header });
}

async function unsignedToken(): Promise<string> {
  const [, payload = ""] = (await customerToken("alice")).split(".");
  return `${btoa('{"alg":"none"}').replace(/=+$/, "")}.${payload}.`;
}

/** The oldest forgery: the public key, which is no secret, as the secret of an HMAC. */
async function signedWithPublicKey(): Promise<string> {
  const { issuer: iss, audience: aud, jwks } = ISSUER;
  const secret = new TextEncoder().encode(JSON.stringify(jwks.keys[0]));
  return new SignJWT({ iss, aud, sub: "alice", exp: secondsFromNow(60) })
    .setProtectedHeader({ alg: "HS256", kid: privateJwk.kid ?? "" })
    .sign(secret);
}

async function smallRsaKey(): Promise<JWK> {
  const algorithm = {
    name: "RSASSA-PKCS1-v1_5",
    hash: "SHA-256",
    modulusLength: 1_024,
    publicExponent: new Uint8Array([1, 0, 1]),
  };
  const { publicKey } = (await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"])) as CryptoKeyPair;
  return { ...(await exportJWK(publicKey)), kid: "small", alg: "RS256" };
}
