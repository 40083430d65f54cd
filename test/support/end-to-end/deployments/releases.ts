/** Bundles of other releases than this one: the one before, and ones that could come after it. */
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Bundle } from "../../../../scripts/bundle/bundle.ts";
import { ROOT } from "../../../../scripts/project.ts";
import { buildGateway, copyCheckout } from "../../../bench/checkout.ts";

/** The commit of the release before this one. It changes with the first commit after a release (CONTRIBUTING.md). */
export const RELEASE_BEFORE = "71e39308fe691f0814f8b8a4478ac71215198748";

/** Where every object brings its tables up to date. */
const OPENING_FILE = "durable/deployment/open-object.ts";
const MIGRATION = "migrate(storage, steps);";

/**
 * What a later release may add to tables that are in use: a column with a default and its index in every one of them,
 * and a table.
 */
const LATER_STEP = `
function laterStep(sql: SqlStorage): string {
  const query = "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT GLOB '_cf_*' AND name NOT GLOB 'sqlite_*'";
  const changes = sql.exec<{ name: string }>(query).toArray().map(({ name }) =>
    \`ALTER TABLE \${name} ADD COLUMN channel TEXT NOT NULL DEFAULT 'IN_STORE';
      CREATE INDEX \${name}_channel ON \${name} (channel)\`,
  );
  return [...changes, "CREATE TABLE channels (channel TEXT PRIMARY KEY, label TEXT NOT NULL)"].join(";\\n");
}
`;

/** The text that the later release puts into every row, its own and earlier ones. */
export const LATER_MARK = '"channel":"IN_STORE"';

/**
 * Builds the release that could follow this one: its only change is one more step of the tables of every class.
 *
 * @param whoLivesWithIt which releases can live with the tables after it: every one, or the later one alone
 * @param directory takes its sources; it must not exist
 */
export async function laterBundle(whoLivesWithIt: "EVERY_RELEASE" | "IT_ALONE", directory: string): Promise<Bundle> {
  copyCheckout(ROOT, directory);
  const path = join(directory, OPENING_FILE);
  const [before, after, ...others] = readFileSync(path, "utf8").split(MIGRATION);
  if (before === undefined || after === undefined || others.length > 0) {
    throw new Error(`${OPENING_FILE} has ${MIGRATION} not once: name here where the tables are brought up to date`);
  }
  const oldestVersion = whoLivesWithIt === "EVERY_RELEASE" ? "1" : "steps.length + 1";
  // The step is written when it runs: by then the tables of the steps before it are there.
  const step = `{ get sql() { return laterStep(storage.sql); }, oldestVersion: ${oldestVersion} }`;
  writeFileSync(path, `${before}migrate(storage, [...steps, ${step}]);${after}${LATER_STEP}`);
  return (await buildGateway(directory)).bundle;
}

/** Whether the history is here that the release before is built from; a shallow clone lacks it. */
export function hasReleaseBefore(): boolean {
  return spawnSync("git", ["cat-file", "-e", `${RELEASE_BEFORE}^{commit}`], { cwd: ROOT }).status === 0;
}

/**
 * Builds the release before. Rejects where the history lacks it.
 *
 * @param directory takes its sources; it must not exist
 */
export async function bundleBefore(directory: string): Promise<Bundle> {
  if (!hasReleaseBefore()) throw new Error(`The history lacks ${RELEASE_BEFORE}: fetch all of it`);
  mkdirSync(directory);
  const archive = join(directory, "sources.tar");
  execFileSync("git", ["archive", "--format=tar", `--output=${archive}`, RELEASE_BEFORE], { cwd: ROOT });
  execFileSync("tar", ["-xf", archive], { cwd: directory });
  // It is built with the packages of now; with its own lock file its scripts would install others into them.
  copyFileSync(join(ROOT, "package-lock.json"), join(directory, "package-lock.json"));
  symlinkSync(join(ROOT, "node_modules"), join(directory, "node_modules"));
  return (await buildGateway(directory)).bundle;
}
