/** Each check of disputes can fail: a correct day is corrupted in one place, and the check names it. */
import { describe, expect, it } from "vitest";
import { faultsOf, type SpoiltDay, sure } from "../spoilt-day.fixture.ts";

const disputesIn = ({ day }: SpoiltDay) => sure(day.disputes[0]);
const escalationIn = (d: SpoiltDay) => sure(disputesIn(d).wallet[1]);

describe("the disputes of a day are not right when", () => {
  it.each<[what: string, fault: string, spoil: (spoilt: SpoiltDay) => void]>([
    [
      "the wallet does not know one",
      "dispute documents is known to Alipay+, and not to the wallet",
      (d) => disputesIn(d).wallet.shift(),
    ],
    [
      "one never arrived",
      "dispute documents is ANSWERED at the wallet, and REFUSED by what Alipay+ knows",
      (d) => disputesIn(d).network.pop(),
    ],
    [
      "the wallet still sends one",
      "dispute documents is SENDING at the wallet, and ANSWERED",
      (d) => (sure(disputesIn(d).wallet[0]).status = "SENDING"),
    ],
    [
      "the wallet has an answer that Alipay+ has not sent",
      "dispute documents is ANSWERED at the wallet, and OPEN",
      (d) => delete disputesIn(d).network[1]?.answer,
    ],
    [
      "it is of another kind",
      "dispute documents is a RETRIEVAL at the wallet alone",
      (d) => (sure(disputesIn(d).network[1]).kind = "ESCALATION"),
    ],
    [
      "the wallet has another answer",
      "dispute documents was answered 0001, and is 0003 at the wallet",
      (d) => (sure(disputesIn(d).wallet[0]).answerCode = "0003"),
    ],
    [
      "the wallet has another amount",
      "dispute paid-R0: 500 was accepted, and 800 at the wallet",
      (d) => (escalationIn(d).acceptedAmount = { currency: "JPY", value: "800" }),
    ],
    [
      "what was accepted is not refunded",
      "dispute paid-R0 was accepted, and undefined refunded of 500",
      (d) => (disputesIn(d).sale.refunds = []),
    ],
  ])("%s", (_, fault, spoil) => {
    expect(faultsOf(spoil)).toContainEqual(expect.stringContaining(fault));
  });

  it("and are right when the sale was cancelled, and there is nothing left to refund", () => {
    expect(
      faultsOf((d) => {
        disputesIn(d).sale.refunds = [];
        disputesIn(d).sale.status = "CANCELLED";
      }),
    ).toEqual([]);
  });
});
