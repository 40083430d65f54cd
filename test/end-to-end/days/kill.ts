/**
 * `npm run kill`: days of nothing but payments, orders and kills.
 */
import { runCommand } from "../../../scripts/command.ts";
import { wholeNumber } from "../../support/end-to-end/whole-number.ts";
import { playRun } from "./command.ts";
import { freshSeed } from "./plan/seeds.ts";
import { runKills } from "./run.ts";

const HELP = `Usage: npm run kill [-- options]

Pays by codes and by orders while the gateway is killed at random moments and started again on the same disk; then
checks that every answer stands, that no customer was debited twice, that Alipay+ was notified of how every order has
ended, and that the books sum to zero.

  --payments N   payments by code (default 500)
  --orders N     orders that customers scan (default 200)
  --seed N       repeats the amounts and the moments of an earlier run (default: random)`;

const OPTIONS = {
  payments: { type: "string", default: "500" },
  orders: { type: "string", default: "200" },
  seed: { type: "string", default: String(freshSeed()) },
} as const;

await runCommand({ help: HELP, options: OPTIONS }, async (values) => {
  const paymentCount = wholeNumber("payments", values.payments, 1);
  const orderCount = wholeNumber("orders", values.orders, 1);
  const seed = wholeNumber("seed", values.seed, 0);
  console.log(`${paymentCount} payments, ${orderCount} orders, seed ${seed}`);
  const holds =
    "Every answer stands, no customer was debited twice, Alipay+ was notified of every order, and the books sum to zero.";
  await playRun(seed, (options) => runKills({ ...options, paymentCount, orderCount }), holds);
});
