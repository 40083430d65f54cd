import { beforeAll, describe, expect, test } from "vitest";
import {
  checkKeyRing,
  type KeyRing,
  type KeyRingFault,
  parseKeyRing,
  parseKeys,
  signingKey,
  verificationKey,
} from "../../../../protocol/signature/key-ring.ts";
import {
  generateEllipticKeys,
  generateRsaKeys,
  type KeyPairText,
  randomRsaPublicKey,
  toPem,
} from "../../../support/signature-keys.ts";

const CLIENT = "SANDBOX_5Y00000000000000001";

let first: KeyPairText;
let second: KeyPairText;

beforeAll(async () => {
  [first, second] = await Promise.all([generateRsaKeys(), generateRsaKeys()]);
});

function parse(signing: unknown, verification: unknown): KeyRing | KeyRingFault {
  return parseKeyRing(JSON.stringify(signing), JSON.stringify(verification));
}

function ringOf(signing: unknown, verification: unknown): KeyRing {
  const ring = parse(signing, verification);
  if ("fault" in ring) {
    throw new Error(`${ring.fault} ${ring.entry}`);
  }
  return ring;
}

function signingVersion(ring: KeyRing): number | undefined {
  const key = signingKey(ring, CLIENT);
  return key === "CLIENT_UNKNOWN" ? undefined : key.keyVersion;
}

describe("keys are exchanged as one-line base64 or PEM", () => {
  test("both spellings hold the same keys, white space apart [SIG-08]", async () => {
    const spellings = [
      [first.privateKey, first.publicKey],
      [`  ${first.privateKey}\n`, ` ${first.publicKey.replace(/.{64}/g, "$&\r\n")} `],
      [toPem("PRIVATE KEY", first.privateKey), toPem("PUBLIC KEY", first.publicKey)],
      [
        `\n${toPem("PRIVATE KEY", first.privateKey).replaceAll("\n", "\r\n")} `,
        toPem("PUBLIC KEY", first.publicKey).trim(),
      ],
    ];
    for (const [privateKey, publicKey] of spellings) {
      const ring = ringOf({ [CLIENT]: { 1: privateKey } }, { [CLIENT]: { 1: publicKey } });
      expect(await checkKeyRing(ring)).toEqual([]);
      expect(await verificationKey(ring, CLIENT, 1)).toBeInstanceOf(CryptoKey);
    }
  });

  test("an imported key can do its one job and cannot be exported", async () => {
    const ring = ringOf({ [CLIENT]: { 1: first.privateKey } }, { [CLIENT]: { 1: first.publicKey } });
    const held = signingKey(ring, CLIENT);
    const [signs, verifies] = [
      held !== "CLIENT_UNKNOWN" && (await held.cryptoKey()),
      await verificationKey(ring, CLIENT, 1),
    ];
    expect(signs).toMatchObject({ usages: ["sign"], extractable: false });
    expect(verifies).toMatchObject({ usages: ["verify"], extractable: false });
  });
});

describe("several versions of a key are live at a time", () => {
  test("every version verifies, the highest signs", async () => {
    const ring = ringOf(
      { [CLIENT]: { 9: first.privateKey, 10: second.privateKey, 2: first.privateKey } },
      { [CLIENT]: { 0: first.publicKey, 2: second.publicKey } },
    );
    expect(signingVersion(ring)).toBe(10);
    expect(await verificationKey(ring, CLIENT, 0)).toBeInstanceOf(CryptoKey);
    expect(await verificationKey(ring, CLIENT, 2)).toBeInstanceOf(CryptoKey);
    expect(await verificationKey(ring, CLIENT, 0)).not.toBe(await verificationKey(ring, CLIENT, 2));
  });

  test("adding a version rotates, removing it rolls back", () => {
    const before = { [CLIENT]: { 1: first.privateKey } };
    const rotated = { [CLIENT]: { ...before[CLIENT], 2: second.privateKey } };
    expect([before, rotated, before].map((signing) => signingVersion(ringOf(signing, {})))).toEqual([1, 2, 1]);
  });

  test("an unknown client and an unknown version have different faults", () => {
    const ring = ringOf({}, { [CLIENT]: { 1: first.publicKey } });
    expect(verificationKey(ring, CLIENT, 2)).toBe("KEY_UNKNOWN");
    expect(verificationKey(ring, "SOMEBODY", 1)).toBe("CLIENT_UNKNOWN");
    expect(verificationKey(ring, "__proto__", 1)).toBe("CLIENT_UNKNOWN");
    expect(verificationKey(ring, "constructor", 1)).toBe("CLIENT_UNKNOWN");
    expect(signingKey(ring, CLIENT)).toBe("CLIENT_UNKNOWN");
  });
});

