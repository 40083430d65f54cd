/** The short form of `npm run kill`, always the same. */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { builtProduct } from "../../support/end-to-end/build-product.ts";
import { fastestDirectory } from "../../support/node/fastest-directory.ts";
import { runKills } from "./run.ts";

const KNOWN_SEED = 4_711;
const PAYMENT_COUNT = 120;
const ORDER_COUNT = 60;

test("whenever the gateway is killed, every answer stands, no customer is debited twice, Alipay+ is notified of every order, and the books sum to zero", async () => {
  const directory = mkdtempSync(join(fastestDirectory(), "plusgate-kill-"));
  const size = { paymentCount: PAYMENT_COUNT, orderCount: ORDER_COUNT };
  const bundles = builtProduct();
  const { counts, disagreements } = await runKills({
    ...size,
    seed: KNOWN_SEED,
    directory,
    bundles,
    print: console.log,
  });
  console.log(JSON.stringify(counts));
  expect(disagreements).toEqual([]);
  expect(counts.kills).toBeGreaterThan(0);
  expect(counts.succeeded).toBeGreaterThan(0);
  expect(counts.ordersSucceeded).toBeGreaterThan(0);
  rmSync(directory, { recursive: true, force: true });
});
