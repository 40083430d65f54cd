/** Changes to how messages are signed and verified. */
import type { Change } from "../change.ts";

const VERIFY = "protocol/signature/verify.ts";
const SIGN = "protocol/signature/sign.ts";
const KEY_RING = "protocol/signature/key-ring.ts";
const ANSWER = "protocol/exchange/answer.ts";

const ANSWER_TEST = "unit test/unit/protocol/exchange/answer.test.ts";
const MESSAGES_TEST = "unit test/unit/protocol/signature/messages.test.ts";
const KEY_RING_TEST = "unit test/unit/protocol/signature/key-ring.test.ts";
const HEADER_TEST = "unit test/property/core-wasm/signature-header.test.ts";

/** The changes. */
export const SIGNATURE_CHANGES: readonly Change[] = [
  {
    name: "every signature verifies",
    file: VERIFY,
    find: "return verified ? { verified, keyVersion }",
    replacement: "return signature ? { verified: true, keyVersion }",
    tests: [MESSAGES_TEST],
  },
  {
    name: "the path of a message is not verified",
    file: VERIFY,
    find: "signedContent(method, pathAndQuery, clientId, time, body);",
    replacement: 'signedContent(method, "/", clientId, time, body);',
    tests: [MESSAGES_TEST],
  },
  {
    name: "the body of a message is not verified",
    file: VERIFY,
    find: "signedContent(method, pathAndQuery, clientId, time, body);",
    replacement: "signedContent(method, pathAndQuery, clientId, time, new Uint8Array());",
    tests: [MESSAGES_TEST],
  },
  {
    name: "a message that is too large is verified",
    file: VERIFY,
    find: 'if (content === "TOO_LARGE") {',
    replacement: 'if (content === "NEVER") {',
    tests: [MESSAGES_TEST],
  },
  {
    name: "a key that is not there is replaced by the first",
    file: KEY_RING,
    find: 'return keys.get(keyVersion)?.cryptoKey() ?? "KEY_UNKNOWN";',
    replacement: 'return (keys.get(keyVersion) ?? [...keys.values()][0])?.cryptoKey() ?? "KEY_UNKNOWN";',
    tests: [KEY_RING_TEST],
  },
  {
    name: "the lowest key version signs",
    file: KEY_RING,
    find: "Math.max(...keys.keys())",
    replacement: "Math.min(...keys.keys())",
    tests: [KEY_RING_TEST],
  },
  {
    name: "a key version appears in two settings",
    file: KEY_RING,
    find: "if (present.has(version)) {",
    replacement: "if (false) {",
    tests: [KEY_RING_TEST],
  },
  {
    name: "a client's answers cannot be signed, and the gateway starts",
    file: KEY_RING,
    find: "if (!signing.has(clientId)) {",
    replacement: "if (false) {",
    tests: [KEY_RING_TEST],
  },
  {
    name: "the signature is not URL-encoded",
    file: SIGN,
    find: "encodeURIComponent(signature.toBase64())",
    replacement: "signature.toBase64()",
    tests: [MESSAGES_TEST],
  },
  {
    name: "another key version is named than the one that signs",
    file: SIGN,
    find: "const { keyVersion } = held;",
    replacement: "const keyVersion = held.keyVersion + 1;",
    tests: [MESSAGES_TEST],
  },
  {
    name: "a header names its key version more than once",
    file: "core-wasm/assembly/signature-header.ts",
    find: "    if (keyVersionStart != ABSENT) return false;\n",
    replacement: "",
    tests: [HEADER_TEST],
  },
  {
    name: "the parts of the signed content run into each other",
    file: "core-wasm/assembly/canonical.ts",
    find: "append(position, CLIENT_ID_ADDRESS, clientId, DOT);",
    replacement: "append(position, CLIENT_ID_ADDRESS, clientId, LINE_FEED);",
    tests: [MESSAGES_TEST],
  },
  {
    name: "an answer is signed for another query than the one that verified",
    file: ANSWER,
    find: "  if (second.verified) progress.target = target;\n",
    replacement: "",
    tests: [ANSWER_TEST],
  },
  {
    name: "a client must not write an apostrophe beside escapes",
    file: "protocol/exchange/target.ts",
    find: 'written.includes("%27") ? APOSTROPHE : NOT_OF_A_URL',
    replacement: "/%2[27]|%3[CE]/g",
    tests: [ANSWER_TEST],
  },
  {
    name: "the names of signed headers are not in lower case",
    file: "protocol/exchange/sign-headers.ts",
    find: '"client-id": clientId,',
    replacement: '"Client-Id": clientId,',
    tests: [ANSWER_TEST],
  },
];
