/**
 * The messages about authorisations between the edge and the homes, by RPC. Fields are only ever added, and always
 * optional. No message holds a token: only digests, and what tokens are derived from.
 */
import type { Busy, EvaluateReply, PayCommand } from "../messages.ts";
import type { OutboxReport } from "../platform/outbox/outbox.ts";
import type { AuthorizationStatus, EndedBy, TokenRefusal } from "./machine/authorization.ts";
import type { AuthorizationTerms } from "./records.ts";
import type { StoredToken } from "./tokens.ts";

/** A customer agrees. The directory has given the authorisation to this home. */
export type ConsentCommand = {
  readonly authorizationId: string;
  readonly customerId: string;
  /** As the wallet masked it. */
  readonly userLoginId: string | undefined;
  /** What was prepared; missing once the home has it, and when the time to agree has passed. */
  readonly prepared?: { readonly terms: AuthorizationTerms; readonly message: string } | undefined;
  /** The authCode, unless there is one already. */
  readonly code: StoredToken;
};

/** What a consent comes to, or its repeat; ENDED also for an authorisation that has lapsed. */
export type ConsentReply =
  /** `code` is the authCode of the first consent, `message` the prepare as it came. */
  | { readonly outcome: "CONSENTED"; readonly code: StoredToken; readonly message: string }
  | { readonly outcome: "OF_ANOTHER_CUSTOMER" }
  | { readonly outcome: "ENDED" };

/** applyToken: the pair is stored unless the code or refresh token has one already. */
export type GrantCommand = {
  readonly grantType: "AUTHORIZATION_CODE" | "REFRESH_TOKEN";
  /** Of the authCode or refresh token. */
  readonly digest: string;
  readonly authClientId: string | undefined;
  readonly access: StoredToken;
  readonly refresh: StoredToken;
};

/**
 * What a code or refresh token comes to; INVALID and EXPIRED become the result codes of
 * docs/spec/wallet/auto-debit.md#applytoken.
 */
export type GrantReply =
  | {
      readonly outcome: "GRANTED";
      readonly customerId: string;
      /** Only with the scope that lets the merchant see it. */
      readonly userLoginId: string | undefined;
      readonly access: StoredToken;
      readonly refresh: StoredToken;
      /** Epoch milliseconds. */
      readonly accessExpiryTimeMs: number;
      readonly refreshExpiryTimeMs: number;
    }
  | { readonly outcome: "INVALID" | "EXPIRED" };

/** cancelToken: ends the authorisation of an access or refresh token, named by its digest. */
export type CancelTokenCommand = { readonly digest: string; readonly acquirerId: string };

/** What a cancelToken comes to; ENDED also for an authorisation that had ended before. */
export type CancelTokenReply = {
  readonly outcome:
    | "ENDED"
    /** A payment of it may still succeed: to be asked again. */
    | "ENDING"
    | "UNKNOWN"
    | "OF_ANOTHER_ACQUIRER";
};

/** The newest access token when Alipay+ was consulted about an unbinding; undefined before the first. */
export type Consulted = { readonly accessDigest: string | undefined };

/** A pay with an access token: its home knows the customer. */
export type TokenPayCommand = Omit<PayCommand, "terms" | "token"> & {
  readonly terms: Omit<PayCommand["terms"], "customerId" | "paymentCode" | "authorizationId">;
  /** Of the access token. */
  readonly digest: string;
  /** As far as Alipay+ names them. */
  readonly customerId: string | undefined;
  readonly authClientId: string | undefined;
};

/** What a pay or an evaluation with an access token comes to, and whom it charges. */
export type TokenPayReply = {
  /** The customer of the token; undefined for an unknown one. */
  readonly customerId?: string | undefined;
  readonly reply:
    | EvaluateReply
    | Busy
    /** `customerId` of the message names another customer than that of the token: nothing was done. */
    | { readonly outcome: "CUSTOMER_DIFFERS" };
};

/** The customer of a one-time password, or why the token cannot request one. */
export type OtpBearer =
  | { readonly customerId: string; readonly authorizationId: string }
  | { readonly reason: TokenRefusal };

/** An authorisation as its customer sees it. */
export type AuthorizationReport = {
  readonly authorizationId: string;
  readonly status: AuthorizationStatus;
  /** When the customer agreed, epoch milliseconds. */
  readonly createdTimeMs: number;
  /** When it ends by itself, or has ended (`endOf` in machine/authorization.ts); epoch milliseconds. */
  readonly expiryTimeMs: number;
  readonly terms: AuthorizationTerms;
  /** The prepare as it came; undefined once it is emptied. */
  readonly message: string | undefined;
  readonly userLoginId: string | undefined;
  /** The newest access token; undefined before the first. */
  readonly access: StoredToken | undefined;
};

/** An authorisation as operators see it: without customer and names. */
export type AuthorizationInspection = {
  readonly status: AuthorizationStatus["name"];
  readonly endedBy: EndedBy | undefined;
  readonly createdTimeMs: number;
  readonly expiryTimeMs: number;
  readonly accessExpiryTimeMs: number | undefined;
  /** How many pairs of tokens there were. */
  readonly pairs: number;
  readonly scopes: readonly string[];
  /** The deliveries of authNotify, by their type. */
  readonly notifications: Readonly<Record<string, OutboxReport>>;
};
