/** What the gateway says about the settings of a deployment: the answer of settings-worker.ts. */

/** A setting that the gateway refuses, or that closes one of its APIs. */
export type ReportedFault = { readonly setting: string; readonly fault: string };

/** The report. */
export type SettingsReport = {
  readonly faults: readonly ReportedFault[];
  /** What payments depend on; missing while a setting of them is wrong. */
  readonly deployment?: { readonly clientId: string; readonly core: string; readonly shardCount: number };
};
