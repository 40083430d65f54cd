/** Starts the reference core as a process of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("main.ts", import.meta.url));

/** A running reference core. */
export type ReferenceCore = {
  readonly url: string;
  /** Kills it outright; what it had answered must still be true when it is started again on the same database. */
  readonly kill: () => Promise<void>;
};

/**
 * @param database the path of its database; made when it is not there
 * @param secret what messages to it are signed with
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
