/** Opens and changes customers of the embedded ledger, and shows those of either core. Amounts are digit strings. */
import * as z from "zod";
import { identifier, minorUnits } from "../../../protocol/parameters.ts";
import { formatTime } from "../../../protocol/time.ts";
import { checked, checkedBody, refuse, refuseParameter, type SandboxContext } from "../../http.ts";
import type { CoreCustomer, WalletAccounts } from "../../rehearsal/wallet-accounts.ts";
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
 * is set, and the difference is journalled. Answers what GET answers. With a core by HTTP: ACCOUNTS_OF_THE_CORE.
 */
export async function putCustomer(context: SandboxContext): Promise<Response> {
  const { walletAccounts: accounts } = context.get("parties");
  const named = checked(context, path, { customerId: context.req.param("customerId") ?? "" });
  if ("refusal" in named) return named.refusal;
  if (accounts.kind === "HTTP") {
    const message = `The wallet's core ${accounts.name} keeps the customers: open and change them there.`;
    return refuse(context, "ACCOUNTS_OF_THE_CORE", message);
  }
  const input = await checkedBody<CustomerSettings>(context, settings);
  if ("refusal" in input) return input.refusal;
  const { customerId } = named.parameters;
  const answer = await accounts.ledger.openCustomer(customerId, input.parameters);
  return answer.outcome === "DONE" ? showCustomer(context, customerId) : refuseSettings(context, answer);
}

/**
 * GET /sandbox/customers/{customerId}: balance and newest journal entries, newest first, with the embedded core
 * settings, too. With a core by HTTP it is what the core shows, with the core's name in `core`.
 */
export async function getCustomer(context: SandboxContext): Promise<Response> {
  const named = checked(context, path, { customerId: context.req.param("customerId") ?? "" });
  return "refusal" in named ? named.refusal : showCustomer(context, named.parameters.customerId);
}

async function showCustomer(context: SandboxContext, customerId: string): Promise<Response> {
  const { walletAccounts: accounts } = context.get("parties");
  if (accounts.kind === "HTTP") return showCoreCustomer(context, customerId, accounts);
  const customer = await accounts.ledger.customer(customerId);
  return customer ? context.json(customerJson(customer)) : refuseUnknown(context);
}

async function showCoreCustomer(
  context: SandboxContext,
  customerId: string,
  { name, customer }: Extract<WalletAccounts, { kind: "HTTP" }>,
): Promise<Response> {
  const shown = await customer(customerId);
  switch (shown.outcome) {
    case "KNOWN":
      return context.json({ customerId, core: name, ...coreCustomerJson(shown) });
    case "UNKNOWN":
      return refuseUnknown(context, ` at the wallet's core ${name}; open it there`);
    case "NOT_OFFERED": {
      const call = "GET /customers/{customerId} (docs/core.md)";
      return refuse(
        context,
        "ACCOUNT_NOT_SHOWN",
        `The wallet's core ${name} does not offer ${call}: no balance, no history.`,
      );
    }
    case "UNANSWERED":
      return refuse(context, "CORE_UNANSWERED", `The wallet's core ${name} ${shown.why}`);
  }
}

/** The entries have the form of the embedded ledger's, with the customer's own leg alone. */
function coreCustomerJson({ currency, balance, entries }: Extract<CoreCustomer, { outcome: "KNOWN" }>) {
  return {
    currency,
    balance,
    entries: entries.map(({ kind, timeMs, amountMinor, paymentId }) => ({
      kind,
      paymentId,
      time: formatTime(timeMs),
      currency,
      legs: [{ account: "customer", amount: amountMinor }],
    })),
  };
}

function refuseUnknown(context: SandboxContext, where = ""): Response {
  return refuse(context, "CUSTOMER_UNKNOWN", `Illegal parameter customerId: no customer has this id${where}.`);
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
