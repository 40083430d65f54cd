import { mkdtempSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { cloudflareTest } from "@cloudflare/vitest-pool-workers";
import { kCurrentWorker } from "miniflare";
import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { fastestDirectory } from "./test/support/node/fastest-directory.ts";
import {
  APP_PAGE_VARIABLES,
  GATEWAY_VARIABLES,
  HTTP_CORE_VARIABLES,
  PROVIDED,
  SANDBOX_VARIABLES,
} from "./test/support/node/variables.ts";

type PoolOptions = Exclude<Parameters<typeof cloudflareTest>[0], (...parameters: never[]) => unknown>;

/** Tests that run inside workerd, beside the Worker under test. */
function inWorkerd(
  name: string,
  main: string,
  include: string[],
  miniflare: PoolOptions["miniflare"] = {},
): TestProjectInlineConfiguration {
  const ALIPAYPLUS = { name: kCurrentWorker, entrypoint: "AlipayPlus" };
  return {
    plugins: [
      cloudflareTest({
        main,
        wrangler: { configPath: "./wrangler.toml" },
        miniflare: {
          cf: false,
          ...miniflare,
          serviceBindings: { ALIPAYPLUS },
          bindings: { ...GATEWAY_VARIABLES, ...miniflare.bindings },
        },
      }),
    ],
    test: {
      name,
      include,
      provide: PROVIDED,
      isolate: false,
      disableConsoleIntercept: true,
      setupFiles: ["./test/support/gateway/file-start.ts"],
      testTimeout: 300_000,
      hookTimeout: 60_000,
      // CommonJS, in itself or deep inside it, must be resolved before workerd sees it. Vite warns of a source map
      // without its sources, as standardwebhooks has one, unless the package is bundled here, too; and every file of
      // tests loads the modules of a package one by one.
      deps: {
        optimizer: {
          ssr: {
            enabled: true,
            include: [
              "fast-check",
              "hono",
              "itty-durable",
              "jose",
              "jsbarcode/bin/barcodes/CODE128/index.js",
              "qr",
              "re2js",
              "standardwebhooks",
              "zod",
            ],
          },
        },
      },
    },
  };
}

// The storage of every object is thrown away in the end, so that it need not reach a disk. Gateways that a test kills
// leave theirs behind.
const temporaryDirectory = mkdtempSync(join(fastestDirectory(), "plusgate-test-"));
process.env.TMPDIR = temporaryDirectory;
process.once("exit", () => rmSync(temporaryDirectory, { recursive: true, force: true }));

const unit = inWorkerd("unit", "./test/support/gateway/worker.ts", ["test/{unit,property}/**/*.test.ts"]);
// Functions remember nothing, and what they log is vitest's to show.
unit.test = { ...unit.test, disableConsoleIntercept: false, setupFiles: [] };

/** What each project is: test/README.md. */
export default defineConfig({
  test: {
    // Every request writes a log line: it is shown where a test fails.
    silent: "passed-only",
    globalSetup: ["./test/support/node/build-core.ts"],
    // Two more than there are cores: files that wait, for a gateway to start or a browser to answer, leave them idle.
    maxWorkers: availableParallelism() + 2,
    projects: [
      unit,
      inWorkerd("gateway", "./test/support/gateway/worker.ts", [
        "test/gateway/*.test.ts",
        "test/gateway/{alipayplus,authorizations,durable,wallet}/**/*.test.ts",
        "test/simulation/**/*.test.ts",
      ]),
      // What Alipay+ and the wallet see must not depend on the core: the same tests, with a core by the port.
      inWorkerd(
        "http-core",
        "./test/support/gateway/worker.ts",
        [
          "test/gateway/http-core/**/*.test.ts",
          "test/gateway/alipayplus/{pay,pay-repeats,pay-refusals,cancel-payment,inquiry-payment,refund,refund-amounts}.test.ts",
          "test/gateway/authorizations/**/*.test.ts",
          "test/gateway/durable/{payments-concurrency,torn-down,issued-codes,notifications,notification-delivery}.test.ts",
          "test/gateway/wallet/{payments,order-flow,live-payments,scans}.test.ts",
          "test/simulation/**/*.test.ts",
        ],
        { bindings: HTTP_CORE_VARIABLES },
      ),
      inWorkerd("sandbox", "./test/support/sandbox/worker.ts", ["test/sandbox/**/*.test.ts"], {
        bindings: { SANDBOX: SANDBOX_VARIABLES, ...APP_PAGE_VARIABLES },
        durableObjects: {
          ISSUED_CODES: { className: "IssuedCodes", useSQLite: true },
          TRAFFIC_LOG: { className: "TrafficLog", useSQLite: true },
          NETWORK: { className: "Network", useSQLite: true },
          SALES: { className: "Sales", useSQLite: true },
        },
      }),
      {
        test: {
          name: "node",
          include: ["test/{tidy,end-to-end}/**/*.test.ts"],
          globalSetup: ["test/support/end-to-end/build-product.ts"],
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
