/**
 * `npm run kill`: the kill test in its long form.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { buildWasm } from "../../../scripts/build-wasm.ts";
import { bundleForDevelopment } from "../../../scripts/bundle.ts";
import { formatSeconds, runScript, StageFailure } from "../../../scripts/tool.ts";
import { wholeNumber } from "../../support/end-to-end/whole-number.ts";
import { runKillTest } from "./run.ts";

const HELP = `Usage: npm run kill [-- options]

Pays by codes and by orders while the gateway is killed at random moments and started again on the same disk; then
checks that no answer was taken back, that nobody was debited twice, that Alipay+ was told what became of every order,
and that the books sum to zero.

  --payments N   payments by code (default 500)
  --orders N     orders that customers scan (default 200)
  --seed N       repeats the amounts and the moments of an earlier run (default: random)`;

await runScript(async () => {
  const { values } = parseArgs({
    options: {
      payments: { type: "string", default: "500" },
      orders: { type: "string", default: "200" },
      seed: { type: "string", default: String(1 + Math.floor(Math.random() * 2 ** 31)) },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    console.log(HELP);
    return;
  }
  const paymentCount = wholeNumber("payments", values.payments, 1);
  const orderCount = wholeNumber("orders", values.orders, 1);
  const seed = wholeNumber("seed", values.seed, 1);
  console.log(`${paymentCount} payments, ${orderCount} orders, seed ${seed}`);
  await buildWasm();
  const bundles = await bundleForDevelopment();
  const directory = mkdtempSync(join(tmpdir(), "plusgate-kill-"));
  const startedAtMs = performance.now();
  const report = await runKillTest({ paymentCount, orderCount, seed, directory, bundles, tell: console.log });
  const { faults, ...counts } = report;
  console.log(`${JSON.stringify(counts)} in ${formatSeconds(performance.now() - startedAtMs)}`);
  if (faults.length > 0) {
    throw new StageFailure(`${faults.join("\n")}\n${faults.length} faults; keys, state and log stay in ${directory}.`);
  }
  rmSync(directory, { recursive: true, force: true });
  console.log("Every answer stands, nobody was debited twice, every order was told, and the books sum to zero.");
});
