/** The Durable Objects of the parties, each with its party, whose bindings throw while a reset runs. */
import { Sales as AcquirerSales } from "./acquirer/sales.ts";
import { Network as AlipayPlusNetwork } from "./alipayplus/payments/network.ts";
import type { SandboxEnv } from "./env.ts";
import type { PartyOf } from "./misconfiguration.ts";
import { type Parties, partiesOf } from "./parties.ts";
import { betweenResets } from "./rehearsal/epoch.ts";

/** Alipay+'s payments. */
export class Network extends AlipayPlusNetwork {
  constructor(context: DurableObjectState, env: SandboxEnv) {
    super(
      context,
      partyIn(env, ({ alipayPlus }) => alipayPlus),
    );
  }
}

/** The acquirer's sales. */
export class Sales extends AcquirerSales {
  constructor(context: DurableObjectState, env: SandboxEnv, answerTimeoutMs?: number) {
    super(
      context,
      partyIn(env, ({ acquirer }) => acquirer),
      answerTimeoutMs,
    );
  }
}

function partyIn<Party>(environment: SandboxEnv, choose: (parties: Parties) => Party): PartyOf<Party> {
  const env = betweenResets(environment);
  return async () => {
    const parties = await partiesOf(env);
    return "fault" in parties ? parties : choose(parties);
  };
}
