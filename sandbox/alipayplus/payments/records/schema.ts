/**
 * The tables of the network, by the steps in which they grew. A step is never changed: what is new is a step at the
 * end.
 */
import { OUTBOX_SCHEMA } from "../../../../durable/platform/outbox/outbox.ts";
import { STORED_TIME_SCHEMA } from "../../../rehearsal/stored-time.ts";
import { AUTHORIZATION_SCHEMA } from "../../authorizations/records.ts";
import { DISPUTE_SCHEMA } from "../../for-wallets/services/disputes.ts";
import { REGISTRATION_ANSWER_SCHEMA, REGISTRATION_SCHEMA } from "../../for-wallets/services/registrations.ts";
import { MARKET_SCHEMA } from "../../market/market-record.ts";
import { MANUAL_SCHEMA } from "../manual/manual-payments.ts";
import { PAYMENT_MARKET_SCHEMA, PAYMENT_SCHEMA } from "./payment-records.ts";
import { RECEIVED_SCHEMA } from "./received-notifications.ts";
import { REFUND_MARKET_SCHEMA, REFUND_SCHEMA } from "./refund-records.ts";
import { SETTLEMENT_LEDGER_CLEARING_STEP, SETTLEMENT_LEDGER_SCHEMA } from "./settlement-ledger.ts";

/** The steps of the Network object, for durable/platform/migrate.ts; each is SQL text. */
export const NETWORK_SCHEMA: readonly string[] = [
  [...PAYMENT_SCHEMA, ...REFUND_SCHEMA, ...OUTBOX_SCHEMA, ...SETTLEMENT_LEDGER_SCHEMA].join(";\n"),
  [...MARKET_SCHEMA, ...PAYMENT_MARKET_SCHEMA, ...REFUND_MARKET_SCHEMA].join(";\n"),
  SETTLEMENT_LEDGER_CLEARING_STEP,
  RECEIVED_SCHEMA.join(";\n"),
  MANUAL_SCHEMA.join(";\n"),
  AUTHORIZATION_SCHEMA.join(";\n"),
  [...DISPUTE_SCHEMA, ...REGISTRATION_SCHEMA].join(";\n"),
  REGISTRATION_ANSWER_SCHEMA.join(";\n"),
  STORED_TIME_SCHEMA,
];
