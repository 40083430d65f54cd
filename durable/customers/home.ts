/** The parts of a home, and how they depend on each other. */
import { DAY_MS } from "../../protocol/time.ts";
import { Authorizations } from "../authorizations/authorizations.ts";
import { authNotificationsOf } from "../authorizations/notifications.ts";
import { AUTHORIZATION_ORDER_STEP, AUTHORIZATION_SCHEMA, AuthorizationRecords } from "../authorizations/records.ts";
import { DirectoryClient } from "../directory/client.ts";
import { Disputes } from "../disputes/disputes.ts";
import { DISPUTES_STEP, DisputeRecords } from "../disputes/records.ts";
import { type Env, requireConfiguration } from "../env.ts";
import { Ledger } from "../ledger/ledger.ts";
import { LEDGER_SCHEMA } from "../ledger/schema.ts";
import { PAYMENT_CODES_SCHEMA, PaymentCodes } from "../payment-codes/payment-codes.ts";
import { Claims } from "../payments/claims.ts";
import type { CorePayments } from "../payments/core-payments.ts";
import { EmbeddedPayments } from "../payments/embedded-payments.ts";
import { HttpPayments } from "../payments/http-payments.ts";
import { notificationsOf } from "../payments/notifications.ts";
import { Publisher } from "../payments/publish.ts";
import {
  PAYMENT_AUTHORIZATION_STATEMENTS,
  PAYMENT_PRODUCT_STEP,
  PAYMENT_SCHEMA,
  PAYMENT_TROUBLE_STEP,
  PaymentRecords,
} from "../payments/records.ts";
import { REFUND_SCHEMA, RefundRecords } from "../payments/refund-records.ts";
import { RefundStore } from "../payments/refund-store.ts";
import { Refunds } from "../payments/refunds.ts";
import { PaymentStore } from "../payments/store.ts";
import { TEXTS_SCHEMA, Texts } from "../payments/texts.ts";
import { debitEntryOf } from "../payments/views.ts";
import { askShard } from "../platform/call-shard.ts";
import { Connections } from "../platform/connections.ts";
import { Deadline, UNANSWERED } from "../platform/deadline.ts";
import { DueAlarm } from "../platform/due-alarm.ts";
import { logFault } from "../platform/log.ts";
import { OUTBOX_SCHEMA } from "../platform/outbox/outbox.ts";
import type { WalletCore } from "../wallet-core/port.ts";
import { PersonalData } from "./personal-data.ts";
import { Retention } from "./retention.ts";
import { WatchedCore } from "./watched-core.ts";

/** The tables of a home, as they are created. */
const HOME_SCHEMA = [
  ...PAYMENT_SCHEMA,
  ...REFUND_SCHEMA,
  ...TEXTS_SCHEMA,
  PAYMENT_CODES_SCHEMA,
  LEDGER_SCHEMA,
  ...OUTBOX_SCHEMA,
].join(";\n");

/** Auto Debit: code that does not know it leaves the tables alone, and pays as before. */
const AUTHORIZATION_STEP = {
  sql: [...PAYMENT_AUTHORIZATION_STATEMENTS, ...AUTHORIZATION_SCHEMA].join(";\n"),
  oldestVersion: 1,
};

/** The steps of the tables of a home (durable/platform/migrate.ts). */
export const HOME_STEPS = [
  HOME_SCHEMA,
  PAYMENT_TROUBLE_STEP,
  AUTHORIZATION_STEP,
  PAYMENT_PRODUCT_STEP,
  DISPUTES_STEP,
  AUTHORIZATION_ORDER_STEP,
];

/** The tables whose due times the alarm of a home counts. */
const DUE_TABLES = ["payments", "refunds", "outbox", "authorizations"];

/** What a test replaces; the runtime passes none. */
export type HomeReplacements = {
  /** Of the calls to other shards. */
  readonly deadline?: Deadline;
  /** Takes the place of the core by HTTP. */
  readonly core?: WalletCore;
};

/** The parts that a home is made of. */
export type Home = ReturnType<typeof homeOf>;

