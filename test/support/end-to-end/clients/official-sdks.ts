/**
 * How the official SDKs write a request, and what they read of an answer: the head byte for byte as it was seen on the
 * wire (Java 2.2.8, Python 1.5.5, Go 1.3.4, PHP 1.5.5), but for their names of themselves.
 *
 * Source: docs/spec/messages.md#official-sdks.
 */
import { type KeyObject, sign, verify } from "node:crypto";
import { headerOf, type WireMessage } from "./wire.ts";

/** A message that an SDK is given to send. */
type SdkCall = {
  readonly origin: string;
  readonly path: string;
  readonly clientId: string;
  readonly message: object;
  readonly privateKey: KeyObject;
};

/** What an SDK does with an answer; UNVERIFIED ones are accepted. */
type Acceptance = "VERIFIED" | "UNVERIFIED" | "REFUSED";

/** What is needed to verify an answer. */
type Asked = { readonly path: string; readonly clientId: string; readonly publicKey: KeyObject };

export type Sdk = {
  readonly name: string;
  readonly write: (call: SdkCall) => string;
  readonly read: (answer: WireMessage, asked: Asked) => Acceptance;
  /** The base64 signature in the value of a header `Signature`, as the SDK's tool for notifications takes it out. */
  readonly signatureIn: (header: string) => string;
};

type Signed = { readonly body: string; readonly time: string; readonly signature: string };

function signed({ path, clientId, privateKey }: SdkCall, body: string, time: string): Signed {
  const value = sign("sha256", Buffer.from(`POST ${path}\n${clientId}.${time}.${body}`), privateKey).toString("base64");
  return { body, time, signature: `algorithm=RSA256,keyVersion=1,signature=${encodeURIComponent(value)}` };
}

function request(target: string, lines: readonly string[], body: string): string {
  return `POST ${target} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n${body}`;
}

function hostOf({ origin }: SdkCall): string {
  return new URL(origin).host;
}

/** Every SDK decodes a form: a `+` is a blank. */
function decoded(value: string): string {
  return decodeURIComponent(value.replaceAll("+", " "));
}

function afterName(header: string): string {
  return decoded(header.split("signature=")[1] ?? "");
}

/** Whether a signature is one of the message; a blank in its base64 makes it none. */
export function isSignedBy(
  publicKey: KeyObject,
  { path, clientId, time, body }: { path: string; clientId: string; time: string; body: string },
  signature: string,
): boolean {
  const content = Buffer.from(`POST ${path}\n${clientId}.${time}.${body}`);
  return !signature.includes(" ") && verify("sha256", content, publicKey, Buffer.from(signature, "base64"));
}

function judged(isSigned: boolean): Acceptance {
  return isSigned ? "VERIFIED" : "REFUSED";
}

const JSON_TYPE = "application/json; charset=UTF-8";
const ACCEPT = "text/plain,text/xml,text/javascript,text/html";

const java: Sdk = {
  name: "Java",
  write(call) {
    const { body, time, signature } = signed(call, JSON.stringify(call.message), String(Date.now()));
    const lines = [
      `Accept: ${ACCEPT}`,
      "User-Agent: sdk",
      `Content-Type: ${JSON_TYPE}`,
      "Connection: keep-alive",
      `Request-Time: ${time}`,
      `Signature: ${signature}`,
      `client-id: ${call.clientId}`,
      `Host: ${hostOf(call)}`,
      `Content-Length: ${Buffer.byteLength(body)}`,
    ];
    return request(call.path, lines, body);
  },
  read(answer, { publicKey, ...asked }) {
    if (!answer.start.startsWith("HTTP/1.1 200 ")) return "REFUSED";
    const pair = headerOf(answer, "signature", "ANY")?.split(",")[2]?.split("=");
    const time = headerOf(answer, "response-time", "ANY");
    if (pair?.length !== 2 || time === undefined) return "UNVERIFIED";
    return judged(isSignedBy(publicKey, { ...asked, time, body: answer.body }, decoded(pair[1] ?? "")));
  },
  signatureIn: afterName,
};