describe("the keys of one direction may be spread over settings", () => {
  const part = (versions: object) => JSON.stringify({ [CLIENT]: versions });

  test("which hold its versions together", () => {
    const keys = parseKeys("verify", { A: part({ 1: first.publicKey }), A_2: part({ 3: second.publicKey }) });
    expect("fault" in keys ? keys : [...(keys.get(CLIENT)?.keys() ?? [])]).toEqual([1, 3]);
  });

  test("a version in two of them is refused, and so is what one of them alone would be refused for", () => {
    const texts = { A: part({ 1: first.publicKey, 2: first.publicKey }), A_2: part({ 2: second.publicKey }) };
    expect(parseKeys("verify", texts)).toEqual({ fault: "ENTRY_DUPLICATE", entry: `A_2["${CLIENT}"]["2"]` });
    expect(parseKeys("verify", { ...texts, A_2: "{" })).toEqual({ fault: "SETTING_MALFORMED", entry: "A_2" });
  });

  test("a key that cannot be used is named with its own setting", async () => {
    const verification = parseKeys("verify", {
      A: part({ 1: first.publicKey }),
      A_2: part({ 2: await randomRsaPublicKey(1024) }),
    });
    if ("fault" in verification) throw new Error(verification.fault);
    const signing = parseKeys("sign", { B: part({ 1: first.privateKey }) });
    if ("fault" in signing) throw new Error(signing.fault);
    expect(await checkKeyRing({ signing, verification })).toEqual([
      { fault: "KEY_UNUSABLE", entry: `A_2["${CLIENT}"]["2"]` },
    ]);
  });
});

test("a key is imported once and is there without a promise from then on", async () => {
  const ring = ringOf({}, { [CLIENT]: { 1: first.publicKey } });
  const once = verificationKey(ring, CLIENT, 1);
  expect(once).toBeInstanceOf(Promise);
  const key = await once;
  expect(verificationKey(ring, CLIENT, 1)).toBe(key);
  expect(verificationKey(ring, CLIENT, 1)).toBe(key);
});

