#!/usr/bin/env node
/**
 * The entry of every npm script. It runs on the Node.js that npm runs on (20 or later) and needs no package:
 * it installs what is missing, then hands over to the pinned Node.js of node_modules, which wrangler needs.
 *
 * Usage: node scripts/launch.mjs <command> [arguments]
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const ANCESTOR_CHECK_INTERVAL_MS = 1000;

const root = resolve(fileURLToPath(import.meta.url), "../..");
const pinnedNode = join(root, "node_modules/node/bin", process.platform === "win32" ? "node.exe" : "node");

/** Every command and the TypeScript file that does it. */
const scripts = {
  start: "scripts/start.ts",
  reset: "scripts/reset.ts",
  build: "scripts/build.ts",
  "build-wasm": "scripts/build-wasm.ts",
  check: "scripts/check.ts",
  format: "scripts/format.ts",
  test: "scripts/test.ts",
  demo: "scripts/demo.ts",
  bench: "test/bench/bench.ts",
  kill: "test/end-to-end/days/kill.ts",
  days: "test/end-to-end/days/days.ts",
  "core-contract": "scripts/core-contract.ts",
};

/** The packages of a lock file, or nothing when it cannot be read. */
function lockedPackages(path) {
  try {
    return JSON.parse(readFileSync(join(root, path), "utf8")).packages ?? {};
  } catch {
    return {};
  }
}

/** Whether node_modules holds the versions of package-lock.json. npm writes its own lock file last, so that an interrupted install counts as none. */
function isInstalled() {
  if (!existsSync(pinnedNode)) return false;
  const present = lockedPackages("node_modules/.package-lock.json");
  return Object.entries(lockedPackages("package-lock.json")).every(([path, wanted]) => {
    if (path === "") return true;
    const found = present[path];
    // An optional package belongs to another platform when it is absent.
    if (found === undefined) return wanted.optional === true || wanted.devOptional === true;
    return found.version === wanted.version;
  });
}

/** The environment without node_modules/.bin in PATH: npm must not run on the Node.js that it is about to replace. */
function installEnvironment() {
  const binaries = join("node_modules", ".bin");
  const path = (process.env.PATH ?? "").split(delimiter).filter((directory) => !directory.endsWith(binaries));
  return { ...process.env, PATH: path.join(delimiter) };
}

function install() {
  process.stderr.write(
    "Installing the packages of package-lock.json (npm ci); this takes a minute or two the first time ...\n",
  );
  const startedAtMs = Date.now();
  // The development packages hold the toolchain, and `node`, `esbuild` and `workerd` unpack their binaries in install scripts.
  const options = ["--include=dev", "--ignore-scripts=false", "--no-audit", "--no-fund", "--loglevel=error"];
  const result = spawnSync("npm", ["ci", ...options], {
    cwd: root,
    env: installEnvironment(),
    stdio: ["ignore", "pipe", "pipe"],
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (result.status !== 0 || !existsSync(pinnedNode)) {
    process.stderr.write(`${result.stdout ?? ""}${result.stderr ?? ""}`);
    const reason =
      result.error?.message ?? (result.status === 0 ? "node_modules/node has no binary" : `exit code ${result.status}`);
    process.stderr.write(`\nnpm ci failed (${reason}). Its output is above; nothing was started.\n`);
    process.exit(1);
  }
  process.stderr.write(`Installed in ${((Date.now() - startedAtMs) / 1000).toFixed(1)} s.\n`);
}

/** The parent of a process, or nothing where /proc does not tell. */
function parentOf(processId) {
  try {
    const [name, fields] = readFileSync(`/proc/${processId}/stat`, "utf8")
      .split(/ \(|\) /)
      .slice(1);
    return { name, parent: fields.split(" ")[1] };
  } catch {
    return undefined;
  }
}

/** Who stands above this process: npm, or the shell that npm started with npm above it. It changes when one of them dies. */
function ancestors() {
  const shell = parentOf(process.ppid);
  return shell?.name === "sh" ? `${process.ppid} ${shell.parent}` : `${process.ppid}`;
}

/** Runs the script and ends as it ends. Signals are passed on; the channel tells the script when this process is gone. */
function handOver(script, scriptArguments) {
  const child = spawn(pinnedNode, [join(root, script), ...scriptArguments], {
    cwd: root,
    stdio: ["inherit", "inherit", "inherit", "ipc"],
  });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  if (process.env.npm_lifecycle_event !== undefined) {
    // npm that is killed outright passes no signal on: notice that it is gone.
    const initial = ancestors();
    setInterval(() => ancestors() !== initial && child.kill("SIGTERM"), ANCESTOR_CHECK_INTERVAL_MS);
  }
  child.on("error", (error) => {
    process.stderr.write(`${pinnedNode} could not be run: ${error.message}\n`);
    process.exit(1);
  });
  child.on("exit", (code, signal) => process.exit(signal === null ? code : 128 + constants.signals[signal]));
}

const [command = "", ...commandArguments] = process.argv.slice(2);
if (!Object.hasOwn(scripts, command)) {
  process.stderr.write(`Usage: node scripts/launch.mjs <${Object.keys(scripts).join("|")}> [arguments]\n`);
  process.exit(2);
}
if (!isInstalled()) install();
handOver(scripts[command], commandArguments);