/** Makes the parts of a home; none of them reads or writes yet. */
export function homeOf(context: DurableObjectState, env: Env, replacements: HomeReplacements) {
  const { storage } = context;
  const { sql } = storage;
  const configuration = requireConfiguration(env);
  const { coreTimeoutMs, locationHint, shardCount, acceptsForeignPaymentCodes } = configuration;
  const { deadline = new Deadline(coreTimeoutMs) } = replacements;
  const directory = new DirectoryClient({ env, configuration }, async (shard, call) => {
    const reply = await askShard(env.DIRECTORY, shard, locationHint, deadline, call);
    if (reply === UNANSWERED) throw new DirectorySilent();
    // askShard answers UNANSWERED, or what the directory answered.
    return reply as Awaited<ReturnType<typeof call>>;
  });
  const records = new PaymentRecords(sql);
  const refundRecords = new RefundRecords(sql);
  const texts = new Texts(sql);
  const codes = new PaymentCodes(sql, configuration.paymentCodeGraceMs);
  const alarm = new DueAlarm(storage, DUE_TABLES);
  const connections = new Connections();
  const authorizationRecords = new AuthorizationRecords(sql);
  const authNotifications = authNotificationsOf({ sql, env, authorizationRecords, alarm, connections });
  const authorizations = new Authorizations({
    autoDebit: configuration.autoDebit,
    authorizationRecords,
    alarm,
    authNotifications,
    hasOpenPayment: (authorizationId) => records.hasOpenDebit(authorizationId),
  });
  const claims = new Claims({ directory, codes, authorizations, shardCount, acceptsForeignPaymentCodes });
  const notifications = notificationsOf({ sql, env, records, texts, alarm, connections });
  const waitUntil = (work: Promise<unknown>) => context.waitUntil(work);
  const publisher = new Publisher({ env, deadline, records, notifications, waitUntil });
  const core = configuration.core.name;
  const store = new PaymentStore({ records, texts, alarm, publisher, core });
  const refundStore = new RefundStore({ records, refunds: refundRecords, texts, alarm });
  const ledger = new Ledger(sql, (paymentId) => {
    const record = records.find(paymentId);
    return record && debitEntryOf(record);
  });
  const shared = { claims, codes, records, store, refundStore };
  const watchedCore =
    configuration.core.kind === "HTTP"
      ? new WatchedCore({ ...configuration.core, timeoutMs: coreTimeoutMs, connections }, records, replacements.core)
      : undefined;
  const payments: CorePayments = watchedCore
    ? new HttpPayments({ ...shared, core: watchedCore.core })
    : new EmbeddedPayments({ ...shared, storage, ledger });
  const refunds = new Refunds({
    refunds: refundRecords,
    refundStore,
    payments,
    core,
    smallestAmounts: configuration.smallestAmounts,
  });
  const disputeRecords = new DisputeRecords(sql);
  const disputes = new Disputes({ sql, env, records: disputeRecords, payments: records, texts, alarm, connections });
  const personalData = new PersonalData({
    records,
    refundRecords,
    disputeRecords,
    disputes,
    texts,
    codes,
    notifications,
    authorizationRecords,
    authNotifications,
  });
  const retentionMs = configuration.retentionDays * DAY_MS;
  const retention = new Retention({ texts, authorizationRecords, personalData, retentionMs });
  return {
    configuration,
    directory,
    records,
    refundRecords,
    texts,
    codes,
    claims,
    alarm,
    notifications,
    authorizationRecords,
    authNotifications,
    authorizations,
    store,
    refundStore,
    ledger,
    payments,
    watchedCore,
    refunds,
    disputes,
    personalData,
    retention,
  };
}

/** The directory gave no answer in time: nothing is known, and the same is to be asked again. */
class DirectorySilent extends Error {
  override readonly name = "DirectorySilent";

  constructor() {
    super("The directory gave no answer in time.");
  }
}

/** Answers `otherwise` when the directory gives no answer in time. */
export async function unlessDirectoryIsSilent<Reply>(otherwise: Reply, work: () => Promise<Reply>): Promise<Reply> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DirectorySilent)) throw error;
    logFault("directory-silent", error);
    return otherwise;
  }
}
