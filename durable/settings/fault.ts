/** What is wrong with the settings of a deployment. */

/** The kind of a fault that keeps the gateway from taking payments. `/healthz` shows it, and nothing more. */
export type MisconfigurationReason =
  /** A setting is missing, has another form, or does not go with another one. */
  | "VARIABLE_INVALID"
  /** The base path overlaps the path of another API. */
  | "PATH_TAKEN"
  /** A key cannot be read or used. */
  | "KEYS_INVALID"
  /** The keys name no Client-Id, or more than one. */
  | "CLIENT_ID_AMBIGUOUS";

/** One setting that is wrong. */
export type SettingFault = {
  readonly reason: MisconfigurationReason;
  /** The name of the setting. */
  readonly setting: string;
  /** The name, why it is wrong, and what to do. Fit for a log: holds no secret. */
  readonly fault: string;
};

/**
 * Makes a fault.
 *
 * @param why without the name of the setting and without a full stop
 */
export function settingFault(
  setting: string,
  why: string,
  reason: MisconfigurationReason = "VARIABLE_INVALID",
): SettingFault {
  return { reason, setting, fault: `${setting}: ${why}` };
}
