import { describe, expect, it } from "vitest";
import { LEDGER_STEPS } from "../../../../durable/ledger/schema.ts";
import { trialBalance } from "../../../../durable/ledger/trial-balance.ts";
import { migrate } from "../../../../durable/platform/migrate.ts";
import { freshShard, insideShard } from "../../../support/ledger.ts";

/** Runs `callback` on storage whose tables a ledger has already brought to its own version. */
function onStorage(callback: (storage: DurableObjectStorage) => void): Promise<void> {
  return insideShard(freshShard(), (_, storage) => callback(storage));
}

describe("the ledger's second step", () => {
  it("finds each customer's part of the wallet's accounts, beyond 2^53 too", async () => {
    await onStorage((storage) => {
      for (const table of ["schema_version", "customer", "operation"]) storage.sql.exec(`DROP TABLE ${table}`);
      migrate(storage, LEDGER_STEPS.slice(0, 1));
      const customer = "'HKD', 'ACTIVE', 'QUALIFIED', 'PASS', 'AVAILABLE', 'PASSED', '[]'";
      storage.sql.exec(`
        INSERT INTO customer (customer_id, currency, status, kyc, risk, payment_method, verification,
          blocked_merchants, balance, funded, day, day_amount, day_count, entry_count)
        VALUES ('alice', ${customer}, '5', '9007199254741398', 0, '0', 0, 0), ('bob', ${customer}, '7', '7', 0, '0', 0, 0);
        INSERT INTO operation (customer_id, operation_id, kind, payment_id, outcome, time_ms, remaining_credit,
          remaining_pay_to, reversed_time_ms)
        VALUES ('alice', 'DEBIT:p1', 'DEBIT', 'p1', 'DONE', 1, '9007199254741391', '9007199254740993', NULL),
          ('alice', 'DEBIT:p2', 'DEBIT', 'p2', 'DONE', 1, '1000', '1000', 2),
          ('alice', 'DEBIT:p3', 'DEBIT', 'p3', 'DONE', 1, '2', '2', NULL),
          ('alice', 'DEBIT:p4', 'DEBIT', 'p4', 'BALANCE_NOT_ENOUGH', 1, NULL, NULL, NULL)`);
      migrate(storage, LEDGER_STEPS);
      expect(trialBalance(storage.sql)).toEqual([
        { account: "customers", currency: "HKD", sumMinor: 12n },
        { account: "funding", currency: "HKD", sumMinor: -9007199254741405n },
        { account: "alipayplus-payable", currency: "HKD", sumMinor: 9007199254740995n },
        { account: "surcharge-income", currency: "HKD", sumMinor: 398n },
      ]);
    });
  });
});
