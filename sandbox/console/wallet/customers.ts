/** Opens, changes and shows customers of the embedded ledger. Amounts are digit strings. */
import * as z from "zod";
import { identifier, minorUnits } from "../../../protocol/parameters.ts";
import { checked, checkedBody, refuse, refuseParameter, type SandboxContext } from "../../http.ts";
import {
  type CustomerSettings,
  customerJson,
  customerSettings,
  type OpenCustomerAnswer,
} from "../../rehearsal/wallet-ledger.ts";

const settings = customerSettings.extend({ balance: minorUnits });

const path = z.object({ customerId: identifier });

/**
 * PUT /sandbox/customers/{customerId}: opens a customer or changes one; what is left out stays as it was. The balance
 * is set, and the difference is journalled. Answers what GET answers.
 */
export async function putCustomer(context: SandboxContext): Promise<Response> {
  const { walletLedger: ledger } = context.get("parties");
  const named = checked(context, path, { customerId: context.req.param("customerId") ?? "" });
  if ("refusal" in named) return named.refusal;
  const input = await checkedBody<CustomerSettings>(context, settings);
  if ("refusal" in input) return input.refusal;
  const { customerId } = named.parameters;
  const answer = await ledger.openCustomer(customerId, input.parameters);
  return answer.outcome === "DONE" ? showCustomer(context, customerId) : refuseSettings(context, answer);
}

/** GET /sandbox/customers/{customerId}: settings, balance, and the newest journal entries, newest first. */
export async function getCustomer(context: SandboxContext): Promise<Response> {
  const named = checked(context, path, { customerId: context.req.param("customerId") ?? "" });
  return "refusal" in named ? named.refusal : showCustomer(context, named.parameters.customerId);
}

async function showCustomer(context: SandboxContext, customerId: string): Promise<Response> {
  const customer = await context.get("parties").walletLedger.customer(customerId);
  if (!customer) return refuse(context, "CUSTOMER_UNKNOWN", "Illegal parameter customerId: no customer has this id.");
  return context.json(customerJson(customer));
}

function refuseSettings(
  context: SandboxContext,
  answer: Extract<OpenCustomerAnswer, { outcome: "REFUSED" }>,
): Response {
  switch (answer.reason) {
    case "SETTING_INVALID":
      return refuseParameter(context, answer.setting, "is not allowed");
    case "CURRENCY_IN_USE":
      return refuse(context, answer.reason, "Illegal parameter currency: the account has entries in another currency.");
    case "BALANCE_OUT_OF_RANGE":
      return refuse(context, answer.reason, "Illegal parameter balance: the account could not hold its refunds.");
  }
}
