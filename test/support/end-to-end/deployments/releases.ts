/** Bundles of other releases than this one: the one before, and ones that could come after it. */
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Bundle } from "../../../../scripts/bundle/bundle.ts";
import { ROOT } from "../../../../scripts/project.ts";
import { buildGateway, copyCheckout } from "../../../bench/checkout.ts";

/** Releases without it have another layout of state, and nothing of theirs is deployed. */
const FIRST_FILE_OF_LAYOUT = "durable/customers/home.ts";

/** Where the tables of a home are brought up to date, and with which steps. */
const STEPS_FILE = "durable/customers/object.ts";
const STEPS = ", HOME_STEPS, ";

/** What a later release may add to tables that are in use: columns, a table and an index. */
const LATER_STEP = `ALTER TABLE payments ADD COLUMN channel TEXT NOT NULL DEFAULT 'IN_STORE';
  ALTER TABLE refunds ADD COLUMN channel TEXT;
  CREATE TABLE channels (channel TEXT PRIMARY KEY, label TEXT NOT NULL);
  CREATE INDEX payments_channel ON payments (channel)`;

/** The text that the later release puts into every payment, its own and earlier ones. */
export const LATER_MARK = '"channel":"IN_STORE"';

/**
 * Builds the release that could follow this one: its only change is one more step of a home's tables.
 *
 * @param oldestVersion the steps that code must know to live with the tables after it: 1 for every release, 4 for the
 *   later one alone
 * @param directory takes its sources; it must not exist
 */
export async function laterBundle(oldestVersion: 1 | 4, directory: string): Promise<Bundle> {
  copyCheckout(ROOT, directory);
  const path = join(directory, STEPS_FILE);
  const [before, after, ...others] = readFileSync(path, "utf8").split(STEPS);
  if (before === undefined || after === undefined || others.length > 0) {
    throw new Error(`${STEPS_FILE} names ${STEPS} not once: name here the steps of a home`);
  }
  const step = JSON.stringify({ sql: LATER_STEP, oldestVersion });
  writeFileSync(path, `${before}, [...HOME_STEPS, ${step}], ${after}`);
  return (await buildGateway(directory)).bundle;
}

/** The newest tag of a release with this layout of state before HEAD; undefined in a clone that has none. */
export function releaseBefore(): string | undefined {
  const git = (...parameters: string[]) => spawnSync("git", parameters, { cwd: ROOT, encoding: "utf8" });
  const { status, stdout } = git("describe", "--tags", "--abbrev=0", "--match=v*", "HEAD^");
  const tag = stdout?.trim();
  return status === 0 && git("cat-file", "-e", `${tag}:${FIRST_FILE_OF_LAYOUT}`).status === 0 ? tag : undefined;
}

/**
 * Builds the gateway of a tagged commit.
 *
 * @param directory takes its sources; it must not exist
 */
export async function taggedBundle(tag: string, directory: string): Promise<Bundle> {
  mkdirSync(directory);
  const archive = join(directory, "sources.tar");
  execFileSync("git", ["archive", "--format=tar", `--output=${archive}`, tag], { cwd: ROOT });
  execFileSync("tar", ["-xf", archive], { cwd: directory });
  // It is built with the packages of now; with its own lock file its scripts would install others into them.
  copyFileSync(join(ROOT, "package-lock.json"), join(directory, "package-lock.json"));
  symlinkSync(join(ROOT, "node_modules"), join(directory, "node_modules"));
  return (await buildGateway(directory)).bundle;
}
