/** Going back: releases beside each other take turns on one storage, with payments under way. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Bundle } from "../../../scripts/bundle/bundle.ts";
import { inquiryMessage, payMessage, paymentCode } from "../../support/end-to-end/alipayplus-messages.ts";
import { deployedBundle } from "../../support/end-to-end/build-product.ts";
import { Deployments } from "../../support/end-to-end/deployments/deployments.ts";
import { HangingCore } from "../../support/end-to-end/deployments/hanging-core.ts";
import { LATER_MARK, laterBundle, releaseBefore, taggedBundle } from "../../support/end-to-end/deployments/releases.ts";
import { storedRows } from "../../support/end-to-end/deployments/stored-state.ts";
import { Turns } from "../../support/end-to-end/deployments/turns.ts";
import { eventually } from "../../support/end-to-end/eventually.ts";

/** Several bundles are built side by side, on a small machine. */
const BUILD_TIMEOUT_MS = 300_000;

const BEFORE = releaseBefore();

const directory = mkdtempSync(join(tmpdir(), "plusgate-releases-"));
let present: Bundle;
let later: Bundle;
let incompatible: Bundle;
let before: Bundle | undefined;
let deployments: Deployments;

beforeAll(async () => {
  [present, later, incompatible, before] = await Promise.all([
    deployedBundle(),
    laterBundle(1, join(directory, "later")),
    laterBundle(4, join(directory, "incompatible")),
    BEFORE === undefined ? undefined : taggedBundle(BEFORE, join(directory, "before")),
  ]);
}, BUILD_TIMEOUT_MS);

afterAll(() => rmSync(directory, { recursive: true, force: true }));

beforeEach(async () => {
  deployments = await Deployments.begin();
});

afterEach(() => deployments.end());

/** Older and newer release in charge twice each, and the older one in the end. */
async function takeTurns(older: Bundle, newer: Bundle, core?: HangingCore): Promise<void> {
  const turns = new Turns(deployments, core);
  for (const release of [older, newer, older, newer]) await turns.take(release);
  await turns.end(older);
  await deployments.stop();
}

async function takeTurnsWithHttpCore(older: Bundle, newer: Bundle): Promise<void> {
  const core = await HangingCore.start();
  try {
    await takeTurns(older, newer, core);
  } finally {
    core.stop();
  }
}

function storedPayments(): string[] {
  return storedRows(deployments.storageDirectory, "Customers").filter((row) => row.includes(" payments "));
}

describe("after a release with one more step, which this one can live with", () => {
  it("this release goes on with everything, and the later one after it: embedded core", async () => {
    await takeTurns(present, later);
    const payments = storedPayments();
    expect(payments).toHaveLength(8);
    for (const row of payments) expect(row).toContain(LATER_MARK);
  });

  it("this release goes on with what is under way, and the later one after it: core over HTTP", async () => {
    await takeTurnsWithHttpCore(present, later);
    const payments = storedPayments();
    expect(payments).toHaveLength(20);
    for (const row of payments) expect(row).toContain(LATER_MARK);
  });
});

describe.skipIf(BEFORE === undefined)(`beside the release before, ${BEFORE}`, () => {
  it("both go on with everything: embedded core", async () => {
    await takeTurns(before as Bundle, present);
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
    const why = "the tables are at version 4 and need code that knows 4 steps; this code knows 3";
    await eventually(() => expect(deployments.log.join("\n")).toContain(why));
    await deployments.stop();
    expect(storedRows(deployments.storageDirectory)).toEqual(rows);

    await deployments.deploy(incompatible, settings);
    expect(await deployments.alipayplus.send("pay", payOf(1))).toEqual(paid);
    expect((await deployments.alipayplus.call("pay", payOf(2))).result.resultCode).toBe("SUCCESS");
  });
});
