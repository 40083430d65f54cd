import type { Exchange, Party } from "../calls/sandbox.ts";

const NAMES: Readonly<Record<Party, string>> = { MPP: "Wallet", "Alipay+": "Alipay+", ACQP: "Acquirer", CORE: "Core" };

/** A party as the page calls it. */
export function partyText(party: Party): string {
  return NAMES[party];
}

/**
 * Who calls whom, in three lanes: the wallet on the left, Alipay+ in the middle, the acquirer on the right, as the
 * phone and the point of sale stand on the page. The wallet's own core shares the lane of the wallet.
 */
export function PartiesView({ from, to }: Pick<Exchange, "from" | "to">) {
  const isOfAcquirer = from === "ACQP" || to === "ACQP";
  const other = to === "CORE" ? "CORE" : "Alipay+";
  const [left, right] = isOfAcquirer ? (["Alipay+", "ACQP"] as const) : (["MPP", other] as const);
  return (
    <span class={isOfAcquirer ? "parties of-acquirer" : "parties of-wallet"}>
      <span class="party" aria-hidden="true">
        {NAMES[left]}
      </span>
      <span class={to === right ? "arrow rightwards" : "arrow leftwards"} aria-hidden="true" />
      <span class="party" aria-hidden="true">
        {NAMES[right]}
      </span>
      <span class="visually-hidden">
        {NAMES[from]} to {NAMES[to]}:
      </span>
    </span>
  );
}
