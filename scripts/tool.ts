/**
 * Runs the tools of node_modules, and shows the stages of a longer run.
 */
import { spawn } from "node:child_process";
import { parseArgs } from "node:util";
import { ROOT, TOOLS, type Tool } from "./project.ts";

/** How a tool ended. `output` is what it wrote to both streams, in order; empty when it was shown at once. */
export type ToolResult = { readonly succeeded: boolean; readonly exitCode: number | null; readonly output: string };

/** What a run of a tool may set. */
export type ToolOptions = {
  /** Shows the output as it comes instead of keeping it. */
  readonly show?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
};

/** A stage of a run failed; `message` is meant for the reader and holds the tool's output. */
export class StageFailure extends Error {}

/**
 * Runs a tool with this process's own Node.js, in the repository's root, without stdin.
 *
 * @returns how it ended; a tool that fails is an answer, not an exception.
 */
export function runTool(tool: Tool, toolArguments: readonly string[], options: ToolOptions = {}): Promise<ToolResult> {
  const { show = false, environment = {} } = options;
  const { promise, resolve, reject } = Promise.withResolvers<ToolResult>();
  const child = spawn(process.execPath, [TOOLS[tool], ...toolArguments], {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    stdio: ["ignore", show ? "inherit" : "pipe", show ? "inherit" : "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8").on("data", (text: string) => {
      output += text;
    });
  }
  child.on("error", reject);
  child.on("close", (exitCode) => resolve({ succeeded: exitCode === 0, exitCode, output }));
  return promise;
}

/**
 * Runs a tool and keeps it quiet unless it fails.
 *
 * @returns the tool's output.
 * @throws StageFailure with the output when the tool fails.
 */
export async function requireTool(
  tool: Tool,
  toolArguments: readonly string[],
  options?: ToolOptions,
): Promise<string> {
  const result = await runTool(tool, toolArguments, options);
  if (result.succeeded) return result.output;
  throw new StageFailure(`${result.output.trimEnd()}\n${tool} ended with exit code ${result.exitCode}.`.trimStart());
}

/** A duration for the reader: `1.2 s`. */
export function formatSeconds(durationMs: number): string {
  return `${(durationMs / 1000).toFixed(1)} s`;
}

/**
 * Runs one stage and says what it does and how long it took.
 *
 * @param title what the stage does, as the reader sees it.
 * @param work may return a remark for the closing line.
 * @throws what `work` throws, after the closing line.
 */
export async function runStage(title: string, work: () => Promise<string | undefined>): Promise<void> {
  console.log(`> ${title}`);
  const startedAtMs = performance.now();
  try {
    const remark = await work();
    const remarkText = remark === undefined ? "" : `: ${remark}`;
    console.log(`  done in ${formatSeconds(performance.now() - startedAtMs)}${remarkText}`);
  } catch (error) {
    console.log(`  failed after ${formatSeconds(performance.now() - startedAtMs)}`);
    throw error;
  }
}

/** Whether the command line asks for help. Throws StageFailure for any other argument. */
export function wantsHelp(): boolean {
  try {
    return parseArgs({ options: { help: { type: "boolean", short: "h", default: false } } }).values.help;
  } catch (error) {
    throw new StageFailure(`${error instanceof Error ? error.message : error} (--help explains the command)`);
  }
}

/**
 * Runs a script's body. A failing stage ends the process with its message and exit code 1; anything else that is
 * thrown is a bug and is shown with its stack. The process ends at once, whatever else it still waits for.
 */
export async function runScript(body: () => Promise<void>): Promise<void> {
  try {
    await body();
  } catch (error) {
    console.error(error instanceof StageFailure ? `\n${error.message}` : error);
    process.exit(1);
  }
}
