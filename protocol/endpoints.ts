/**
 * Where Alipay+ is reached: the one place for its hosts and paths.
 *
 * Source: docs/spec/messages.md#url-and-method; docs/spec/messages.md#interfaces.
 */

import { hasAtMost } from "./characters.ts";

/** The hosts of Alipay+. Sandbox and production share them; the `Client-Id` says which one is meant. */
export const ALIPAYPLUS_ORIGINS = {
  /** Recommended. */
  GLOBAL: "https://open-sea-global.alipayplus.com",
  SOUTH_EAST_ASIA: "https://open-sea.alipayplus.com",
  NORTH_AMERICA_GLOBAL: "https://open-na-global.alipayplus.com",
  NORTH_AMERICA: "https://open-na.alipayplus.com",
} as const;

/** The beginning of the path of every interface of Alipay+. */
export const ALIPAYPLUS_BASE_PATH = "/aps/api/v1";

const PATHS = {
  getPaymentCode: "/codes/getPaymentCode",
  inquiryCodeRules: "/codes/inquiryCodeRules",
  userInitiatedPay: "/payments/userInitiatedPay",
  notifyPayment: "/payments/notifyPayment",
  authNotify: "/authorizations/authNotify",
  consultUnbinding: "/authorizations/consultUnbinding",
  notifyRegistrationStatus: "/merchants/notifyRegistrationStatus",
  initiateRetrieval: "/disputes/initiateRetrieval",
  initiateEscalation: "/disputes/initiateEscalation",
  inquiryForeignExchangeQuote: "/payments/inquiryForeignExchangeQuote",
} as const;

/**
 * The one base path that differs, as the documentation has it
 * (docs/spec/wallet/other-services.md#exchange-rate-for-display).
 */
export const QUOTES_BASE_PATH = "/aps/v1";

/** An interface of Alipay+ that the wallet calls. */
export type InterfaceName = keyof typeof PATHS;

/** Where a request goes. */
export type Endpoint = {
  /** Absolute, `https`, without fragment. */
  readonly url: string;
  /** The part of `url` that is signed, exactly as it is requested. */
  readonly pathAndQuery: string;
};

const URL_LIMIT_CHARACTERS = 2_048;

/**
 * Reads a URL as the runtime will request it, so that the signed path is the requested one.
 *
 * @returns `undefined` when it is not an `https` URL of at most 2048 characters, or carries a user name or password
 */
function endpointAt(url: string): Endpoint | undefined {
  if (!hasAtMost(url, URL_LIMIT_CHARACTERS) || !URL.canParse(url)) return undefined;
  const { protocol, origin, pathname, search, username, password } = new URL(url);
  if (protocol !== "https:" || username !== "" || password !== "") return undefined;
  const pathAndQuery = `${pathname}${search}`;
  return { url: `${origin}${pathAndQuery}`, pathAndQuery };
}

/** Whether a text is an `https` origin, as `endpointOf` takes it. */
export function isAlipayPlusOrigin(origin: string): boolean {
  return URL.canParse(origin) && origin.startsWith("https://") && new URL(origin).origin === origin;
}

/**
 * Where Alipay+ serves an interface.
 *
 * @param origin One of {@link ALIPAYPLUS_ORIGINS}, or another one that plays Alipay+.
 * @throws RangeError when it is not an `https` origin: it comes from our own configuration, which is checked before.
 */
export function endpointOf(origin: string, name: InterfaceName): Endpoint {
  const basePath = name === "inquiryForeignExchangeQuote" ? QUOTES_BASE_PATH : ALIPAYPLUS_BASE_PATH;
  const endpoint = endpointAt(`${origin}${basePath}${PATHS[name]}`);
  if (!endpoint || !isAlipayPlusOrigin(origin)) {
    throw new RangeError(`The origin of Alipay+ must be https://<host>: ${origin}`);
  }
  return endpoint;
}

/**
 * Where the result of one payment is notified.
 *
 * @param paymentNotifyUrl The payment's own, from a message that Alipay+ signed.
 * @returns `undefined` when the URL cannot be used: see docs/spec/messages.md#parameters for the length of a URL;
 * only `https` is used
 */
export function notificationEndpoint(paymentNotifyUrl: string): Endpoint | undefined {
  return endpointAt(paymentNotifyUrl);
}
