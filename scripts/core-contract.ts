/** `npm run core-contract -- URL`: checks a wallet's core against the contract of kit/core-contract. */
import { createHttpCore } from "../durable/wallet-core/http/core.ts";
import { parseHttpCoreSettings } from "../durable/wallet-core/http/settings.ts";
import { CORE_CONTRACT } from "../kit/core-contract/contract.ts";
import { BALANCE_NEEDED_MINOR, DEBIT_MINOR, type Requirement } from "../kit/core-contract/subject.ts";
import { WIRE_CONTRACT, type WireSubject } from "../kit/core-contract/wire-contract.ts";
import { runCommand } from "./command.ts";
import { StageFailure } from "./tool.ts";

const ANSWER_TIMEOUT_MS = 10_000;

const HELP = `Usage: CORE_SECRET=whsec_... npm run core-contract -- URL [options]

Checks the core behind URL against the contract of docs/core.md. It pays with a customer of the core, who must be
able to pay, hold ${BALANCE_NEEDED_MINOR} minor units, and have no limit that some thirty payments would reach. A debit takes
${DEBIT_MINOR} minor units at most, and is reversed or refunded. Without CORE_SECRET nothing is sent.

  --customer ID    the customer (default core-contract)
  --currency CODE  the currency of the customer's account (default HKD)`;

async function isMet<Subject>({ requirement, check }: Requirement<Subject>, subject: Subject): Promise<boolean> {
  try {
    await check(subject);
    console.log(`  ok      ${requirement}`);
    return true;
  } catch (error) {
    console.log(`  broken  ${requirement}\n          ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}

async function checkAll(subject: WireSubject): Promise<void> {
  let broken = 0;
  for (const requirement of CORE_CONTRACT) if (!(await isMet(requirement, subject))) broken += 1;
  for (const requirement of WIRE_CONTRACT) if (!(await isMet(requirement, subject))) broken += 1;
  const count = CORE_CONTRACT.length + WIRE_CONTRACT.length;
  if (broken > 0) throw new StageFailure(`${broken} of ${count} requirements are not met.`);
  console.log(`\nAll ${count} requirements are met. Balances were not checked: compare the customer's account.`);
}

const OPTIONS = {
  customer: { type: "string", default: "core-contract" },
  currency: { type: "string", default: "HKD" },
} as const;

await runCommand({ help: HELP, options: OPTIONS, allowPositionals: true }, async (values, [url, ...more]) => {
  if (url === undefined || more.length > 0) throw new StageFailure(HELP);
  const settings = parseHttpCoreSettings(url, process.env.CORE_SECRET ?? "");
  if ("fault" in settings) throw new StageFailure(`Not started: ${settings.fault}.`);
  // A core that breaks the contract may often not answer: the breaker must not hide its later answers.
  const breakerLimits = { failureLimit: Number.POSITIVE_INFINITY, coolingTimeMs: 0 };
  const core = createHttpCore({ ...settings, timeoutMs: ANSWER_TIMEOUT_MS, breakerLimits, sendsExpired: true });
  console.log(`The core at ${settings.url}, customer ${values.customer}, ${values.currency}`);
  await checkAll({ ...settings, core, customerId: values.customer, currency: values.currency });
});
