/** Starts the reference core as a process of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));

/** A running reference core. */
export type ReferenceCore = {
  readonly url: string;
  /** Kills the process without warning. A restart on the same database must keep every answer. */
  readonly kill: () => Promise<void>;
};

/**
 * @param database the path of its database; created when it does not exist
 * @param secret the secret that signs the messages to it
 * @throws Error when it ends before it listens
 */
export async function startReferenceCore(database: string, secret: string): Promise<ReferenceCore> {
  const child = spawn(process.execPath, [MAIN, "--port", "0", "--database", database], {
    env: { ...process.env, CORE_SECRET: secret },
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const exited = once(child, "exit");
  const url = await Promise.race([
    urlOf(child),
    exited.then(([code]) => {
      throw new Error(`The reference core ended with exit code ${code} before it listened`);
    }),
  ]);
  const kill = async () => {
    child.kill("SIGKILL");
    await exited;
  };
  return { url, kill };
}

async function urlOf(child: ChildProcess): Promise<string> {
  const [{ url }] = (await once(child, "message")) as [{ url: string }];
  return url;
}
