/** The lock that keeps a second gateway and `npm run reset` off the state of a gateway that runs. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { lockState } from "../../scripts/development/state-lock.ts";

const MODULE = fileURLToPath(new URL("../../scripts/development/state-lock.ts", import.meta.url));

/** Takes the lock, keeps no reference to it, collects garbage, and ends with this process. */
const HOLDER = `
import { setImmediate } from "node:timers/promises";
import { lockState } from ${JSON.stringify(MODULE)};
if (lockState(process.argv[1]) === "IN_USE") throw new Error("the lock is taken");
for (let round = 0; round < 10; round += 1) {
  await setImmediate();
  gc();
}
process.once("disconnect", () => process.exit());
process.send("collected");
`;

let directory: string;
let state: string;
let holder: ChildProcess | undefined;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "plusgate-lock-"));
  state = join(directory, "state");
});

afterEach(() => {
  holder?.kill("SIGKILL");
  rmSync(directory, { recursive: true, force: true });
});

/** Locks the state. Fails when another process holds the lock. */
function locked() {
  const lock = lockState(state);
  if (lock === "IN_USE") throw new Error("the lock is taken");
  return lock;
}

describe("the lock of a state directory", () => {
  it("is held until its process ends, also when nothing refers to it", async () => {
    holder = spawn(process.execPath, ["--expose-gc", "--input-type=module", "--eval", HOLDER, state], {
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    expect(await Promise.race([once(holder, "message"), once(holder, "exit")])).toContain("collected");
    expect(lockState(state)).toBe("IN_USE");

    holder.kill("SIGKILL");
    await once(holder, "exit");
    locked().release();
  });

  it("ends when it is released", () => {
    const lock = locked();
    expect(lockState(state)).toBe("IN_USE");
    lock.release();
    locked().release();
  });
});
