/**
 * A gateway with its sandbox that can be killed: it runs in a process group of its own, which goes down whole, workerd
 * and all, as if the machine had lost its power. Run as a script, this is that process.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, openSync } from "node:fs";
import { dirname, join } from "node:path";
import { type ServeOptions, servePlusgate } from "../../../scripts/development/serve.ts";

/** A gateway's process. */
export type KillableGateway = {
  /** Ends the group without a warning, and waits until it is gone. */
  readonly kill: () => Promise<void>;
};

async function killGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  process.kill(-child.pid, "SIGKILL");
  await ended;
}

/**
 * Starts a gateway in a process group of its own and waits until it is ready.
 *
 * @param logPath takes what the gateway and workerd write, after what is there.
 * @throws when it ends before it is ready; why stands in the log.
 */
export async function startKillableGateway(options: ServeOptions, logPath: string): Promise<KillableGateway> {
  const log = openSync(logPath, "a");
  // A gateway that is killed leaves its temporary files: they go with the directory of the log.
  const temporaryDirectory = join(dirname(logPath), "temporary");
  mkdirSync(temporaryDirectory, { recursive: true });
  const child = spawn(process.execPath, [import.meta.filename, JSON.stringify(options)], {
    detached: true,
    env: { ...process.env, TMPDIR: temporaryDirectory },
    stdio: ["ignore", log, log, "ipc"],
  });
  const ready = once(child, "message");
  const ended = once(child, "exit").then(([code, signal]) => {
    throw new Error(`The gateway ended with ${signal ?? code} before it was ready; see ${logPath}`);
  });
  ended.catch(() => undefined);
  await Promise.race([ready, ended]);
  return { kill: () => killGroup(child) };
}

/** A gateway that is killed and started again; callers wait while it is down. */
export class RestartedGateway {
  readonly #options: ServeOptions;
  readonly #logPath: string;
  #gateway: Promise<KillableGateway>;

  constructor(options: ServeOptions, logPath: string) {
    this.#options = options;
    this.#logPath = logPath;
    this.#gateway = startKillableGateway(options, logPath);
  }

  async untilUp(): Promise<void> {
    await this.#gateway;
  }

  /** Kills the gateway that is up and starts the next one. */
  async killAndRestart(): Promise<void> {
    const gateway = await this.#gateway;
    this.#gateway = gateway.kill().then(() => startKillableGateway(this.#options, this.#logPath));
    await this.#gateway;
  }

  async stop(): Promise<void> {
    const gateway = await this.#gateway;
    await gateway.kill();
  }
}

if (import.meta.main) {
  process.on("disconnect", () => process.exit(0));
  const running = await servePlusgate(JSON.parse(process.argv[2] ?? "") as ServeOptions);
  if ("reason" in running) throw new Error(running.message);
  process.send?.("ready");
}
