/** GET /healthz, and a gateway whose variables or keys are wrong: it takes no payment and reveals nothing. */
import { env, exports } from "cloudflare:workers";
import { afterEach, describe, expect, inject, it, vi } from "vitest";
import { CLIENT_ID, customerOf, inquire, openCustomer, payMessage, signedRequest } from "../support/alipayplus.ts";
import { fetchIn, type OtherVariables, otherEnvironment } from "../support/home/other-environment.ts";
import { generateRsaKeys, randomRsaPublicKey } from "../support/signature-keys.ts";

const HEALTH = "http://gateway.test/healthz";

afterEach(() => {
  vi.restoreAllMocks();
});

it("answers 200 when the gateway is ready", async () => {
  const response = await exports.default.fetch(HEALTH);
  expect(response.status).toBe(200);
  expect(await response.json()).toEqual({ status: "ready" });
});

it("names the embedded core to an operator, and it needs no asking", async () => {
  const headers = { Authorization: `Bearer ${inject("operatorToken")}` };
  const response = await exports.default.fetch(HEALTH, { headers });
  expect(await response.json()).toEqual({ status: "ready", core: { name: "EMBEDDED" } });
});

it("answers nothing but GET on /healthz", async () => {
  const response = await exports.default.fetch(HEALTH, { method: "POST" });
  expect(await response.json()).toMatchObject({ result: { resultCode: "NO_INTERFACE_DEF" } });
});

const OTHER_KEYS = await generateRsaKeys();
const SHORT_KEYS = await generateRsaKeys(1_024);

function keysOf(clientId: string, text: string): string {
  return JSON.stringify({ [clientId]: { 1: text } });
}

/** The keys of a setting, and those of one client more. */
function withClient(keys: string, text: string): string {
  return JSON.stringify({ ...JSON.parse(keys), OTHER: { 1: text } });
}

const HTTP_CORE = {
  CORE: "HTTP",
  CORE_NAME: "core-1",
  CORE_URL: "https://core.example",
  CORE_SECRET: `whsec_${btoa("a secret of the right length for it")}`,
};

const faults: readonly [string, string, OtherVariables][] = [
  ["SHARD_COUNT", "that is missing", { SHARD_COUNT: undefined }],
  ["SHARD_COUNT", "of zero", { SHARD_COUNT: "0" }],
  ["SHARD_COUNT", "that is no number", { SHARD_COUNT: "sixteen" }],
  ["BASE_PATH", "without a slash at its start", { BASE_PATH: "aps" }],
  ["BASE_PATH", "with a slash at its end", { BASE_PATH: "/aps/" }],
  ["BODY_LIMIT_BYTES", "above what can be verified", { BODY_LIMIT_BYTES: "999999999" }],
  ["REQUEST_TIME_WINDOW_MS", "that is negative", { REQUEST_TIME_WINDOW_MS: "-1" }],
  ["PAYMENT_TIME_LIMIT_MS", "with a unit", { PAYMENT_TIME_LIMIT_MS: "3 min" }],
  ["CORE_TIMEOUT_MS", "that is empty", { CORE_TIMEOUT_MS: "" }],
  ["LOCATION_HINT", "that is not on the map", { LOCATION_HINT: "moon" }],
  ["CORE", "that is missing", { CORE: undefined }],
  ["CORE", "that is neither of both", { CORE: "embedded" }],
  ["CORE_URL", "that goes with the embedded core", { CORE_URL: HTTP_CORE.CORE_URL }],
  ["CORE_SECRET", "that goes with the embedded core", { CORE_SECRET: HTTP_CORE.CORE_SECRET }],
  ["CORE_NAME", "of another core than the embedded one", { CORE_NAME: "core-1" }],
  ["CORE_SECRET", "that is missing", { ...HTTP_CORE, CORE_SECRET: undefined }],
  ["CORE_URL", "that is missing", { ...HTTP_CORE, CORE_URL: undefined }],
  ["CORE_NAME", "that is missing", { ...HTTP_CORE, CORE_NAME: undefined }],
  ["CORE_NAME", "with a space", { ...HTTP_CORE, CORE_NAME: "core 1" }],
  ["CORE_URL", "that is not HTTPS", { ...HTTP_CORE, CORE_URL: "http://core.example" }],
  ["BASE_PATH", "of another API", { BASE_PATH: "/ops" }],
  ["BASE_PATH", "that hides another API", { BASE_PATH: "/wallet" }],
  ["SIGNING_KEYS", "that are missing", { SIGNING_KEYS: undefined }],
  ["SIGNING_KEYS", "that are not JSON", { SIGNING_KEYS: OTHER_KEYS.privateKey }],
  ["SIGNING_KEYS", "that are public keys", { SIGNING_KEYS: keysOf(CLIENT_ID, OTHER_KEYS.publicKey) }],
  ["SIGNING_KEYS", "that are cut off", { SIGNING_KEYS: keysOf(CLIENT_ID, OTHER_KEYS.privateKey.slice(0, -8)) }],
  ["SIGNING_KEYS", "of 1024 bits", { SIGNING_KEYS: keysOf(CLIENT_ID, SHORT_KEYS.privateKey) }],
  ["SIGNING_KEYS", "of no client", { SIGNING_KEYS: "{}" }],
  ["SIGNING_KEYS", "of two clients", { SIGNING_KEYS: withClient(env.SIGNING_KEYS, OTHER_KEYS.privateKey) }],
  ["SIGNING_KEYS_2", "of another client", { SIGNING_KEYS_2: keysOf("OTHER", OTHER_KEYS.privateKey) }],
  ["SIGNING_KEYS_2", "with a version that is there", { SIGNING_KEYS_2: keysOf(CLIENT_ID, OTHER_KEYS.privateKey) }],
  ["SIGNING_KEYS", "of another client only", { SIGNING_KEYS: keysOf("OTHER", OTHER_KEYS.privateKey) }],
  ["VERIFICATION_KEYS", "that are missing", { VERIFICATION_KEYS: undefined }],
  ["VERIFICATION_KEYS", "of no client", { VERIFICATION_KEYS: "{}" }],
  [
    "VERIFICATION_KEYS",
    "of two clients",
    { VERIFICATION_KEYS: withClient(env.VERIFICATION_KEYS, OTHER_KEYS.publicKey) },
  ],
  ["VERIFICATION_KEYS", "of 8192 bits", { VERIFICATION_KEYS: keysOf(CLIENT_ID, await randomRsaPublicKey(8_192)) }],
  ["VERIFICATION_KEYS", "that are empty", { VERIFICATION_KEYS: JSON.stringify({ [CLIENT_ID]: {} }) }],
  ["VERIFICATION_KEYS", "that are private keys", { VERIFICATION_KEYS: keysOf(CLIENT_ID, OTHER_KEYS.privateKey) }],
  ["VERIFICATION_KEYS", "of 1024 bits", { VERIFICATION_KEYS: keysOf(CLIENT_ID, SHORT_KEYS.publicKey) }],
];

