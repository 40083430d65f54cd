/** Tokens: derived, read from their end, and found by a digest. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { newToken, shardOfToken, tokenDigest, tokenText } from "../../../../durable/authorizations/tokens.ts";
import type { AutoDebit } from "../../../../durable/settings/auto-debit.ts";

const SETTINGS: AutoDebit = {
  authorizationUrl: "https://wallet.example",
  schemeUrl: undefined,
  appLinkUrl: undefined,
  tokenPrefix: "281010",
  tokenSecrets: new Map([
    [1, "the first secret, which is long enough"],
    [2, "the second secret, which is long enough"],
  ]),
  tokenSecretVersion: 2,
  pageTimeLimitMs: 1,
  authCodeLifetimeMs: 1,
  accessTokenLifetimeMs: 1,
  refreshTokenLifetimeMs: 1,
};

describe("a token", () => {
  it("is derived the same again, and says its kind and its shard", async () => {
    for (const [kind, digits] of [
      ["AUTH_CODE", "13"],
      ["ACCESS", "03"],
      ["REFRESH", "03"],
    ] as const) {
      const stored = await newToken(SETTINGS, kind, 4_095);
      const text = (await tokenText(SETTINGS, kind, 4_095, stored)) ?? "";
      expect(text).toMatch(new RegExp(`^281010${digits}04095[A-Za-z0-9_-]{32}$`));
      expect(await tokenText(SETTINGS, kind, 4_095, stored)).toBe(text);
      expect(await tokenDigest(text)).toBe(stored.digest);
      expect(stored.secretVersion).toBe(2);
      expect(JSON.stringify(stored)).not.toContain(text.slice(-32));
    }
  });

  it("of one seed differs by its kind and its secret", async () => {
    const { seed } = await newToken(SETTINGS, "ACCESS", 1);
    const texts = new Set<string>();
    for (const kind of ["AUTH_CODE", "ACCESS", "REFRESH"] as const) {
      for (const tokenSecretVersion of [1, 2]) {
        const settings = { ...SETTINGS, tokenSecretVersion };
        const made = await newToken(settings, kind, 1);
        const stored = { ...made, seed };
        // Its digest is another one's, so that it is not answered.
        expect(await tokenText(settings, kind, 1, stored)).toBeUndefined();
        texts.add(made.digest);
      }
    }
    expect(texts.size).toBe(6);
  });

  it("has the longest prefix within 128 characters", async () => {
    const settings = { ...SETTINGS, tokenPrefix: "x".repeat(32) };
    const stored = await newToken(settings, "ACCESS", 65_535);
    expect((await tokenText(settings, "ACCESS", 65_535, stored))?.length).toBeLessThanOrEqual(128);
  });

  it("is found under another prefix, and not under another end", async () => {
    const stored = await newToken(SETTINGS, "ACCESS", 7);
    const text = (await tokenText(SETTINGS, "ACCESS", 7, stored)) ?? "";
    expect(await tokenDigest(`other${text.slice(8)}`)).toBe(stored.digest);
    expect(await tokenDigest(`${text}x`)).not.toBe(stored.digest);
    expect(await tokenDigest(text.replace("00007", "00008"))).not.toBe(stored.digest);
  });
});

describe("the shard of a token", () => {
  it("is the one that it names, or some shard of the deployment for any other text", async () => {
    const stored = await newToken(SETTINGS, "ACCESS", 9);
    const text = (await tokenText(SETTINGS, "ACCESS", 9, stored)) ?? "";
    expect(shardOfToken(text, 16)).toBe(9);
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 65_536 }), (any, shardCount) => {
        for (const each of [any, text, `${any}${text}`]) {
          const shard = shardOfToken(each, shardCount);
          expect(Number.isInteger(shard) && shard >= 0 && shard < shardCount).toBe(true);
        }
      }),
    );
  });
});
