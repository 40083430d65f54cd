/** Every change of the kept list. */
import type { Change } from "../change.ts";
import { AMOUNT_CHANGES } from "./amounts.ts";
import { AUTHORIZATION_CHANGES } from "./authorizations.ts";
import { CLAIM_CHANGES } from "./claims.ts";
import { CUSTOMER_CHANGES } from "./customers.ts";
import { HOME_CHANGES } from "./home.ts";
import { HTTP_PAYMENT_CHANGES } from "./http-payments.ts";
import { LEDGER_CHANGES } from "./ledger.ts";
import { MACHINE_CHANGES } from "./machine.ts";
import { OUTBOX_CHANGES } from "./outbox.ts";
import { PAYMENT_CHANGES } from "./payments.ts";
import { SIGNATURE_CHANGES } from "./signature.ts";

/** The changes, in the order in which a payment meets what they change. */
export const CHANGES: readonly Change[] = [
  ...MACHINE_CHANGES,
  ...PAYMENT_CHANGES,
  ...HTTP_PAYMENT_CHANGES,
  ...HOME_CHANGES,
  ...LEDGER_CHANGES,
  ...CUSTOMER_CHANGES,
  ...CLAIM_CHANGES,
  ...AUTHORIZATION_CHANGES,
  ...OUTBOX_CHANGES,
  ...AMOUNT_CHANGES,
  ...SIGNATURE_CHANGES,
];
