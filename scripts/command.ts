/** The body of a script: its command line, its help, and how it fails. */
import { type ParseArgsConfig, parseArgs } from "node:util";
import { StageFailure } from "./tool.ts";

type Options = NonNullable<ParseArgsConfig["options"]>;

/** The values of a command's own options, by name. */
type Values<Own extends Options> = ReturnType<typeof parseArgs<{ options: Own }>>["values"];

/** A command, and what its command line may hold. */
type Command<Own extends Options> = {
  /** What `--help` prints: the usage, what the command does, its options and environment variables. */
  readonly help: string;
  /** The command's own options. */
  readonly options?: Own;
  /** Whether arguments that are no options are allowed. */
  readonly allowPositionals?: boolean;
  /** Whether any other argument belongs to another tool, which refuses it itself. */
  readonly passesArguments?: boolean;
  /** The exit code when it cannot do its work; 1 when left out. */
  readonly failureExitCode?: number;
};

const HELP_OPTION = { help: { type: "boolean", short: "h" } } as const;

/**
 * Runs a script's body, or prints the help when the command line asks for it. An argument that the command does not
 * have is refused before anything runs. A StageFailure ends the process with its message and `failureExitCode`;
 * anything else that is thrown is a bug and is shown with its stack. Both end the process at once, whatever it still
 * waits for.
 */
export async function runCommand<const Own extends Options = Record<never, never>>(
  command: Command<Own>,
  body: (values: Values<Own>, positionals: readonly string[]) => Promise<void>,
): Promise<void> {
  try {
    const { values, positionals } = parseCommandLine(command);
    if (values.help === true) console.log(command.help);
    else await body(values as Values<Own>, positionals);
  } catch (error) {
    console.error(error instanceof StageFailure ? `\n${error.message}` : error);
    process.exit(command.failureExitCode ?? 1);
  }
}

/** Throws StageFailure for an argument that the command does not have, and for an option without its value. */
function parseCommandLine<Own extends Options>(command: Command<Own>) {
  const { options, allowPositionals = false, passesArguments = false } = command;
  try {
    return parseArgs({
      options: { ...options, ...HELP_OPTION },
      allowPositionals: allowPositionals || passesArguments,
      strict: !passesArguments,
    });
  } catch (error) {
    throw new StageFailure(`${error instanceof Error ? error.message : error} (--help explains the command)`);
  }
}
