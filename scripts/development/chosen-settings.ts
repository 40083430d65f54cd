/**
 * What a developer sets of docs/configuration.md: in the environment and in .dev.vars, in place of the defaults of
 * development. The environment wins over the file.
 */
import { existsSync, readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { settingKind } from "../../durable/settings/settings.ts";
import { StageFailure } from "../tool.ts";

/** Variables by name. */
export type Variables = Readonly<Record<string, string>>;

/** The settings that a developer has chosen. */
export type ChosenSettings = {
  readonly variables: Variables;
  /** Names in .dev.vars that are no setting. */
  readonly unknown: readonly string[];
};

/**
 * Reads the settings that a developer has chosen.
 *
 * @param environment the variables of this process; those that are no setting are not looked at
 * @param path of .dev.vars, in dotenv form as wrangler reads it; it need not exist
 * @throws StageFailure when the file cannot be read
 */
export function readChosenSettings(environment: Readonly<NodeJS.ProcessEnv>, path: string): ChosenSettings {
  const file = existsSync(path) ? parseEnv(readText(path)) : {};
  const known = Object.entries({ ...file, ...environment }).filter(([name]) => settingKind(name) !== undefined);
  return {
    variables: Object.fromEntries(known.map(([name, value]) => [name, value ?? ""])),
    unknown: Object.keys(file).filter((name) => settingKind(name) === undefined),
  };
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw new StageFailure(`${path} cannot be read.`);
  }
}

/** The first token of a setting such as WALLET_TOKENS; undefined where it has none. */
export function firstTokenOf(setting: string | undefined): string | undefined {
  try {
    const [token] = Object.values(JSON.parse(setting ?? "{}") as object);
    return typeof token === "string" ? token : undefined;
  } catch {
    return undefined;
  }
}
