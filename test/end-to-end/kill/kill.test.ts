import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { buildWasm } from "../../../scripts/build-wasm.ts";
import { bundleForDevelopment } from "../../../scripts/bundle.ts";
import { runKillTest } from "./run.ts";

const PAYMENT_COUNT = 120;
const ORDER_COUNT = 60;

test("whenever the gateway is killed, every answer stands, nobody is debited twice, every order is told, and the books sum to zero", async () => {
  const seed = 1 + Math.floor(Math.random() * 2 ** 31);
  console.log(`npm run kill -- --payments ${PAYMENT_COUNT} --orders ${ORDER_COUNT} --seed ${seed}`);
  await buildWasm();
  const bundles = await bundleForDevelopment();
  const directory = mkdtempSync(join(tmpdir(), "plusgate-kill-"));
  const counts = { paymentCount: PAYMENT_COUNT, orderCount: ORDER_COUNT };
  const report = await runKillTest({ ...counts, seed, directory, bundles, tell: console.log });
  expect(report.faults).toEqual([]);
  expect(report.kills).toBeGreaterThan(0);
  expect(report.payments.succeeded).toBeGreaterThan(0);
  expect(report.orders.succeeded).toBeGreaterThan(0);
  rmSync(directory, { recursive: true, force: true });
});
