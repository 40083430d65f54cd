/** The settings of Auto Debit: both or neither, and nothing that would harm is taken. */
import { describe, expect, it } from "vitest";
import { readAutoDebit } from "../../../../durable/settings/auto-debit.ts";
import type { Settings } from "../../../../durable/settings/settings.ts";
import { DAY_MS } from "../../../support/clock.ts";

const SECRET = "a secret of the right length for it";
const PAGE = "https://wallet.example/authorize";

const LIFETIMES = {
  TOKEN_PREFIX: "281010",
  AUTHORIZATION_PAGE_TIME_LIMIT_MS: 1_800_000,
  AUTH_CODE_LIFETIME_MS: 600_000,
  ACCESS_TOKEN_LIFETIME_DAYS: 365,
  REFRESH_TOKEN_LIFETIME_DAYS: 1_095,
};

function read(settings: Partial<Settings>, lifetimes = {}) {
  return readAutoDebit(settings as Settings, { ...LIFETIMES, ...lifetimes });
}

/** Each fault, none of which shows a secret. */
function faultsOf(settings: Partial<Settings>, lifetimes = {}): string[] {
  const answer = read(settings, lifetimes);
  const faults = "faults" in answer ? answer.faults.map(({ fault }) => fault) : [];
  expect(faults.join()).not.toContain(SECRET);
  return faults;
}

describe("Auto Debit", () => {
  it("is not offered where nothing of it is set", () => {
    expect(read({})).toEqual({ autoDebit: undefined });
  });

  it("is offered with page and secrets; the highest version makes new tokens", () => {
    const TOKEN_SECRETS = JSON.stringify({ 9: SECRET, 10: `${SECRET}!` });
    expect(read({ AUTHORIZATION_URL: PAGE, TOKEN_SECRETS })).toEqual({
      autoDebit: {
        authorizationUrl: PAGE,
        schemeUrl: undefined,
        appLinkUrl: undefined,
        tokenPrefix: "281010",
        tokenSecrets: new Map([
          [9, SECRET],
          [10, `${SECRET}!`],
        ]),
        tokenSecretVersion: 10,
        pageTimeLimitMs: 1_800_000,
        authCodeLifetimeMs: 600_000,
        accessTokenLifetimeMs: 365 * DAY_MS,
        refreshTokenLifetimeMs: 1_095 * DAY_MS,
      },
    });
  });

  it.each<[string, Partial<Settings>, string]>([
    [
      "page",
      { TOKEN_SECRETS: JSON.stringify({ 1: SECRET }) },
      "AUTHORIZATION_URL: is missing, and TOKEN_SECRETS is set",
    ],
    [
      "page",
      { AUTHORIZATION_SCHEME_URL: "wallet://a" },
      "AUTHORIZATION_URL: is missing, and AUTHORIZATION_SCHEME_URL is",
    ],
    ["secrets", { AUTHORIZATION_URL: PAGE }, "TOKEN_SECRETS: is missing, and AUTHORIZATION_URL is set"],
  ])("is refused without its %s, and the fault says what to set", (_what, settings, fault) => {
    expect(faultsOf(settings)).toEqual([expect.stringContaining(fault)]);
    expect(faultsOf(settings)[0]).toContain("; set ");
  });

  it.each([
    "http://wallet.example",
    "/authorize",
    "wallet://a",
    "https://a.example/#x",
    "https://a.example/?preparedId=1&lang=en",
    `https://a.example/${"x".repeat(1_024)}`,
  ])("takes no page at %s", (AUTHORIZATION_URL) => {
    const TOKEN_SECRETS = JSON.stringify({ 1: SECRET });
    expect(faultsOf({ AUTHORIZATION_URL, TOKEN_SECRETS })).toEqual([
      expect.stringContaining("AUTHORIZATION_URL: has another form; set"),
    ]);
  });

  it("takes a page on the machine itself without TLS", () => {
    const TOKEN_SECRETS = JSON.stringify({ 1: SECRET });
    expect(faultsOf({ AUTHORIZATION_URL: "http://127.0.0.1:8787/page?a=b", TOKEN_SECRETS })).toEqual([]);
  });

  it.each(["javascript:alert(1)", "JavaScript:alert(1)", "data:text/html,x", "file:///etc", "no url", "wallet://a#x"])(
    "takes no app URL %s",
    (AUTHORIZATION_SCHEME_URL) => {
      const settings = {
        AUTHORIZATION_URL: PAGE,
        TOKEN_SECRETS: JSON.stringify({ 1: SECRET }),
        AUTHORIZATION_SCHEME_URL,
      };
      expect(faultsOf(settings)).toEqual([expect.stringContaining("AUTHORIZATION_SCHEME_URL: has another form")]);
    },
  );

  it.each<[string, string]>([
    ["that are no JSON", "{"],
    ["that are none", "{}"],
    ["with a name that is no version", JSON.stringify({ [SECRET]: SECRET })],
    ["with the version 0", JSON.stringify({ 0: SECRET })],
    ["that are too short", JSON.stringify({ 1: "x".repeat(31) })],
    ["that are no text", JSON.stringify({ 1: { secret: SECRET } })],
    ["with a version twice", `{"1":"${SECRET}","1":"${SECRET}"}`],
  ])("takes no secrets %s", (_case, TOKEN_SECRETS) => {
    expect(faultsOf({ AUTHORIZATION_URL: PAGE, TOKEN_SECRETS })).toEqual([expect.stringMatching(/^TOKEN_SECRETS: /)]);
  });

  it("takes no refresh token that ends before its access token", () => {
    expect(faultsOf({}, { REFRESH_TOKEN_LIFETIME_DAYS: 364 })).toEqual([
      "REFRESH_TOKEN_LIFETIME_DAYS: is shorter than ACCESS_TOKEN_LIFETIME_DAYS; set at least 365",
    ]);
  });
});
