/** The subscriptions as rows. Every method is synchronous: a decision and its row stay in one turn. */
import {
  amount,
  type FieldMaps,
  fields,
  flag,
  integer,
  json,
  money,
  optional,
  text,
  variants,
} from "../../../durable/platform/columns.ts";
import { dueIndex, WHERE_DUE } from "../../../durable/platform/due-alarm.ts";
import { Table } from "../../../durable/platform/table.ts";
import type { Money } from "../../../protocol/money.ts";
import type { ReportedResult } from "../../../protocol/results.ts";
import type { Failure } from "../../alipayplus/payments/machine/payment.ts";
import type { SubscriptionState, SubscriptionStatus } from "../machine/subscription.ts";
import { unknownResult } from "../refund-records.ts";

/** Where the customer meets the wallet's page. */
export type TerminalType = "WEB" | "WAP" | "APP";

/** A pair of tokens, as Alipay+ has signed it. Times are epoch milliseconds. */
type Tokens = {
  readonly accessToken: string;
  readonly accessExpiryTimeMs: number;
  readonly refreshToken: string;
  readonly refreshExpiryTimeMs: number;
  /** When the pair came. */
  readonly learntTimeMs: number;
};

/** What Alipay+ has said of a subscription; what is undefined stays as it is. */
export type SubscriptionDetails = {
  readonly authUrl?: string | undefined;
  /** The same page in the wallet's app, where the wallet has it there: by the app's scheme, and by its app link. */
  readonly schemeUrl?: string | undefined;
  readonly applinkUrl?: string | undefined;
  readonly authCode?: string | undefined;
  readonly tokens?: Tokens | undefined;
  readonly customerId?: string | undefined;
  readonly userLoginId?: string | undefined;
  readonly wallet?: { readonly walletName: string; readonly walletBrandName: string } | undefined;
};

/** A subscription as it is stored. */
export type Subscription = SubscriptionDetails & {
  /** Towards Alipay+ the `referenceAgreementId`. */
  readonly subscriptionId: string;
  readonly authState: string;
  readonly authRedirectUrl: string;
  readonly terminalType: TerminalType;
  readonly scopes: readonly string[];
  /** What a debit takes, unless the merchant says otherwise. */
  readonly paymentAmount: Money;
  readonly isMonthly: boolean;
  /** What the merchant answers to consultUnbinding. */
  readonly allowsUnbinding: boolean;
  readonly createdTimeMs: number;
  readonly state: SubscriptionState;
  /** The last U; missing before the first. */
  readonly unknown: ReportedResult | undefined;
  /** Notifications that were received, repeats too. */
  readonly notifications: number;
};

/** A subscription as it is first stored. */
export type NewSubscription = Omit<Subscription, keyof SubscriptionDetails | "unknown" | "notifications">;

/** The columns of the page in the wallet's app. */
const APP_PAGE_STEP = 3;

/** An update that has no value leaves the column as it is. */
const KEEPS = { keeps: "LATEST" } as const;

const STATE = fields<SubscriptionState>({
  status: variants<SubscriptionStatus>(text("status"), {
    PREPARING: {},
    OFFERED: {},
    DECLINED: {},
    APPLYING: {},
    ACTIVE: {},
    REFRESHING: {},
    CANCELLING: {},
    ENDED: { endedBy: text("ended_by") },
    FAILED: { failure: fields<Failure>({ resultCode: text("failure_code"), resultMessage: text("failure_message") }) },
  }),
  attempts: integer("attempts"),
  dueTimeMs: optional(integer("due_time_ms")),
  debitTimeMs: optional(integer("debit_time_ms")),
});

const NEW_SUBSCRIPTION: FieldMaps<NewSubscription> = {
  subscriptionId: text("subscription_id", { constraint: "UNIQUE" }),
  authState: text("auth_state"),
  authRedirectUrl: text("auth_redirect_url"),
  terminalType: text("terminal_type"),
  scopes: json<readonly string[]>("scopes"),
  paymentAmount: money(text("currency"), amount("amount")),
  isMonthly: flag("is_monthly"),
  allowsUnbinding: flag("allows_unbinding"),
  createdTimeMs: integer("created_time_ms"),
  state: STATE,
};