describe("a wrong variable", () => {
  it.each(faults)(
    "%s %s: /healthz answers 503, every call U, and the log names the variable [MSG-24]",
    async (name, _fault, variables) => {
      const written: string[] = [];
      for (const method of ["log", "error"] as const) {
        vi.spyOn(console, method).mockImplementation((text: string) => {
          written.push(text);
        });
      }
      const environment = otherEnvironment(variables);
      const customerId = await openCustomer();
      const before = await customerOf(customerId);
      const message = payMessage(customerId);

      const health = await fetchIn(environment, new Request(HEALTH));
      expect(health.status).toBe(503);
      const answer = await fetchIn(environment, await signedRequest("/payments/pay", message));
      expect(answer.status).toBe(200);
      const [healthText, answerText] = [await health.text(), await answer.text()];
      expect(JSON.parse(answerText)).toEqual({
        result: {
          resultCode: "UNKNOWN_EXCEPTION",
          resultStatus: "U",
          resultMessage: "An API calling is failed, which is caused by unknown reasons.",
        },
      });
      expect(answer.headers.get("Signature")).toBeNull();
      expect(JSON.parse(healthText)).toEqual({ status: "misconfigured", reason: expect.stringMatching(/^[A-Z_]+$/) });
      for (const text of [healthText, answerText]) expect(text).not.toContain(name);
      expect(await customerOf(customerId)).toEqual(before);
      expect((await inquire(message.paymentRequestId)).code).toBe("ORDER_NOT_EXIST");

      const faultLines = written.map((text) => JSON.parse(text)).filter(({ event }) => event === "misconfigured");
      expect(faultLines).toHaveLength(2);
      for (const line of faultLines)
        expect(line).toMatchObject({ level: "error", error: expect.stringContaining(name) });
      const material = [OTHER_KEYS, SHORT_KEYS].flatMap(({ privateKey, publicKey }) => [privateKey, publicKey]);
      const logged = written.join("\n");
      for (const key of [...material, env.SIGNING_KEYS]) expect(logged).not.toContain(key.slice(40, 72));
    },
  );

  it.each<[string, OtherVariables]>([
    ["VARIABLE_INVALID", { SHARD_COUNT: "0" }],
    ["VARIABLE_INVALID", { CORE: undefined }],
    ["PATH_TAKEN", { BASE_PATH: "/healthz" }],
    ["KEYS_INVALID", { VERIFICATION_KEYS: "" }],
    ["CLIENT_ID_AMBIGUOUS", { VERIFICATION_KEYS: "{}" }],
  ])("shows as %s at /healthz", async (reason, variables) => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const health = await fetchIn(otherEnvironment(variables), new Request(HEALTH));
    expect(await health.json()).toEqual({ status: "misconfigured", reason });
  });

  it("does not hide another one: the log names both", async () => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => {});
    await fetchIn(otherEnvironment({ SHARD_COUNT: "0", CORE: undefined }), new Request(HEALTH));
    const { error } = JSON.parse(logged.mock.calls[0]?.[0]);
    expect(error).toMatch(/^SHARD_COUNT: .+\. CORE: .+\.$/);
  });

  it.each(["GET", "POST"])("also answers %s on a path that it does not know with U", async (method) => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const environment = otherEnvironment({ SHARD_COUNT: "0" });
    const response = await fetchIn(environment, new Request("http://gateway.test/unknown", { method }));
    expect(await response.json()).toMatchObject({ result: { resultCode: "UNKNOWN_EXCEPTION", resultStatus: "U" } });
  });

  it("leaves the answer with the headers of every other: Content-Type and Response-Time [MSG-04]", async () => {
    vi.spyOn(console, "error").mockImplementation(() => {});
    const environment = otherEnvironment({ SHARD_COUNT: "0" });
    const { headers } = await fetchIn(environment, await signedRequest("/payments/pay", {}));
    expect(headers.get("Content-Type")).toBe("application/json; charset=UTF-8");
    expect(headers.get("Response-Time")).toMatch(/\+08:00$/);
  });
});
