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
  "prepare",
  "applyToken",
  "cancelToken",
  "sendOTP",
  "verifyOTP",
  "registration",
  "responseRetrieval",
  "responseEscalation",
] as const;

/** An interface that the wallet serves. */
export type InterfaceName = (typeof INTERFACE_NAMES)[number];

/** The parties that every message names. */
export const PARTIES = { acquirerId: "1022188000000000001", pspId: "1022172000000000001" } as const;

/** The folder of each, below the base path. */
const FOLDERS: Record<InterfaceName, "payments" | "authorizations" | "users" | "merchants" | "disputes"> = {
  pay: "payments",
  inquiryPayment: "payments",
  cancelPayment: "payments",
  refund: "payments",
  prepare: "authorizations",
  applyToken: "authorizations",
  cancelToken: "authorizations",
  sendOTP: "users",
  verifyOTP: "users",
  registration: "merchants",
  responseRetrieval: "disputes",
  responseEscalation: "disputes",
};

/** The path of an interface. */
export function pathOf(interfaceName: InterfaceName): string {
  return `${ALIPAYPLUS_BASE_PATH}/${FOLDERS[interfaceName]}/${interfaceName}`;
}
