/** Merchants as Alipay+ registers them and operators decide about them, and the gateway in a mode of registration. */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import type { Directory } from "../../../durable/directory/object.ts";
import { merchantShardCount } from "../../../durable/merchants/client.ts";
import { shardName, shardOf } from "../../../durable/platform/shard.ts";
import { type Json, newId, payMessage, type Reply, SHARD_COUNT } from "../alipayplus.ts";
import { type Asked, playAlipayPlus, SUCCESS } from "../alipayplus-answers.ts";
import { otherEnvironment, sendIn } from "../home/other-environment.ts";
import { opsCall, type WalletReply } from "../wallet/calls.ts";

/** A registration, after the documentation (docs/spec/wallet/other-services.md#merchant-registration). */
export function registrationMessage(referenceMerchantId: string, changes: Json = {}): Json {
  return {
    registrationRequestId: newId("registration"),
    productCodes: ["IN_STORE_PAYMENT"],
    merchantInfo: {
      referenceMerchantId,
      merchantDisplayName: "海港餅店",
      merchantMCC: "5462",
      registrationDetail: { legalName: "Harbour Bakery Ltd", contactInfo: [{ contactNo: "+852 5555 0000" }] },
    },
    registrationNotifyUrl: "https://bakery.test/registered",
    ...changes,
  };
}

/** An environment in that mode, whose edge remembers no approval yet. */
export function inMode(MERCHANT_REGISTRATION: "NONE" | "REPORTING" | "APPROVAL") {
  return otherEnvironment({ MERCHANT_REGISTRATION });
}

/** Registers a merchant in Approval mode. */
export function register(message: Json, environment = inMode("APPROVAL")): Promise<Reply> {
  return sendIn(environment, "/merchants/registration", message);
}

/** An operator decides. */
export function decide(referenceMerchantId: string, verb: "approve" | "reject", body: Json): Promise<WalletReply> {
  return opsCall("POST", `/merchants/${referenceMerchantId}/${verb}`, { body });
}

/** Registers a merchant in Approval mode, and approves it. */
export async function approveMerchant(referenceMerchantId: string): Promise<void> {
  const message = registrationMessage(referenceMerchantId);
  await register(message);
  await decide(referenceMerchantId, "approve", { registrationRequestId: message.registrationRequestId });
}

/** A merchant that was registered in Approval mode, and approved. */
export async function approvedMerchant(): Promise<string> {
  const referenceMerchantId = newId("merchant");
  await approveMerchant(referenceMerchantId);
  return referenceMerchantId;
}

/** A pay to a merchant; undefined: its order names none. */
export function payTo(customerId: string, referenceMerchantId: string | undefined, changes: Json = {}): Json {
  return payMessage(customerId, { order: { merchant: { referenceMerchantId } }, ...changes });
}

/** Lets Alipay+ take decisions, and gives those about a merchant that have come so far. */
export function takeDecisions(answer: Json = { result: SUCCESS }): (referenceMerchantId: string) => Asked[] {
  const received = playAlipayPlus({ "/aps/api/v1/merchants/notifyRegistrationStatus": () => answer });
  return (referenceMerchantId) => received.filter(({ body }) => body.referenceMerchantId === referenceMerchantId);
}

/** The shard that keeps a merchant, by its number and as an object. */
export function shardOfMerchant(referenceMerchantId: string) {
  const shard = shardOf(referenceMerchantId, merchantShardCount({ shardCount: SHARD_COUNT }));
  return { shard, directory: env.DIRECTORY.getByName(shardName(shard)) };
}

/** Lets the shard of a merchant send what is due. */
export async function notifyDecisions(referenceMerchantId: string): Promise<void> {
  const { directory } = shardOfMerchant(referenceMerchantId);
  await runInDurableObject(directory, (object) => (object as Directory).alarm());
}