const DETAILS: FieldMaps<SubscriptionDetails> = {
  authUrl: optional(text("auth_url", KEEPS)),
  schemeUrl: optional(text("scheme_url", { ...KEEPS, step: APP_PAGE_STEP })),
  applinkUrl: optional(text("applink_url", { ...KEEPS, step: APP_PAGE_STEP })),
  authCode: optional(text("auth_code", KEEPS)),
  tokens: optional(
    fields<Tokens>({
      accessToken: text("access_token", KEEPS),
      accessExpiryTimeMs: integer("access_expiry_time_ms", KEEPS),
      refreshToken: text("refresh_token", KEEPS),
      refreshExpiryTimeMs: integer("refresh_expiry_time_ms", KEEPS),
      learntTimeMs: integer("tokens_time_ms", KEEPS),
    }),
  ),
  customerId: optional(text("customer_id", KEEPS)),
  userLoginId: optional(text("user_login_id", KEEPS)),
  wallet: optional(json<NonNullable<SubscriptionDetails["wallet"]>>("wallet", KEEPS)),
};

const UNKNOWN = unknownResult("unknown_code", "unknown_message");

const SUBSCRIPTION = fields<Subscription>({
  ...NEW_SUBSCRIPTION,
  ...DETAILS,
  unknown: optional(UNKNOWN),
  notifications: integer("notifications", { constraint: "DEFAULT 0" }),
});

const SUBSCRIPTIONS = new Table("subscriptions", "subscription_id", [
  integer("subscription_number", { constraint: "PRIMARY KEY" }),
  SUBSCRIPTION,
]);

const find = SUBSCRIPTIONS.select(SUBSCRIPTION, "WHERE subscription_id = ?");
const findByToken = SUBSCRIPTIONS.select(SUBSCRIPTION, "WHERE access_token = ?");
const findLast = SUBSCRIPTIONS.select(SUBSCRIPTION, "ORDER BY subscription_number DESC LIMIT ?");
const findDue = SUBSCRIPTIONS.select(SUBSCRIPTION, WHERE_DUE);
const insert = SUBSCRIPTIONS.insert(fields(NEW_SUBSCRIPTION));
const setState = SUBSCRIPTIONS.update(STATE);
const learn = SUBSCRIPTIONS.update(fields(DETAILS));
const setUnknown = SUBSCRIPTIONS.update(UNKNOWN);

const COUNT = "UPDATE subscriptions SET notifications = notifications + 1 WHERE subscription_id = ?";

/** The table of the Sales object as it was first made: a row per subscription, with its tokens. */
export const SUBSCRIPTION_SCHEMA: readonly string[] = [SUBSCRIPTIONS.create(), dueIndex("subscriptions")];

/** The columns of the page in the wallet's app. */
export const SUBSCRIPTION_APP_PAGE_SCHEMA: readonly string[] = SUBSCRIPTIONS.add(APP_PAGE_STEP);

/** The subscriptions of the sandbox's merchants. */
export class SubscriptionRecords {
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  find(subscriptionId: string): Subscription | undefined {
    return find(this.#sql, subscriptionId)[0];
  }

  findByAccessToken(accessToken: string): Subscription | undefined {
    return findByToken(this.#sql, accessToken)[0];
  }

  /** The last subscriptions, newest first. */
  last(limit: number): Subscription[] {
    return findLast(this.#sql, limit);
  }

  /** Those that are due, the longest waiting first. */
  due(nowMs: number, limit: number): Subscription[] {
    return findDue(this.#sql, nowMs, limit);
  }

  insert(subscription: NewSubscription): void {
    insert(this.#sql, subscription);
  }

  setState(subscriptionId: string, state: SubscriptionState): void {
    setState(this.#sql, subscriptionId, state);
  }

  learn(subscriptionId: string, details: SubscriptionDetails): void {
    learn(this.#sql, subscriptionId, details);
  }

  setUnknown(subscriptionId: string, result: ReportedResult): void {
    setUnknown(this.#sql, subscriptionId, result);
  }

  countNotification(subscriptionId: string): void {
    this.#sql.exec(COUNT, subscriptionId);
  }
}
