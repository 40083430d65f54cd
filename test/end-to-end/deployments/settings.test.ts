/** A deployment whose settings do not fit its state moves nothing, and goes on when they are right again. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { shardOf } from "../../../durable/platform/shard.ts";
import { MPP_CLIENT_ID } from "../../../scripts/project.ts";
import type { AlipayPlusClient } from "../../support/end-to-end/alipayplus-client.ts";
import { inquiryMessage, payMessage, paymentCode } from "../../support/end-to-end/alipayplus-messages.ts";
import { deployedBundle } from "../../support/end-to-end/build-product.ts";
import { Deployments, type Settings } from "../../support/end-to-end/deployments/deployments.ts";
import { storedRows } from "../../support/end-to-end/deployments/stored-state.ts";
import { eventually } from "../../support/end-to-end/eventually.ts";

const OTHER_CLIENT_ID = "SANDBOX_5Y00000000000000009";
const SHARD_COUNT = 16;
const OTHER_SHARD_COUNT = SHARD_COUNT + 1;
const BALANCE_MINOR = 10_000n;
const AMOUNT_MINOR = 1_000n;
const LIFETIME_MS = 600_000;

/** A customer whose shard, by its number under both counts, fits. */
function customerWhose(isWanted: (shard: number, otherShard: number) => boolean): string {
  for (let serial = 1; ; serial += 1) {
    const customerId = `customer-${serial}`;
    if (isWanted(shardOf(customerId, SHARD_COUNT), shardOf(customerId, OTHER_SHARD_COUNT))) return customerId;
  }
}

/** Under 17 shards: one in the shard that is new, one in another shard than before, one where it was. */
const CUSTOMERS = [
  customerWhose((_shard, otherShard) => otherShard === SHARD_COUNT),
  customerWhose((shard, otherShard) => otherShard !== shard && otherShard < SHARD_COUNT),
  customerWhose((shard, otherShard) => otherShard === shard),
] as const;

/** The codes of the first two are issued by this gateway, that of the third is not. */
const CODES = CUSTOMERS.map((_customerId, index) => paymentCode(index + 1));

function payOf(index: number, paymentRequestId = `paid-${index}`, payToAmountMinor = AMOUNT_MINOR): object {
  const [customerId, code] = [CUSTOMERS[index], CODES[index]];
  if (customerId === undefined || code === undefined) throw new Error(`There is no customer ${index}`);
  return payMessage({ paymentRequestId, paymentCode: code, customerId, payToAmountMinor });
}

/** Every call that must not find anything else than it found before: its interface and its message. */
const QUESTIONS: readonly (readonly [interfaceName: string, message: object])[] = CUSTOMERS.flatMap(
  (_customerId, index) => [
    ["pay", payOf(index)],
    ["pay", payOf(index, `again-${index}`)],
    ["pay", payOf(index, `paid-${index}`, 2n * AMOUNT_MINOR)],
    ["inquiryPayment", inquiryMessage(`paid-${index}`)],
    ["inquiryPayment", inquiryMessage(`again-${index}`)],
  ],
);

const CANCEL = ["cancelPayment", inquiryMessage("paid-0")] as const;

let deployments: Deployments;
let answers: readonly string[];
let rows: readonly string[];

const deploy = (settings: Settings = {}) =>
  deployments.deploy(deployedBundle(), {
    SHARD_COUNT: String(SHARD_COUNT),
    FOREIGN_PAYMENT_CODES: "ACCEPT",
    ...settings,
  });

/** The codes of the answers, one call after another. */
async function ask(alipayplus: AlipayPlusClient, questions = QUESTIONS): Promise<string[]> {
  const bodies: string[] = [];
  for (const [interfaceName, message] of questions) {
    bodies.push((await alipayplus.send(interfaceName, message)).body);
  }
  return bodies;
}

function resultsOf(bodies: readonly string[]): Set<string> {
  const results = bodies.map((body) => JSON.parse(body).result as { resultStatus: string; resultCode: string });
  return new Set(results.map(({ resultStatus, resultCode }) => `${resultStatus} ${resultCode}`));
}

beforeAll(async () => {
  deployments = await Deployments.begin();
  await deploy();
  for (const [index, customerId] of CUSTOMERS.entries()) {
    await deployments.openCustomer(customerId, BALANCE_MINOR);
    const expiryTimeMs = Date.now() + LIFETIME_MS;
    if (index < 2) await deployments.issueCodes(customerId, [{ paymentCode: CODES[index] ?? "", expiryTimeMs }]);
    expect((await deployments.alipayplus.call("pay", payOf(index))).result.resultCode).toBe("SUCCESS");
  }
  answers = await ask(deployments.alipayplus);
  // Every class has an object that the health check asks.
  expect(await deployments.health()).toEqual({ status: 200, body: { status: "ready" } });
  await deployments.stop();
  rows = storedRows(deployments.storageDirectory);
});

