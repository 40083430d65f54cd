/** What the phone says of the shops that the customer has authorised, and in which order. Pure. */
import type { Authorization } from "../calls/authorization.ts";

/** Who has ended an authorisation, to its customer. */
const ENDED_BY: Readonly<Record<NonNullable<Authorization["endedBy"]>, string>> = {
  MERCHANT: "by the shop",
  CUSTOMER: "by you",
  WALLET: "by the wallet",
};

const DATE_LENGTH = "2026-11-30".length;

/** Whether the shop may take payments, or is about to. */
export function isRunning({ status }: Authorization): boolean {
  return status === "ACTIVE" || status === "CONSENTED";
}

/** The name in the shop’s own language, and the registered one, which a customer from elsewhere can read. */
export function shopNameOf({ merchant }: Authorization): string {
  const { authClientDisplayName: shown, authClientName: registered } = merchant;
  if (shown !== undefined && registered !== undefined && shown !== registered) return `${shown} (${registered})`;
  return shown ?? registered ?? "the shop";
}

/** Those that run first, and of each kind the newest first. */
export function inOrder(authorizations: readonly Authorization[]): readonly Authorization[] {
  const rankOf = (authorization: Authorization) => (isRunning(authorization) ? 0 : 1);
  const timeOf = ({ consentTime }: Authorization) => (consentTime === undefined ? 0 : Date.parse(consentTime));
  return authorizations.toSorted((one, other) => rankOf(one) - rankOf(other) || timeOf(other) - timeOf(one));
}

/** When and by whom one was ended; undefined while it runs. */
export function endText({ status, endedBy, endedTime = "" }: Authorization): string | undefined {
  const by = endedBy && ENDED_BY[endedBy];
  switch (status) {
    case "ENDING":
      return ["ending", by].filter(Boolean).join(" ");
    case "CANCELLED":
      return ["ended", endedTime.slice(0, DATE_LENGTH), by].filter(Boolean).join(" ");
    case "LAPSED":
      return `lapsed ${endedTime.slice(0, DATE_LENGTH)}`;
    default:
      return undefined;
  }
}
