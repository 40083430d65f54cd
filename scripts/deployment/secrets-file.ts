/** Reads the secrets of a deployment from a file, as `wrangler secret bulk` takes it. */
import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import { StageFailure } from "../tool.ts";

/** The values of secrets, by their names. */
export type Secrets = Readonly<Record<string, string>>;

/**
 * Reads a file of JSON `{"<name>": "<value>"}`, or of lines `<name>=<value>`.
 *
 * @throws StageFailure when it cannot be read; its message holds nothing of the file.
 */
export function readSecrets(path: string): Secrets {
  const text = readText(path).trim();
  const secrets = text.startsWith("{") ? parseJson(path, text) : parseEnv(text);
  const entries = Object.entries(secrets);
  if (entries.length === 0)
    throw new StageFailure(`${path} holds no secret: write {"<name>": "<value>"} or <name>=<value>.`);
  const notText = entries.find(([, value]) => typeof value !== "string");
  if (notText) throw new StageFailure(`${path}: the value of ${notText[0]} must be text, as wrangler puts it.`);
  return secrets as Secrets;
}

function readText(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    throw new StageFailure(`${path} cannot be read.`);
  }
}

function parseJson(path: string, text: string): object {
  try {
    return JSON.parse(text) as object;
  } catch {
    // The error's own message quotes the text.
    throw new StageFailure(`${path} is not JSON.`);
  }
}
