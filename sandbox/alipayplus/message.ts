/**
 * The interfaces of the wallet that the sandbox calls as Alipay+. Source: docs/spec/messages.md#url-and-method;
 * docs/spec/messages.md#interfaces.
 */
import { ALIPAYPLUS_BASE_PATH } from "../../protocol/endpoints.ts";

/** The interfaces that the wallet serves. */
export const INTERFACE_NAMES = [
  "pay",
  "inquiryPayment",
  "cancelPayment",
  "refund",
  "registration",
  "responseRetrieval",
  "responseEscalation",
] as const;

/** An interface that the wallet serves. */
export type InterfaceName = (typeof INTERFACE_NAMES)[number];

/** The parties that every message names. */
export const PARTIES = { acquirerId: "1022188000000000001", pspId: "1022172000000000001" } as const;

/** The part of the path before the name, where it is not `payments`. */
const FOLDERS: ReadonlyMap<InterfaceName, string> = new Map([
  ["registration", "merchants"],
  ["responseRetrieval", "disputes"],
  ["responseEscalation", "disputes"],
]);

/** The path of an interface. */
export function pathOf(interfaceName: InterfaceName): string {
  return `${ALIPAYPLUS_BASE_PATH}/${FOLDERS.get(interfaceName) ?? "payments"}/${interfaceName}`;
}
