/** The settings that the Worker passes to its page. */

/** A currency that a point of sale can ask for. */
export type PageCurrency = {
  /** ISO 4217. */
  readonly currency: string;
  /** Digits after the point: 2 for HKD, 0 for JPY. */
  readonly exponent: number;
};

/** A participant, which has its own files in a report. */
export type PageParticipant = { readonly name: string; readonly participantId: string };

/** The settings, as JSON in the document's `data-settings`. */
export type PageSettings = {
  /**
   * The wallet's token of local development: with it the page plays the wallet's app. Missing when none was configured.
   */
  readonly walletToken?: string;
  /** The operator's token of local development: with it the page shows why the core did not answer. */
  readonly operatorToken?: string;
  /** The name of the wallet's own core, which keeps the customers; missing with the embedded core. */
  readonly ownCore?: string;
  readonly currencies: readonly PageCurrency[];
  readonly participants: readonly PageParticipant[];
};
