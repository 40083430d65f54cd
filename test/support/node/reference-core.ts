/** Starts the reference core of kit/reference-core as a process of its own. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../../kit/reference-core/main.ts", import.meta.url));

/** Ends the core with the process that started it, should that be killed; the core itself knows nothing of it. */
const END_WITH_PARENT = `data:text/javascript,process.once("disconnect", () => process.exit())`;

/** A running reference core. */
export type ReferenceCore = {
  readonly url: string;
  /** Kills the process without warning. A restart on the same database must keep every answer. */
  readonly kill: () => Promise<void>;
};

/**
 * @param database the path of its database; created when it does not exist
 * @param secret the secret that signs the messages to it
 * @param main another copy of the core
 * @throws Error when it ends before it listens
 */
export async function startReferenceCore(database: string, secret: string, main = MAIN): Promise<ReferenceCore> {
  const options = ["--port", "0", "--database", database];
  const child = spawn(process.execPath, ["--import", END_WITH_PARENT, main, ...options], {
    env: { ...process.env, CORE_SECRET: secret },
    stdio: ["ignore", "pipe", "inherit", "ipc"],
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

async function urlOf({ stdout }: ChildProcess): Promise<string> {
  if (!stdout) throw new Error("The reference core has no output");
  const lines = createInterface(stdout);
  const [line] = (await once(lines, "line")) as [string];
  lines.close();
  return line.replace(/^.* on /, "");
}
