/** The interfaces of the wallet that the sandbox calls as Alipay+, and how a message to one is signed. Source: spec/01. */

import { nowMs } from "../../protocol/clock.ts";
import { signMessage } from "../../protocol/signature/sign.ts";
import { formatTime } from "../../protocol/time.ts";
import type { Fault } from "../faults/fault.ts";
import { writtenSignature, writtenTimeMs } from "../faults/writing.ts";
import { contentText } from "../traffic/content-text.ts";
import type { AlipayPlus } from "./party.ts";

/** The interfaces that the wallet serves. */
export const INTERFACE_NAMES = ["pay", "inquiryPayment", "cancelPayment", "refund"] as const;

/** An interface that the wallet serves. */
export type InterfaceName = (typeof INTERFACE_NAMES)[number];

/** The parties that every message names. */
export const PARTIES = { acquirerId: "1022188000000000001", pspId: "1022172000000000001" } as const;

const BASE_PATH = "/aps/api/v1";

const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });

/** A request as it goes out. */
export type SignedRequest = {
  readonly method: "POST";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** For the reader: bytes that are not UTF-8 show as U+FFFD. */
  readonly body: string;
  /** What the signature is over, shown alike. */
  readonly signedContent: string;
};

/** The path of an interface. */
export function pathOf(interfaceName: InterfaceName): string {
  return `${BASE_PATH}/payments/${interfaceName}`;
}

/** Signs a body as Alipay+, at the present time; or wrongly, as a fault says. */
export async function signRequest(
  { ring, mppClientId }: AlipayPlus,
  interfaceName: InterfaceName,
  body: string | Uint8Array,
  fault?: Fault,
): Promise<SignedRequest> {
  const path = pathOf(interfaceName);
  const time = formatTime(writtenTimeMs(fault, nowMs()));
  const signature = await signMessage({
    ring,
    method: "POST",
    pathAndQuery: path,
    clientId: mppClientId,
    time,
    // The signed content is made of bytes as well as of text; a body that is not UTF-8 must be signed as it is.
    body,
  });
  return {
    method: "POST",
    path,
    headers: {
      "Client-Id": mppClientId,
      "Request-Time": time,
      Signature: writtenSignature(fault, signature.header),
      "Content-Type": "application/json; charset=UTF-8",
    },
    body: typeof body === "string" ? body : decoder.decode(body),
    signedContent: contentText("POST", path, mppClientId, time, body),
  };
}
