#!/usr/bin/env node
/**
 * Starts every npm script. It installs what node_modules lacks of package-lock.json, then runs a file on the pinned
 * Node.js of node_modules, which wrangler needs. Itself it needs Node.js 20 and no package.
 *
 * Usage: node scripts/launch.mjs <file> [arguments]
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const NPM_CHECK_INTERVAL_MS = 1000;

const root = resolve(fileURLToPath(import.meta.url), "../..");
const pinnedNode = join(root, "node_modules/node/bin", process.platform === "win32" ? "node.exe" : "node");

/** The packages of a lock file; none when it cannot be read. */
function lockedPackages(path) {
  try {
    return JSON.parse(readFileSync(join(root, path), "utf8")).packages ?? {};
  } catch {
    return {};
  }
}

/** Whether node_modules holds the locked versions. npm writes its own lock file last, after a complete install. */
function isInstalled() {
  if (!existsSync(pinnedNode)) return false;
  const present = lockedPackages("node_modules/.package-lock.json");
  return Object.entries(lockedPackages("package-lock.json")).every(([path, wanted]) => {
    if (path === "") return true;
    const found = present[path];
    // An optional package that is absent belongs to another platform.
    if (found === undefined) return wanted.optional === true || wanted.devOptional === true;
    return found.version === wanted.version;
  });
}

function install() {
  console.error("Installing the packages of package-lock.json (npm ci); this takes a minute or two ...");
  // The toolchain is in the development packages, and `node`, `esbuild` and `workerd` unpack binaries in install
  // scripts.
  const options = ["--include=dev", "--ignore-scripts=false", "--no-audit", "--no-fund", "--loglevel=error"];
  // npm must not run on the Node.js of node_modules/.bin, which it is about to replace.
  const isOutside = (directory) => !directory.endsWith(join("node_modules", ".bin"));
  const PATH = (process.env.PATH ?? "").split(delimiter).filter(isOutside).join(delimiter);
  const { status, error } = spawnSync("npm", ["ci", ...options], {
    cwd: root,
    env: { ...process.env, PATH },
    stdio: ["ignore", "ignore", "inherit"],
    shell: process.platform === "win32",
  });
  if (status === 0 && existsSync(pinnedNode)) return;
  console.error(`npm ci failed (${error?.message ?? `exit code ${status}`}). Nothing is started.`);
  process.exit(1);
}

/** The parent, and its own parent where it is npm's shell. Another value means that npm is gone. */
function ancestors() {
  const { ppid } = process;
  try {
    const [, name, shellParent] = /^\d+ \((.*)\) \S (\d+)/.exec(readFileSync(`/proc/${ppid}/stat`, "utf8")) ?? [];
    return name === "sh" ? `${ppid} ${shellParent}` : `${ppid}`;
  } catch {
    // Systems other than Linux have no /proc.
    return `${ppid}`;
  }
}

/** Runs the file and ends as it ends. Passes signals on; the IPC channel shows the file when this process is gone. */
function run(file, fileArguments) {
  const stdio = ["inherit", "inherit", "inherit", "ipc"];
  const child = spawn(pinnedNode, [join(root, file), ...fileArguments], { cwd: root, stdio });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  if (process.env.npm_lifecycle_event !== undefined) {
    // npm that is killed outright passes no signal on.
    const initial = ancestors();
    setInterval(() => ancestors() !== initial && child.kill("SIGTERM"), NPM_CHECK_INTERVAL_MS);
  }
  child.on("exit", (code, signal) => process.exit(signal === null ? code : 128 + constants.signals[signal]));
}

const [file, ...fileArguments] = process.argv.slice(2);
if (file === undefined) {
  console.error("Usage: node scripts/launch.mjs <file> [arguments]");
  process.exit(2);
}
if (!isInstalled()) install();
run(file, fileArguments);
