/** The RPC messages about authorisations between the sandbox's APIs and the network. Times are epoch milliseconds. */
import type { OutboxReport } from "../../../durable/platform/outbox/outbox.ts";
import type { ReportedResult } from "../../../protocol/results.ts";
import type { GrantType } from "./machine/authorization.ts";
import type { AuthorizationRecord, NewAuthorization, TokenPair } from "./records.ts";

/** A merchant asks for the wallet's page. */
export type PrepareCommand = Omit<NewAuthorization, "createdTimeMs" | "state"> & {
  /** What goes to the wallet, as JSON text. */
  readonly message: string;
};

/** The wallet's page, for a browser and for its app. */
type PageUrls = {
  readonly authUrl?: string;
  readonly normalUrl?: string | undefined;
  readonly schemeUrl?: string | undefined;
  readonly applinkUrl?: string | undefined;
};

/** The wallet's answer, as it is handed on. */
export type PrepareReply =
  | { readonly outcome: "ASKED"; readonly result: ReportedResult; readonly urls: PageUrls }
  | { readonly outcome: "INCONSISTENT" };

/** A merchant asks for a pair of tokens. */
export type ApplyCommand = {
  readonly clientId: string;
  readonly grantType: GrantType;
  /** The authCode or the refresh token. */
  readonly token: string;
  readonly authClientId: string | undefined;
  /** Names the authorisation of a code that the wallet has not notified yet. */
  readonly authorizationId: string | undefined;
};

/** What an applyToken comes to: ASKED with the wallet's own result, or why the wallet was not asked. */
export type ApplyReply =
  | {
      readonly outcome: "ASKED";
      readonly result: ReportedResult;
      /** Present on S. */
      readonly tokens?: TokenPair | undefined;
      readonly customerId?: string | undefined;
      readonly userLoginId?: string | undefined;
    }
  | { readonly outcome: "UNKNOWN" }
  /** The wallet's notification about this code may still be on its way. */
  | { readonly outcome: "NOT_NOTIFIED" };

/** A merchant ends an authorisation. */
export type EndCommand = { readonly clientId: string; readonly accessToken: string };

/** S also for a token that Alipay+ does not know. */
export type EndReply = { readonly outcome: "ENDED" | "ENDING" };

/** authNotify of the wallet. */
export type AuthNotifyCommand =
  | {
      readonly type: "AUTHCODE_CREATED";
      readonly authorizationId: string;
      readonly authState: string;
      readonly authCode: string;
      readonly customerId: string | undefined;
    }
  | {
      readonly type: "TOKEN_CREATED";
      readonly authClientId: string;
      readonly tokens: TokenPair;
      readonly customerId: string | undefined;
      readonly userLoginId: string | undefined;
    }
  | {
      readonly type: "TOKEN_CANCELED";
      readonly authClientId: string;
      readonly accessToken: string;
      readonly reason: string | undefined;
    };

/** What becomes of the wallet's notification; ACCEPTED also when it brings nothing new. */
export type AuthNotifyReply = {
  readonly outcome:
    | "ACCEPTED"
    /** It contradicts what Alipay+ knows. */
    | "INCONSISTENT"
    | "UNKNOWN";
};

/** Names an authorisation: by Alipay+'s id, or by its access token or that of the pair before. */
export type AuthorizationName = { readonly authorizationId: string } | { readonly accessToken: string };

/** An authorisation as it is stored. */
export type AuthorizationReply =
  | {
      readonly outcome: "KNOWN";
      readonly authorization: AuthorizationRecord;
      /** The deliveries of authNotify to the acquirer. */
      readonly notifications: readonly { readonly type: string; readonly report: OutboxReport }[];
    }
  | { readonly outcome: "UNKNOWN" };
