/** Ends workerd with this process, even when this process is killed outright and cannot do it itself. */
import { type ChildProcess, spawn } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { basename } from "node:path";

/** Waits for the end of its standard input, which the operating system closes when this process ends, then kills. */
const GUARD_SCRIPT = 'read -r line; kill -KILL "$1" 2>/dev/null';

function guard(runtime: ChildProcess): void {
  if (runtime.pid === undefined) return;
  const watcher = spawn("sh", ["-c", GUARD_SCRIPT, "sh", String(runtime.pid)], {
    stdio: ["pipe", "ignore", "ignore"],
    // A group of its own: Ctrl-C must not end it before workerd.
    detached: true,
  });
  // Without a shell there is no guard, and an ordinary stop still works.
  watcher.on("error", () => undefined);
  watcher.unref();
  // The operating system may reuse the process id once workerd is gone.
  runtime.once("exit", () => watcher.kill("SIGKILL"));
}

/**
 * Guards every workerd that this process starts from now on. Windows has no shell to do it: there, a process that is
 * killed outright leaves workerd behind.
 *
 * @returns a function that stops watching for new ones.
 */
export function guardRuntimes(): () => void {
  if (process.platform === "win32") return () => undefined;
  const onChildProcess = (message: unknown): void => {
    const { process: child } = message as { process: ChildProcess };
    child.once("spawn", () => {
      if (basename(child.spawnfile).startsWith("workerd")) guard(child);
    });
  };
  subscribe("child_process", onChildProcess);
  return () => unsubscribe("child_process", onChildProcess);
}
