/** The configuration that settings make, and the faults that they have. */
import { beforeAll, describe, expect, it } from "vitest";
import { type Configuration, readConfiguration } from "../../../../durable/settings/configuration.ts";
import { isPartOf, type Settings, settingKind } from "../../../../durable/settings/settings.ts";
import { generateRsaKeys, type KeyPairText } from "../../../support/signature-keys.ts";

const CLIENT = "SANDBOX_5Y00000000000000001";
const SECRET = `whsec_${btoa("a secret of the right length for it")}`;
const HTTP = { CORE: "HTTP", CORE_NAME: "core-1", CORE_URL: "https://core.example/", CORE_SECRET: SECRET };

const CASHIER_URLS_FORM = "1 to 8 https URLs or URLs of an app, without codeValue, with one space between them";

let keys: KeyPairText;
let least: Settings;

/** Keys by version, of one client. */
function keysOf(versions: object, client = CLIENT): string {
  return JSON.stringify({ [client]: versions });
}

beforeAll(async () => {
  keys = await generateRsaKeys();
  least = {
    SHARD_COUNT: "16",
    CORE: "EMBEDDED",
    SIGNING_KEYS: keysOf({ 1: keys.privateKey }),
    VERIFICATION_KEYS: keysOf({ 1: keys.publicKey }),
  };
});

function configurationOf(changes: object = {}): Configuration {
  const { configuration, faults } = readConfiguration({ ...least, ...changes });
  if (!configuration) throw new Error(faults.map(({ fault }) => fault).join());
  return configuration;
}

/** Setting and text of each fault. */
function faultsOf(changes: object): string[] {
  const { configuration, faults } = readConfiguration({ ...least, ...changes });
  expect(configuration === undefined).toBe(faults.length > 0);
  for (const { setting, fault } of faults) expect(fault.startsWith(setting)).toBe(true);
  return faults.map(({ fault }) => fault);
}

describe("the defaults", () => {
  it("refuse foreign payment codes, keep personal data for 400 days, and limit calls in flight", () => {
    expect(configurationOf()).toMatchObject({
      shardCount: 16,
      clientId: CLIENT,
      core: { kind: "EMBEDDED", name: "EMBEDDED" },
      basePath: "/aps/api/v1",
      acceptsForeignPaymentCodes: false,
      acceptsDifferingAmounts: false,
      merchantRegistration: "NONE",
      smallestAmounts: {},
      retentionDays: 400,
      inFlightLimit: 256,
      shardInFlightLimit: 128,
    });
  });

  it("give way to what is set", () => {
    const set = { FOREIGN_PAYMENT_CODES: "ACCEPT", RETENTION_DAYS: "3650", IN_FLIGHT_LIMIT: "1" };
    expect(configurationOf({ ...set, SHARD_IN_FLIGHT_LIMIT: "100000" })).toMatchObject({
      acceptsForeignPaymentCodes: true,
      retentionDays: 3_650,
      inFlightLimit: 1,
      shardInFlightLimit: 100_000,
    });
  });

  it("know no cashier URL, and take those that are set", () => {
    expect(configurationOf()).toMatchObject({ cashierUrls: [], cashierLoginUrl: undefined, indirectMpp: undefined });
    const cashierUrls = ["https://wallet.test/cashier", "wallet://cashier?a=1"];
    const set = { CASHIER_URLS: cashierUrls.join(" "), CASHIER_LOGIN_URL: "https://wallet.test/login" };
    expect(configurationOf({ ...set, INDIRECT_MPP: '{"id":"1"}' })).toMatchObject({
      cashierUrls,
      cashierLoginUrl: "https://wallet.test/login",
      indirectMpp: { id: "1" },
    });
  });

  it.each([
    ["RETENTION_DAYS", "0", "a whole number from 1 to 3650, in digits alone"],
    ["RETENTION_DAYS", "3651", "a whole number from 1 to 3650, in digits alone"],
    ["IN_FLIGHT_LIMIT", "100001", "a whole number from 1 to 100000, in digits alone"],
    ["SHARD_IN_FLIGHT_LIMIT", "1.5", "a whole number from 1 to 100000, in digits alone"],
    ["FOREIGN_PAYMENT_CODES", "YES", "one of ACCEPT, REFUSE"],
    ["MERCHANT_REGISTRATION", "approval", "one of NONE, REPORTING, APPROVAL"],
    ["ALIPAYPLUS_ORIGIN", "http://a.test", "https://<host>"],
    ...[
      "",
      "https://a.test  wallet://b",
      "http://a.test",
      "a.test,b.test",
      Array(9).fill("https://a.test").join(" "),
    ].map((text): [string, string, string] => ["CASHIER_URLS", text, CASHIER_URLS_FORM]),
    ["CASHIER_LOGIN_URL", "wallet://login", "an https URL without codeValue"],
    ["CASHIER_LOGIN_URL", "https://a.test/?codeValue=1", "an https URL without codeValue"],
    ["INDIRECT_MPP", "[]", "one JSON object, as agreed with Alipay+"],
    ["INDIRECT_MPP", '{"a":"1","a":"2"}', "one JSON object, as agreed with Alipay+"],
  ])("%s=%s is refused, and the fault says what to set", (name, text, takes) => {
    expect(faultsOf({ [name]: text })).toEqual([`${name}: has another form; set ${takes}`]);
  });
});

