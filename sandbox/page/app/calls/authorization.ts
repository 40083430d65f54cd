/** An authorisation, as the wallet's page and its app show it. */
export type Authorization = {
  readonly authorizationId: string;
  readonly status: "PREPARED" | "ABANDONED" | "CONSENTED" | "ACTIVE" | "ENDING" | "CANCELLED" | "LAPSED";
  /** Who has ended it. */
  readonly endedBy?: "MERCHANT" | "CUSTOMER" | "WALLET";
  readonly merchant: { readonly authClientName?: string; readonly authClientDisplayName?: string };
  readonly scopes: readonly { readonly scope: string; readonly description: string }[];
  readonly userLoginId?: string;
  readonly consentTime?: string;
  /** When it has ended. */
  readonly endedTime?: string;
};
