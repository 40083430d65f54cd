/** The operators' calls about a customer of the embedded core: open, change, show, fund. Amounts are digits. */
import * as z from "zod";
import { atHomeOfCustomer } from "../../durable/customers/call-home.ts";
import type { Customers } from "../../durable/customers/object.ts";
import { customerJson, customerSettings } from "../../durable/ledger/customer-json.ts";
import { type FundingAnswer, fundingEntryIdOf } from "../../durable/ledger/fund-customer.ts";
import type { OpenCustomerAnswer } from "../../durable/ledger/open-customer.ts";
import type { CustomerSettings } from "../../durable/ledger/settings.ts";
import { halfDigestOf } from "../../durable/platform/half-digest.ts";
import { amountOf, positiveAmount, text } from "../../protocol/parameters.ts";
import { formatTime } from "../../protocol/time.ts";
import type { Arrival, Endpoint } from "../http/endpoint.ts";
import { jsonResponse } from "../http/json-response.ts";
import { isProblem, type Problem, problem } from "../http/problem.ts";
import { checkInput, readBody } from "../http/read-input.ts";

const funding = z.strictObject({
  fundingId: text(64).regex(/^[A-Za-z0-9._-]+$/, "must be letters, digits, . _ or -"),
  direction: z.enum(["IN", "OUT"], "must be IN or OUT"),
  amount: positiveAmount,
});

/**
 * PUT /ops/customers/{customerId}: opens a customer or changes one; what is left out stays as it was. It never moves
 * money. Answers what GET answers.
 */
export const putCustomer: Endpoint = {
  method: "PUT",
  path: "/customers/{customerId}",
  name: "putCustomer",
  respond: (arrival) =>
    onCustomer(arrival, async (customerId, ask) => {
      const input = await inputOf<CustomerSettings>(arrival, customerSettings);
      if (isProblem(input)) return input;
      const answer = await ask(async (customers) => customers.openCustomer(customerId, input.input));
      return answer.outcome === "DONE" ? showCustomer(customerId, ask) : settingsProblem(answer);
    }),
};

/** GET /ops/customers/{customerId}: settings, balance, and the newest journal entries, newest first. */
export const readCustomer: Endpoint = {
  method: "GET",
  path: "/customers/{customerId}",
  name: "readCustomer",
  respond: (arrival) => onCustomer(arrival, showCustomer),
};

/** POST /ops/customers/{customerId}/funding: adds to the balance or takes out of it, once for each `fundingId`. */
export const fundCustomer: Endpoint = {
  method: "POST",
  path: "/customers/{customerId}/funding",
  name: "fundCustomer",
  respond: (arrival) =>
    onCustomer(arrival, async (customerId, ask) => {
      const input = await inputOf(arrival, funding);
      if (isProblem(input)) return input;
      const { fundingId, direction, amount } = input.input;
      arrival.line.funding = await halfDigestOf(fundingEntryIdOf(customerId, fundingId));
      const answer = await ask(async (customers) => customers.fundCustomer(customerId, input.input));
      if (answer.outcome !== "DONE") return fundingProblem(answer);
      const { entryNumber, timeMs } = answer.entry;
      const time = formatTime(timeMs);
      return jsonResponse({ fundingId, direction, amount: amountOf(amount), time, entryNumber });
    }),
};

/** Asks the customer's home. */
type AskHome = <Reply>(ask: (customers: DurableObjectStub<Customers>) => Promise<Reply>) => Promise<Reply>;

/** Only the embedded core has customers here. */
async function onCustomer(
  { gateway, parameters, line }: Arrival,
  respond: (customerId: string, ask: AskHome) => Promise<Response | Problem>,
): Promise<Response | Problem> {
  const { core } = gateway.configuration;
  if (core.kind === "HTTP") {
    return problem("CUSTOMERS_OF_THE_CORE", `Core ${core.name} at CORE_URL: open, change and fund customers there.`);
  }
  const { customerId = "" } = parameters;
  const usesShard = (shard: number) => {
    line.shard = shard;
  };
  return respond(customerId, (ask) => atHomeOfCustomer({ ...gateway, usesShard }, customerId, ask));
}

async function showCustomer(customerId: string, ask: AskHome): Promise<Response | Problem> {
  const customer = await ask(async (customers) => customers.customer(customerId));
  return customer ? jsonResponse(customerJson(customer)) : problem("CUSTOMER_UNKNOWN");
}

async function inputOf<Input>(
  { request }: Arrival,
  schema: z.ZodType<Input>,
): Promise<{ readonly input: Input } | Problem> {
  const read = await readBody(request);
  return isProblem(read) ? read : checkInput(schema, read.members);
}

function settingsProblem(answer: Exclude<OpenCustomerAnswer, { outcome: "DONE" }>): Problem {
  return answer.reason === "SETTING_INVALID"
    ? problem("PARAM_ILLEGAL", `Illegal parameter ${answer.setting}: is not allowed.`)
    : problem(answer.reason);
}

function fundingProblem(answer: Exclude<FundingAnswer, { outcome: "DONE" }>): Problem {
  return problem(answer.outcome === "INCONSISTENT" ? "FUNDING_INCONSISTENT" : answer.reason);
}