describe("one bad entry refuses the whole ring and is named", () => {
  test.each([
    ["", "SETTING_MALFORMED", "SIGNING_KEYS"],
    ["[]", "SETTING_MALFORMED", "SIGNING_KEYS"],
    ['{"A":{"1":"MAA="}', "SETTING_MALFORMED", "SIGNING_KEYS"],
    ['{"A":{"1":"MAA="},"A":{"2":"MAA="}}', "ENTRY_DUPLICATE", 'SIGNING_KEYS["A"]'],
    ['{"A":{"1":"MAA=","1":"MAA="}}', "ENTRY_DUPLICATE", 'SIGNING_KEYS["1"]'],
    ['{"A":"MAA="}', "CLIENT_MALFORMED", 'SIGNING_KEYS["A"]'],
    ['{"A":["MAA="]}', "CLIENT_MALFORMED", 'SIGNING_KEYS["A"]'],
    ['{"A":null}', "CLIENT_MALFORMED", 'SIGNING_KEYS["A"]'],
    ['{"A B":{"1":"MAA="}}', "CLIENT_MALFORMED", 'SIGNING_KEYS["A B…"]'],
    ['{"":{"1":"MAA="}}', "CLIENT_MALFORMED", 'SIGNING_KEYS["…"]'],
    ['{"A":{}}', "CLIENT_WITHOUT_KEYS", 'SIGNING_KEYS["A"]'],
    ['{"A":{"01":"MAA="}}', "KEY_VERSION_MALFORMED", 'SIGNING_KEYS["A"]["01"]'],
    ['{"A":{"v1":"MAA="}}', "KEY_VERSION_MALFORMED", 'SIGNING_KEYS["A"]["v1"]'],
    ['{"A":{"-1":"MAA="}}', "KEY_VERSION_MALFORMED", 'SIGNING_KEYS["A"]["-1"]'],
    ['{"A":{"1000000000":"MAA="}}', "KEY_VERSION_MALFORMED", 'SIGNING_KEYS["A"]["1000000000"]'],
    ['{"A":{"1":""}}', "KEY_MALFORMED", 'SIGNING_KEYS["A"]["1"]'],
    ['{"A":{"1":null}}', "KEY_MALFORMED", 'SIGNING_KEYS["A"]["1"]'],
    ['{"A":{"1":"not base64!"}}', "KEY_MALFORMED", 'SIGNING_KEYS["A"]["1"]'],
    ['{"A":{"1":"true"}}', "KEY_MALFORMED", 'SIGNING_KEYS["A"]["1"]'],
    ['{"A":{"1":"MAA"}}', "KEY_MALFORMED", 'SIGNING_KEYS["A"]["1"]'],
    ['{"A":{"1":"MAAA"}}', "KEY_MALFORMED", 'SIGNING_KEYS["A"]["1"]'],
  ])("%s", (signingKeysJson, fault, entry) => {
    expect(parseKeyRing(signingKeysJson, "{}")).toEqual({ fault, entry });
    const mirrored = { fault, entry: entry.replace("SIGNING_KEYS", "VERIFICATION_KEYS") };
    expect(parseKeyRing("{}", signingKeysJson)).toEqual(mirrored);
  });

  test("a key that was cut off or run together with another is malformed", () => {
    const malformed = { fault: "KEY_MALFORMED", entry: `VERIFICATION_KEYS["${CLIENT}"]["2"]` };
    for (const text of [first.publicKey.slice(0, -4), first.publicKey + second.publicKey]) {
      expect(parse({}, { [CLIENT]: { 1: first.publicKey, 2: text } })).toEqual(malformed);
    }
  });

  test("PEM with another label is named as such", () => {
    const signing = { fault: "PEM_LABEL_UNEXPECTED", entry: `SIGNING_KEYS["${CLIENT}"]["1"]` };
    for (const label of ["RSA PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "PUBLIC KEY"]) {
      expect(parse({ [CLIENT]: { 1: toPem(label, first.privateKey) } }, {})).toEqual(signing);
    }
    expect(parse({}, { [CLIENT]: { 1: toPem("PRIVATE KEY", first.privateKey) } })).toEqual({
      fault: "PEM_LABEL_UNEXPECTED",
      entry: `VERIFICATION_KEYS["${CLIENT}"]["1"]`,
    });
  });
});

describe("only RSA keys of 2048 to 4096 bits are used", () => {
  test("another kind of key, and one below or above the limits, are refused as values", async () => {
    const [elliptic, short] = [await generateEllipticKeys(), await generateRsaKeys(1024)];
    const long = await Promise.all([4097, 8192].map(randomRsaPublicKey));
    for (const text of [elliptic.publicKey, short.publicKey, first.privateKey, ...long]) {
      const ring = ringOf({ [CLIENT]: { 1: first.privateKey } }, { [CLIENT]: { 1: text } });
      expect(await verificationKey(ring, CLIENT, 1)).toBe("KEY_UNUSABLE");
      expect(await verificationKey(ring, CLIENT, 1)).toBe("KEY_UNUSABLE");
      const entry = `VERIFICATION_KEYS["${CLIENT}"]["1"]`;
      expect(await checkKeyRing(ring)).toEqual([{ fault: "KEY_UNUSABLE", entry }]);
    }
    for (const text of [elliptic.privateKey, short.privateKey, first.publicKey]) {
      const ring = ringOf({ [CLIENT]: { 1: text } }, {});
      const held = signingKey(ring, CLIENT);
      expect(held !== "CLIENT_UNKNOWN" && (await held.cryptoKey())).toBe("KEY_UNUSABLE");
      expect(await checkKeyRing(ring)).toEqual([{ fault: "KEY_UNUSABLE", entry: `SIGNING_KEYS["${CLIENT}"]["1"]` }]);
    }
  });

  test("a client whose answers could not be signed is found before it calls", async () => {
    const ring = ringOf({ OTHER: { 1: first.privateKey } }, { [CLIENT]: { 1: first.publicKey } });
    expect(await checkKeyRing(ring)).toEqual([{ fault: "SIGNING_KEY_MISSING", entry: `SIGNING_KEYS["${CLIENT}"]` }]);
  });

  test("every fault is named, not the first alone", async () => {
    const long = await randomRsaPublicKey(4096);
    const short = await randomRsaPublicKey(2040);
    const ring = ringOf({}, { [CLIENT]: { 1: short, 2: long, 3: short } });
    const entries = (await checkKeyRing(ring)).map(({ entry }) => entry);
    const unusable = [1, 3].map((version) => `VERIFICATION_KEYS["${CLIENT}"]["${version}"]`);
    expect(entries).toEqual([...unusable, `SIGNING_KEYS["${CLIENT}"]`]);
  });
});

describe("key material stays in the ring", () => {
  test("a key in the place of a name is not shown", () => {
    const misplaced = JSON.stringify(parse({ [first.privateKey]: { 1: "MAA=" } }, {}));
    expect(misplaced).toContain("CLIENT_MALFORMED");
    const asVersion = JSON.stringify(parse({ [CLIENT]: { [first.privateKey]: "MAA=" } }, {}));
    expect(asVersion).toContain("KEY_VERSION_MALFORMED");
    for (const shown of [misplaced, asVersion]) {
      expect(shown).not.toContain(first.privateKey.slice(0, 36));
    }
  });

  test("a fault does not quote the setting", () => {
    expect(JSON.stringify(parseKeyRing(first.privateKey, "{}"))).not.toContain(first.privateKey.slice(0, 8));
  });

  test("serialising a ring shows no key", () => {
    const { signing, verification } = ringOf(
      { [CLIENT]: { 1: first.privateKey } },
      { [CLIENT]: { 1: first.publicKey } },
    );
    const keys = [...(signing.get(CLIENT)?.values() ?? []), ...(verification.get(CLIENT)?.values() ?? [])];
    expect(JSON.stringify(keys)).toBe('[{"keyVersion":1},{"keyVersion":1}]');
  });
});
