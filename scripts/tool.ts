/** Runs the tools of node_modules and the stages of scripts, and reports them to the reader of a terminal. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { ROOT, TOOLS, type Tool } from "./project.ts";

/** The settings of a tool's run. */
type ToolOptions = {
  /** Shows the output at once instead of only when the tool fails. */
  readonly show?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
};

/** A script cannot go on; `message` is for the reader and holds the output of the tool that failed. */
export class StageFailure extends Error {}

/**
 * Runs a tool with this process's own Node.js, in the repository's root, without stdin.
 *
 * @throws StageFailure with the output when the tool fails.
 */
export async function runTool(tool: Tool, toolArguments: readonly string[], options: ToolOptions = {}): Promise<void> {
  const { show = false, environment = {} } = options;
  const stream = show ? "inherit" : "pipe";
  const child = spawn(process.execPath, [TOOLS[tool], ...toolArguments], {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    stdio: ["ignore", stream, stream],
  });
  let output = "";
  for (const pipe of [child.stdout, child.stderr]) {
    pipe?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  const [exitCode] = (await once(child, "close")) as [number | null];
  if (exitCode === 0) return;
  throw new StageFailure(`${output.trimEnd()}\n${tool} ended with exit code ${exitCode}.`.trimStart());
}

/** A duration for the reader: `1.2 s`. */
export function formatSeconds(durationMs: number): string {
  return `${(durationMs / 1000).toFixed(1)} s`;
}

/**
 * Runs one stage and prints its title and its duration.
 *
 * @param work may return a text for the closing line.
 * @throws what `work` throws, after the closing line.
 */
export async function runStage(title: string, work: () => Promise<unknown>): Promise<void> {
  console.log(`> ${title}`);
  const startedAtMs = performance.now();
  const duration = () => formatSeconds(performance.now() - startedAtMs);
  try {
    const result = await work();
    console.log(`  done in ${duration()}${typeof result === "string" ? `: ${result}` : ""}`);
  } catch (error) {
    console.log(`  failed after ${duration()}`);
    throw error;
  }
}
