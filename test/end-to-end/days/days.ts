/**
 * `npm run days`: random days from printed seeds.
 */
import { runCommand } from "../../../scripts/command.ts";
import { StageFailure } from "../../../scripts/tool.ts";
import { wholeNumber } from "../../support/end-to-end/whole-number.ts";
import { playRun } from "./command.ts";
import { freshSeed } from "./plan/seeds.ts";
import { type CoreOfDay, runDays } from "./run.ts";

const HELP = `Usage: npm run days [-- options]

Plays random days of merchants, customers, Alipay+ and the wallet: payments in every mode, refunds, cancels,
subscriptions with their debits, disputes, changes of the market, faults on every link, and kills of the gateway. At
the end of each day, acquirer, Alipay+ and wallet must agree on every payment, authorisation, dispute and unit of money,
and the clearing files must equal their books. A day that does not come out right is printed with the command that plays
it again.

  --days N             how many (default 100)
  --seed N             of the first day; the others follow from it (default: random)
  --core embedded|http where the wallet's money is; http is a core of its own, with faults on the way to it
                       (default: every third seed has one)`;

const OPTIONS = {
  days: { type: "string", default: "100" },
  seed: { type: "string", default: String(freshSeed()) },
  core: { type: "string" },
} as const;

function coreOf(text: string | undefined): CoreOfDay | undefined {
  if (text === undefined || text === "embedded" || text === "http") return text;
  throw new StageFailure(`--core must be embedded or http, not "${text}".`);
}

await runCommand({ help: HELP, options: OPTIONS }, async (values) => {
  const days = wholeNumber("days", values.days, 1);
  const seed = wholeNumber("seed", values.seed, 0);
  const core = coreOf(values.core);
  console.log(`${days} days, seed ${seed}`);
  const holds = "Acquirer, Alipay+ and wallet agree on every payment, authorisation, dispute and unit of money.";
  await playRun(seed, (options) => runDays({ ...options, days, core }), holds);
});
