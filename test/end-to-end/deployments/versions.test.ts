/** Going back: releases beside each other take turns on one storage, with payments under way. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Bundle } from "../../../scripts/bundle/bundle.ts";
import { inquiryMessage, payMessage, paymentCode } from "../../support/end-to-end/alipayplus-messages.ts";
import { deployedBundle } from "../../support/end-to-end/build-product.ts";
import { CalledAlipayPlus } from "../../support/end-to-end/deployments/called-alipayplus.ts";
import { Deployments } from "../../support/end-to-end/deployments/deployments.ts";
import { HangingCore } from "../../support/end-to-end/deployments/hanging-core.ts";
import {
  bundleBefore,
  hasReleaseBefore,
  LATER_MARK,
  laterBundle,
  RELEASE_BEFORE,
} from "../../support/end-to-end/deployments/releases.ts";
import { storedRows } from "../../support/end-to-end/deployments/stored-state.ts";
import { Turns } from "../../support/end-to-end/deployments/turns.ts";
import { eventually } from "../../support/end-to-end/eventually.ts";

/** Several bundles are built side by side, on a small machine. */
const BUILD_TIMEOUT_MS = 300_000;

/** A checkout with the whole history sets RELEASE_BEFORE to REQUIRED: there the release before is never left out. */
const LEAVES_OUT_BEFORE = process.env.RELEASE_BEFORE !== "REQUIRED" && !hasReleaseBefore();

const directory = mkdtempSync(join(tmpdir(), "plusgate-releases-"));
let present: Bundle;
let later: Bundle;
let incompatible: Bundle;
let before: Bundle | undefined;
let deployments: Deployments;

beforeAll(async () => {
  present = deployedBundle();
  [later, incompatible, before] = await Promise.all([
    laterBundle("EVERY_RELEASE", join(directory, "later")),
    laterBundle("IT_ALONE", join(directory, "incompatible")),
    LEAVES_OUT_BEFORE ? undefined : bundleBefore(join(directory, "before")),
  ]);
}, BUILD_TIMEOUT_MS);

afterAll(() => rmSync(directory, { recursive: true, force: true }));

beforeEach(async () => {
  deployments = await Deployments.begin();
});

afterEach(() => deployments.end());

/** Older and newer release in charge twice each, and the older one in the end. */
async function takeTurns(turns: Turns, older: Bundle, newer: Bundle): Promise<void> {
  for (const release of [older, newer, older, newer]) await turns.take(release, release !== before);
  await turns.end(older);
  await deployments.stop();
}

async function takeTurnsWithEmbeddedCore(older: Bundle, newer: Bundle): Promise<void> {
  const alipayPlus = await CalledAlipayPlus.start(deployments.privateKey);
  try {
    await takeTurns(new Turns(deployments, { alipayPlus }), older, newer);
  } finally {
    alipayPlus.stop();
  }
}

async function takeTurnsWithHttpCore(older: Bundle, newer: Bundle): Promise<void> {
  const core = await HangingCore.start();
  try {
    await takeTurns(new Turns(deployments, { core }), older, newer);
  } finally {
    core.stop();
  }
}

/** Rows of tables that have steps: all but the one of Deployment. */
function changedRows(): string[] {
  return storedRows(deployments.storageDirectory).filter((row) => !/^\S+-Deployment\//.test(row));
}

/** How many rows each table has, by its class and its name. */
function countRows(rows: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const row of rows) {
    const table = row.replace(/^\S+-(\w+)\/\S+ (\w+) .*$/s, "$1 $2");
    counts[table] = (counts[table] ?? 0) + 1;
  }
  return counts;
}

/** The tables that every release writes in the turns with the embedded core, and what the turns leave in them. */
const WRITTEN = {
  "CodeRules code_rules": 1,
  "Codes order_codes": 4,
  "Customers code_batches": 4,
  "Customers customers": 2,
  "Customers entries": 8,
  "Customers outbox": 4,
  "Customers outbox_attempts": 4,
  "Customers payments": 16,
  "Customers refunds": 3,
  "Customers texts": 19,
  "Customers used_codes": 4,
  "Directory codes": 12,
  "Directory merchants": 4,
  "Directory payments": 20,
  "Directory refunds": 3,
  "Directory registration_claims": 4,
  "Directory registrations": 4,
  "Live live_events": 8,
};

describe("after a release with one more step of every table, which this one can live with", () => {
  it("this release goes on with everything, and the later one after it: embedded core", async () => {
    await takeTurnsWithEmbeddedCore(present, later);
    const rows = changedRows();
    expect(countRows(rows)).toMatchObject(WRITTEN);
    for (const row of rows) expect(row).toContain(LATER_MARK);
  });

  it("this release goes on with what is under way, and the later one after it: core over HTTP", async () => {
    await takeTurnsWithHttpCore(present, later);
    const rows = changedRows();
    expect(countRows(rows)).toMatchObject({ "Customers payments": 20 });
    for (const row of rows) expect(row).toContain(LATER_MARK);
  });
});

describe.skipIf(LEAVES_OUT_BEFORE)(`beside the release before, ${RELEASE_BEFORE}`, () => {
  it("both go on with everything: embedded core", async () => {
    await takeTurnsWithEmbeddedCore(before as Bundle, present);
  });

  it("both go on with what is under way: core over HTTP", async () => {
    await takeTurnsWithHttpCore(before as Bundle, present);
  });
});

describe("after a release with a step that this one cannot live with", () => {
  const customerId = "customer";
  const settings = { FOREIGN_PAYMENT_CODES: "ACCEPT" };
  const payOf = (serial: number) =>
    payMessage({
      paymentRequestId: `payment-${serial}`,
      paymentCode: paymentCode(serial),
      customerId,
      payToAmountMinor: 1_000n,
    });

  it("this release answers U, changes nothing and says why, until the later one is deployed again", async () => {
    await deployments.deploy(present, settings);
    await deployments.openCustomer(customerId, 10_000n);
    const paid = await deployments.alipayplus.send("pay", payOf(1));
    expect(paid.body).toContain("SUCCESS");

    await deployments.deploy(incompatible, settings);
    expect(await deployments.health()).toEqual({ status: 200, body: { status: "ready" } });
    expect(await deployments.alipayplus.send("pay", payOf(1))).toEqual(paid);
    await deployments.stop();
    const rows = storedRows(deployments.storageDirectory);

    await deployments.deploy(present, settings);
    const body = { status: "unavailable", reason: "TABLES_TOO_NEW" };
    expect(await deployments.health()).toEqual({ status: 503, body });
    const questions = [
      ["pay", payOf(1)],
      ["inquiryPayment", inquiryMessage("payment-1")],
      ["cancelPayment", inquiryMessage("payment-1")],
    ] as const;
    for (const [interfaceName, message] of questions) {
      const { result } = await deployments.alipayplus.call(interfaceName, message);
      expect(result).toMatchObject({ resultStatus: "U", resultCode: "UNKNOWN_EXCEPTION" });
    }
    const why = /the tables are at version (\d+) and need code that knows \1 steps; this code knows \d/;
    await eventually(() => expect(deployments.log.join("\n")).toMatch(why));
    await deployments.stop();
    expect(storedRows(deployments.storageDirectory)).toEqual(rows);

    await deployments.deploy(incompatible, settings);
    expect(await deployments.alipayplus.send("pay", payOf(1))).toEqual(paid);
    expect((await deployments.alipayplus.call("pay", payOf(2))).result.resultCode).toBe("SUCCESS");
  });
});
