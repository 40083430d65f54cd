/** `npm run core-contract -- URL`: checks a wallet's core against the contract of kit/core-contract. */
import { writeFileSync } from "node:fs";
import { parseHttpCoreSettings } from "../durable/wallet-core/http/settings.ts";
import { accountObstacle, readBalance } from "../kit/core-contract/account.ts";
import { checkRequirement, type Finding, subjectOf } from "../kit/core-contract/check-core.ts";
import { CORE_CONTRACT } from "../kit/core-contract/contract.ts";
import { probe } from "../kit/core-contract/probe.ts";
import { findingText, outcomeOf, type Run, runJson, runJunit, summaryText } from "../kit/core-contract/report.ts";
import { describeRule } from "../kit/core-contract/rules.ts";
import {
  BALANCE_NEEDED_MINOR,
  type ContractSubject,
  DEBIT_MINOR,
  type Requirement,
} from "../kit/core-contract/subject.ts";
import { runCommand } from "./command.ts";
import { StageFailure } from "./tool.ts";

const HELP = `Usage: CORE_SECRET=whsec_... npm run core-contract -- URL [options]

Checks the core behind URL against the contract of docs/core.md. It pays with a customer of the core, who must be
able to pay, hold ${BALANCE_NEEDED_MINOR} minor units, and have no limit that some thirty payments would reach. A debit takes
${DEBIT_MINOR} minor units at most, and is reversed or refunded. Without CORE_SECRET nothing is sent.

  --customer ID    the customer (default core-contract)
  --currency CODE  the currency of the customer's account (default HKD)
  --only TEXT      only requirements with this text in their sentence or their rule, such as "refund" or "rule 3"
  --verbose        every exchange with the core
  --json           the findings as JSON on stdout; the progress is on stderr
  --junit FILE     the findings as JUnit's XML, too

Exit code: 0 the contract is met, 1 it is broken, 2 it could not be checked.`;

const EXIT_CODES = { MET: 0, BROKEN: 1, NOT_CHECKED: 2 } as const;

const OPTIONS = {
  customer: { type: "string", default: "core-contract" },
  currency: { type: "string", default: "HKD" },
  only: { type: "string", default: "" },
  verbose: { type: "boolean", default: false },
  json: { type: "boolean", default: false },
  junit: { type: "string" },
} as const;

/** The requirements that `--only` names. */
function requirementsWith(text: string): readonly Requirement[] {
  const wanted = text.toLowerCase();
  const chosen = CORE_CONTRACT.filter(({ requirement, rule }) =>
    `${requirement} ${describeRule(rule)}`.toLowerCase().includes(wanted),
  );
  if (chosen.length === 0) throw new StageFailure(`No requirement has "${text}" in its sentence or its rule.`);
  return chosen;
}

/** Checks one requirement after another, and shows each finding at once; a terminal shows what is being checked. */
async function checkAll(
  requirements: readonly Requirement[],
  subject: ContractSubject,
  output: NodeJS.WriteStream,
  verbose: boolean,
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const [index, requirement] of requirements.entries()) {
    if (output.isTTY) output.write(`  ${index + 1}/${requirements.length} ...`);
    const finding = await checkRequirement(requirement, subject);
    if (output.isTTY) output.write("\r\x1b[2K");
    output.write(`${findingText(finding, verbose)}\n`);
    findings.push(finding);
  }
  return findings;
}

function writeJunit(path: string, run: Run): void {
  try {
    writeFileSync(path, runJunit(run));
  } catch (error) {
    throw new StageFailure(`--junit ${path} cannot be written: ${error instanceof Error ? error.message : error}`);
  }
}

const command = { help: HELP, options: OPTIONS, allowPositionals: true, failureExitCode: EXIT_CODES.NOT_CHECKED };

await runCommand(command, async ({ customer, currency, only, verbose, json, junit }, [url, ...more]) => {
  if (url === undefined || more.length > 0) throw new StageFailure(HELP);
  const settings = parseHttpCoreSettings(url, process.env.CORE_SECRET ?? "");
  if ("fault" in settings) throw new StageFailure(`Not started: ${settings.fault}.`);
  const requirements = requirementsWith(only);
  const output = json ? process.stderr : process.stdout;
  const show = (line: string) => output.write(`${line}\n`);
  const startedTimeMs = performance.now();

  const asked = subjectOf(settings, customer, currency);
  show(
    `The core at ${settings.url}, customer ${customer}, ${currency}: ${requirements.length} of ${CORE_CONTRACT.length} requirements`,
  );
  const cause = await probe(asked);
  const isBalanceShown = cause === undefined && (await accountObstacle(asked)) === undefined;
  const subject = isBalanceShown ? { ...asked, balance: () => readBalance(asked) } : asked;
  await subject.link.takeExchanges();
  const findings = cause === undefined ? await checkAll(requirements, subject, output, verbose) : [];
  const durationMs = Math.round(performance.now() - startedTimeMs);
  const run: Run = { url: settings.url, customerId: customer, currency, cause, findings, durationMs };

  show(cause === undefined ? `\n${summaryText(run)}` : `\nThe contract could not be checked. ${cause}`);
  if (cause === undefined && !isBalanceShown) show("Balances were not checked: compare the customer's account.");
  if (json) console.log(runJson(run));
  if (junit !== undefined) writeJunit(junit, run);
  process.exitCode = EXIT_CODES[outcomeOf(run)];
});