const python: Sdk = {
  name: "Python",
  write(call) {
    const time = new Date().toISOString().replace(/\..*/, "+00:00");
    const { body, signature } = signed(call, JSON.stringify(call.message, null, 3), time);
    const lines = [
      `Host: ${hostOf(call)}`,
      "Accept-Encoding: identity",
      `Content-Length: ${Buffer.byteLength(body)}`,
      `Content-type: ${JSON_TYPE}`,
      `Accept: ${ACCEPT}`,
      "Cache-Control: no-cache",
      "Connection: Keep-Alive",
      "User-Agent: sdk",
      `Request-Time: ${time}`,
      `client-id: ${call.clientId}`,
      `Signature: ${signature}`,
    ];
    return request(call.origin + call.path, lines, body);
  },
  read(answer, { publicKey, path }) {
    const header = headerOf(answer, "signature", "AS_IT_IS");
    const time = headerOf(answer, "response-time", "AS_IT_IS");
    const clientId = headerOf(answer, "client-id", "AS_IT_IS");
    if (header === undefined || time === undefined || clientId === undefined) return "REFUSED";
    return judged(isSignedBy(publicKey, { path, clientId, time, body: answer.body }, afterName(header)));
  },
  signatureIn: afterName,
};

const go: Sdk = {
  name: "Go",
  write(call) {
    const { body, time, signature } = signed(call, JSON.stringify(call.message), String(Date.now()));
    const lines = [
      `Host: ${hostOf(call)}`,
      "User-Agent: sdk",
      `Content-Length: ${Buffer.byteLength(body)}`,
      "Agent-Token: ",
      `Client-Id: ${call.clientId}`,
      "Content-Type: application/json",
      `Content-Type: ${JSON_TYPE}`,
      "Key-Version: 1",
      `Request-Time: ${time}`,
      `Signature: ${signature}`,
      "Accept-Encoding: gzip",
    ];
    return request(call.path, lines, body);
  },
  read(answer, { publicKey, path }) {
    const clientId = headerOf(answer, "client-id", "ANY") ?? "";
    const time = headerOf(answer, "response-time", "ANY") ?? "";
    const signature = afterName(headerOf(answer, "signature", "ANY") ?? "");
    return judged(isSignedBy(publicKey, { path, clientId, time, body: answer.body }, signature));
  },
  signatureIn: afterName,
};

/** Base64 as it is where it looks like base64, else URL-decoded. */
function base64OrDecoded(value: string): string {
  return /[=+/]/.test(value) || !value.includes("%") ? value : decoded(value);
}

const php: Sdk = {
  name: "PHP",
  write(call) {
    const time = new Date().toISOString().replace(/\..*/, "+0000");
    const { body, signature } = signed(call, JSON.stringify(call.message).replaceAll("/", "\\/"), time);
    const lines = [
      `Host: ${hostOf(call)}`,
      "Accept: */*",
      `Content-Type:${JSON_TYPE}`,
      `Request-Time:${time}`,
      `client-id:${call.clientId}`,
      `Signature:${signature}`,
      "User-Agent:sdk",
      `Content-Length: ${Buffer.byteLength(body)}`,
    ];
    return request(call.path, lines, body);
  },
  read(answer, { publicKey, ...asked }) {
    if (!answer.start.startsWith("HTTP/1.1 200 ")) return "REFUSED";
    const time = answer.headerLines.findLast((line) => line.includes("response-time"))?.replace(/^[^:]*: */, "");
    const line = answer.headerLines.findLast((text) => text.includes("signature") && !text.includes("response-time"));
    if (time === undefined || line === undefined) return "UNVERIFIED";
    const signature = base64OrDecoded(line.slice(line.lastIndexOf("=") + 1));
    return judged(isSignedBy(publicKey, { ...asked, time, body: answer.body }, signature));
  },
  signatureIn: (header) => base64OrDecoded(header.slice(header.lastIndexOf("=") + 1)),
};

export const OFFICIAL_SDKS: readonly Sdk[] = [java, python, go, php];
