/** Where the acquirer that the sandbox plays takes what Alipay+ sends. */

/** The path of notifyPayment, on this computer and under the acquirer's own name. */
export const NOTIFICATIONS_PATH = "/sandbox/acquirer/notifications";

/** The path of each message that the acquirer takes. */
export const ACQUIRER_PATHS = {
  notifyPayment: NOTIFICATIONS_PATH,
  authNotify: "/sandbox/acquirer/authNotify",
  consultUnbinding: "/sandbox/acquirer/consultUnbinding",
} as const;

/** The acquirer's host name, which no DNS resolves. */
export const ACQUIRER_HOST = "acquirer.plusgate.example";