describe("Auto Debit", () => {
  it("that is not set as a whole is named together with other wrong settings", () => {
    const faults = faultsOf({ AUTHORIZATION_URL: "https://wallet.example/authorize", RETENTION_DAYS: "0" });
    expect(faults.map((fault) => fault.split(",")[0])).toEqual([
      expect.stringContaining("RETENTION_DAYS: has another form"),
      "TOKEN_SECRETS: is missing",
    ]);
  });
});

describe("SMALLEST_AMOUNTS", () => {
  it("has digits of the smallest unit, by product and currency", () => {
    const set = {
      IN_STORE_PAYMENT: { HKD: { payment: "10", refund: "20" }, JPY: {} },
      AGREEMENT_PAYMENT: { HKD: { payment: "1" } },
    };
    expect(configurationOf({ SMALLEST_AMOUNTS: JSON.stringify(set) }).smallestAmounts).toEqual({
      IN_STORE_PAYMENT: { HKD: { payment: 10n, refund: 20n }, JPY: {} },
      AGREEMENT_PAYMENT: { HKD: { payment: 1n } },
    });
  });

  it.each([
    "",
    "[]",
    "{",
    '{"IN_STORE":{}}',
    '{"IN_STORE_PAYMENT":{"HK$":{"payment":"1"}}}',
    '{"IN_STORE_PAYMENT":{"HKD":{"payment":"0.10"}}}',
    '{"IN_STORE_PAYMENT":{"HKD":{"payment":"-1"}}}',
    '{"IN_STORE_PAYMENT":{"HKD":{"smallest":"1"}}}',
    '{"IN_STORE_PAYMENT":{"HKD":{"payment":"1"},"HKD":{"payment":"2"}}}',
    '{"IN_STORE_PAYMENT":{"HKD":{"payment":"9223372036854775808"}}}',
    `{"IN_STORE_PAYMENT":{}}${" ".repeat(32_768)}`,
  ])("is refused when it is %s", (text) => {
    const [fault = ""] = faultsOf({ SMALLEST_AMOUNTS: text });
    expect(fault).toMatch(/^SMALLEST_AMOUNTS: has another form[^;]*; set JSON such as {"IN_STORE_PAYMENT":{"HKD":/);
  });

  it.each([
    ['{"IN_STORE":{}}', "IN_STORE"],
    ['{"IN_STORE_PAYMENT":{"JPY":{},"HK$":{"payment":"1"}}}', "IN_STORE_PAYMENT.HK$"],
    ['{"IN_STORE_PAYMENT":{"HKD":{"payment":"1","refund":"0.10"}}}', "IN_STORE_PAYMENT.HKD.refund"],
    ['{"IN_STORE_PAYMENT":{"HKD":{"smallest":"1"}}}', "IN_STORE_PAYMENT.HKD.smallest"],
  ])("says which part of %s is wrong", (text, part) => {
    expect(faultsOf({ SMALLEST_AMOUNTS: text })[0]).toContain(`has another form at ${part}; set `);
  });
});

describe("the core", () => {
  it("is the one that CORE names", () => {
    expect(configurationOf({ CORE_NAME: "EMBEDDED" }).core).toEqual({ kind: "EMBEDDED", name: "EMBEDDED" });
    const { core } = configurationOf(HTTP);
    expect(core).toEqual({ kind: "HTTP", name: "core-1", url: "https://core.example", secret: SECRET });
  });

  it.each<[string, object, readonly string[]]>([
    ["neither set nor inferred", { ...HTTP, CORE: undefined }, ["CORE"]],
    ["of no kind", { CORE: "http" }, ["CORE"]],
    ["embedded, with the settings of another", { ...HTTP, CORE: "EMBEDDED" }, ["CORE_URL", "CORE_SECRET", "CORE_NAME"]],
    ["over HTTP without its settings", { CORE: "HTTP" }, ["CORE_NAME", "CORE_URL", "CORE_SECRET"]],
    ["over HTTP under the embedded one's name", { ...HTTP, CORE_NAME: "EMBEDDED" }, ["CORE_NAME"]],
    ["over HTTP with an empty name", { ...HTTP, CORE_NAME: "" }, ["CORE_NAME"]],
    ["over HTTP with a name of 65 characters", { ...HTTP, CORE_NAME: "n".repeat(65) }, ["CORE_NAME"]],
    ["over HTTP with a bad URL and secret", { ...HTTP, CORE_URL: "x", CORE_SECRET: "y" }, ["CORE_URL", "CORE_SECRET"]],
  ])("%s is refused", (_case, changes, settings) => {
    const faults = faultsOf(changes);
    expect(faults.map((fault) => fault.split(":")[0])).toEqual(settings);
    expect(faults.join()).not.toContain(SECRET);
  });

  it("takes every character that a name may have", () => {
    expect(configurationOf({ ...HTTP, CORE_NAME: "Az09._-" }).core.name).toBe("Az09._-");
  });
});

describe("the base path", () => {
  it.each(["/aps/api/v1", "/a", "/opsx", "/wallet/v2", "/wallet/v11", "/healthz-of/it", "/a/ops"])(
    "may be %s",
    (basePath) => {
      expect(configurationOf({ BASE_PATH: basePath }).basePath).toBe(basePath);
    },
  );

  it.each([
    "/ops",
    "/ops/a",
    "/wallet",
    "/wallet/v1",
    "/wallet/v1/a",
    "/healthz",
    "/healthz/a",
    "/sandbox",
    "/sandbox/a",
  ])("may not be %s, which overlaps another API", (basePath) => {
    const { faults } = readConfiguration({ ...least, BASE_PATH: basePath });
    expect(faults).toEqual([
      { reason: "PATH_TAKEN", setting: "BASE_PATH", fault: expect.stringMatching(/^BASE_PATH: overlaps \/\w+/) },
    ]);
  });

  it.each(["", "/", "aps", "/aps/", "/a//b", "/a/..", "/./a", "/a b", "/a%20"])("may not be '%s'", (basePath) => {
    expect(faultsOf({ BASE_PATH: basePath })).toEqual([expect.stringMatching(/^BASE_PATH: has another form; set /)]);
  });
});

describe("the Client-Id", () => {
  it("is the one of all keys, in however many settings they are", () => {
    const spread = { SIGNING_KEYS_2: keysOf({ 2: keys.privateKey }), SIGNING_KEYS_99: keysOf({ 3: keys.privateKey }) };
    const { configuration, keys: read } = readConfiguration({
      ...least,
      ...spread,
      VERIFICATION_KEYS_3: keysOf({ 7: keys.publicKey }),
    });
    expect(configuration?.clientId).toBe(CLIENT);
    expect([...(read?.ring.signing.get(CLIENT)?.keys() ?? [])]).toEqual([1, 2, 3]);
    expect([...(read?.ring.verification.get(CLIENT)?.keys() ?? [])]).toEqual([1, 7]);
  });

  it.each<[string, () => object, string]>([
    ["of two in one setting", () => ({ VERIFICATION_KEYS: twoClients(keys.publicKey) }), "VERIFICATION_KEYS"],
    ["of two that sign", () => ({ SIGNING_KEYS: twoClients(keys.privateKey) }), "SIGNING_KEYS"],
    ["of two in two settings", () => ({ SIGNING_KEYS_2: keysOf({ 1: keys.privateKey }, "OTHER") }), "SIGNING_KEYS_2"],
    [
      "of one that signs and another that verifies",
      () => ({ SIGNING_KEYS: keysOf({ 1: keys.privateKey }, "OTHER") }),
      "SIGNING_KEYS",
    ],
    ["of none that signs", () => ({ SIGNING_KEYS: "{}" }), "SIGNING_KEYS"],
    ["of none that verifies", () => ({ VERIFICATION_KEYS: "{}" }), "VERIFICATION_KEYS"],
  ])("%s is refused", (_case, changes, setting) => {
    const { configuration, faults } = readConfiguration({ ...least, ...changes() });
    expect(configuration).toBeUndefined();
    expect(faults).toEqual([expect.objectContaining({ reason: "CLIENT_ID_AMBIGUOUS", setting })]);
  });

  function twoClients(text: string): string {
    return JSON.stringify({ [CLIENT]: { 1: text }, OTHER: { 1: text } });
  }

  it.each<[string, () => object, string]>([
    ["that are missing", () => ({ SIGNING_KEYS: undefined, SIGNING_KEYS_2: least.SIGNING_KEYS }), "SIGNING_KEYS"],
    ["with a version twice", () => ({ SIGNING_KEYS_2: least.SIGNING_KEYS }), "SIGNING_KEYS_2"],
    ["that are no JSON", () => ({ VERIFICATION_KEYS_2: "{" }), "VERIFICATION_KEYS_2"],
    ["that are cut off", () => ({ SIGNING_KEYS: keysOf({ 1: keys.privateKey.slice(4) }) }), "SIGNING_KEYS"],
  ])("has no keys %s", (_case, changes, setting) => {
    const { faults } = readConfiguration({ ...least, ...changes() });
    expect(faults).toEqual([expect.objectContaining({ reason: "KEYS_INVALID", setting })]);
    expect(faults[0]?.fault).not.toContain(keys.privateKey.slice(40, 72));
  });
});

it("every setting that is wrong is named, and each once", () => {
  const wrong = { SHARD_COUNT: "0", CORE: undefined, BASE_PATH: "x", SIGNING_KEYS: "{", VERIFICATION_KEYS: undefined };
  const settings = faultsOf(wrong).map((fault) => fault.split(":")[0]);
  expect(settings).toEqual(["SHARD_COUNT", "BASE_PATH", "CORE", "SIGNING_KEYS", "VERIFICATION_KEYS"]);
});

it("a setting that is not text is refused: wrangler.toml has numbers, too", () => {
  expect(faultsOf({ SHARD_COUNT: 16 })).toEqual(["SHARD_COUNT: is not text; put it in quotes"]);
});

describe("the name of a setting", () => {
  it.each([
    ["SHARD_COUNT", "VARIABLE"],
    ["SIGNING_KEYS", "SECRET"],
    ["SIGNING_KEYS_2", "SECRET"],
    ["VERIFICATION_KEYS_99", "EITHER"],
    ["SIGNING_KEYS_1", undefined],
    ["SIGNING_KEYS_02", undefined],
    ["SIGNING_KEYS_100", undefined],
    ["OPS_TOKENS_2", undefined],
    ["CLIENT_ID", undefined],
    ["toString", undefined],
  ])("%s is put as %s", (name, kind) => {
    expect(settingKind(name)).toBe(kind);
  });

  it("says which keys it is a part of", () => {
    expect(isPartOf("SIGNING_KEYS_2", "SIGNING_KEYS")).toBe(true);
    expect(isPartOf("SIGNING_KEYS_2", "VERIFICATION_KEYS")).toBe(false);
    expect(isPartOf("SIGNING_KEYS_1", "SIGNING_KEYS")).toBe(false);
  });
});
