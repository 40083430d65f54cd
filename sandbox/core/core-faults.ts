/** The faults that a wallet asks for when its customer confirms: the gateway's entry of local development calls it. */
import { WorkerEntrypoint } from "cloudflare:workers";
import type { SandboxEnv } from "../env.ts";
import { awaitFault, forgetAwaited } from "../faults/active.ts";
import { askedFault, FAULT_HEADER } from "../faults/fault.ts";
import { NO_CORE_LINK } from "../faults/links.ts";
import { partiesOf } from "../parties.ts";
import type { ConfirmFaults } from "../rehearsal/confirm-fault.ts";
import { ofThisEpoch, whenAlive } from "../rehearsal/epoch.ts";
import { coreMessageIdOf } from "./message-id.ts";

/** The debit of a confirmed payment is the only message that meets such a fault. */
export class CoreFaults extends WorkerEntrypoint<SandboxEnv> implements ConfirmFaults {
  async await(header: string, paymentRequestId: string): Promise<string | undefined> {
    const { core, alipayPlus } = await this.#parties();
    if (!core) return `${FAULT_HEADER} is about MPP_TO_CORE here, which ${NO_CORE_LINK}`;
    const asked = askedFault(header, [{ link: "MPP_TO_CORE", interface: "debit" }]);
    if ("why" in asked) return `${FAULT_HEADER}: ${asked.why}`;
    const messageId = await coreMessageIdOf(alipayPlus.mppClientId, "debit", { paymentRequestId });
    if (asked.fault) awaitFault(messageId, asked.fault);
    return undefined;
  }

  async forget(paymentRequestId: string): Promise<void> {
    const { alipayPlus } = await this.#parties();
    forgetAwaited(await coreMessageIdOf(alipayPlus.mppClientId, "debit", { paymentRequestId }));
  }

  async #parties() {
    const parties = await partiesOf(await whenAlive(() => ofThisEpoch(this.env)));
    if ("fault" in parties) throw new Error(parties.fault);
    return parties;
  }
}
