/** Where the acquirer that the sandbox plays takes notifications. */

/** The path, on this computer and under the acquirer's own name. */
export const NOTIFICATIONS_PATH = "/sandbox/acquirer/notifications";

/** The acquirer's host name, which no DNS resolves. */
export const ACQUIRER_HOST = "acquirer.plusgate.example";