afterAll(() => deployments.end());

it("a code has paid once, and a repeat with another amount is refused", async () => {
  expect([...resultsOf(answers)]).toEqual(["S SUCCESS", "F INVALID_CODE", "F REPEAT_REQ_INCONSISTENT"]);
});

describe.each([
  {
    difference: "another number of shards",
    reason: "SHARD_COUNT_DIFFERS",
    why: `under SHARD_COUNT ${SHARD_COUNT}, the setting is ${OTHER_SHARD_COUNT}`,
    settings: () => ({ SHARD_COUNT: String(OTHER_SHARD_COUNT) }),
    clientId: MPP_CLIENT_ID,
  },
  {
    difference: "the same keys under another Client-Id",
    reason: "CLIENT_ID_DIFFERS",
    why: `belongs to Client-Id ${MPP_CLIENT_ID}, the keys are those of ${OTHER_CLIENT_ID}`,
    settings: () => keysOf((keys) => ({ [OTHER_CLIENT_ID]: keys })),
    clientId: OTHER_CLIENT_ID,
  },
])("a deployment with $difference", ({ reason, why, settings, clientId }) => {
  beforeAll(() => deploy(settings()));

  it("answers U, whatever is asked", async () => {
    const bodies = await ask(deployments.alipayPlusAs(clientId), [...QUESTIONS, CANCEL]);
    expect([...resultsOf(bodies)]).toEqual(["U UNKNOWN_EXCEPTION"]);
  });

  it("is not ready, and the log says why", async () => {
    expect(await deployments.health()).toEqual({ status: 503, body: { status: "unavailable", reason } });
    await eventually(() => expect(deployments.log.join("\n")).toContain(why));
  });

  it("has moved nothing, and every answer is as it was once the setting is right again", async () => {
    await deployments.stop();
    expect(storedRows(deployments.storageDirectory)).toEqual(rows);
    await deploy();
    expect(await deployments.health()).toEqual({ status: 200, body: { status: "ready" } });
    expect(await ask(deployments.alipayplus)).toEqual(answers);
    const balances = await Promise.all(CUSTOMERS.map((customerId) => deployments.balanceOf(customerId)));
    expect(balances).toEqual(CUSTOMERS.map(() => BALANCE_MINOR - AMOUNT_MINOR));
  });
});

describe("a deployment with two Client-Ids", () => {
  it("is refused at the start, whichever key signs", async () => {
    await deploy(keysOf((keys) => ({ [MPP_CLIENT_ID]: keys, [OTHER_CLIENT_ID]: keys })));
    const body = { status: "misconfigured", reason: "CLIENT_ID_AMBIGUOUS" };
    expect(await deployments.health()).toEqual({ status: 503, body });
    for (const clientId of [MPP_CLIENT_ID, OTHER_CLIENT_ID]) {
      const bodies = await ask(deployments.alipayPlusAs(clientId), [...QUESTIONS, CANCEL]);
      expect([...resultsOf(bodies)]).toEqual(["U UNKNOWN_EXCEPTION"]);
    }
    await eventually(() => expect(deployments.log.join("\n")).toContain("a deployment has one Client-Id"));
    await deployments.stop();
    expect(storedRows(deployments.storageDirectory)).toEqual(rows);
  });
});

it("goes on in the end: a cancel reverses, and a new code pays", async () => {
  await deploy();
  expect((await deployments.alipayplus.call(...CANCEL)).result.resultCode).toBe("SUCCESS");
  const [customerId] = CUSTOMERS;
  expect(await deployments.balanceOf(customerId)).toBe(BALANCE_MINOR);
  const payment = { paymentRequestId: "new", paymentCode: paymentCode(99), customerId, payToAmountMinor: AMOUNT_MINOR };
  expect((await deployments.alipayplus.call("pay", payMessage(payment))).result.resultCode).toBe("SUCCESS");
});

/** Both settings of the keys, with the keys under other Client-Ids. */
function keysOf(underOthers: (keys: unknown) => object): Settings {
  const change = (name: string) => {
    const { [MPP_CLIENT_ID]: keys } = JSON.parse(deployments.secrets[name] ?? "") as Record<string, unknown>;
    return JSON.stringify(underOthers(keys));
  };
  return { SIGNING_KEYS: change("SIGNING_KEYS"), VERIFICATION_KEYS: change("VERIFICATION_KEYS") };
}
