/** The gateway in Approval mode behind the sandbox, and what it sends about merchants and disputes. */
import { homeOfPayment, type Json, runResolver } from "../alipayplus.ts";
import { fetchIn } from "../call-gateway.ts";
import { inMode } from "../services/merchants.ts";
import { until } from "../until.ts";
import { opsCall } from "../wallet/calls.ts";
import { sandboxEnv } from "./sandbox.ts";

/** The sandbox before a gateway in Approval mode. */
export function beforeApprovalMode() {
  const gateway = inMode("APPROVAL");
  const GATEWAY = { fetch: (url: string, init: RequestInit) => fetchIn(gateway, new Request(url, init)) };
  return sandboxEnv({ GATEWAY: GATEWAY as unknown as Fetcher });
}

/** The disputes of a payment, as operators see them. */
export async function disputesOf(paymentRequestId: string): Promise<Json[]> {
  return (await opsCall("GET", `/payments/${paymentRequestId}/disputes`)).body.disputes as Json[];
}

/** How the attempts to send the only dispute of a payment have ended, once there are that many. */
export async function sendDispute(paymentRequestId: string, attempts: number): Promise<string[]> {
  await runResolver(await homeOfPayment(paymentRequestId));
  return until(async () => {
    const [dispute] = await disputesOf(paymentRequestId);
    const delivery = dispute?.delivery as { attempts: { outcome: string }[] } | undefined;
    const outcomes = (delivery?.attempts ?? []).map(({ outcome }) => outcome).filter((outcome) => outcome !== "BEGUN");
    if (outcomes.length < attempts) throw new Error(`${outcomes.length} of ${attempts} attempts`);
    return outcomes;
  });
}
