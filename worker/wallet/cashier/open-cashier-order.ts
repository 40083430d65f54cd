/**
 * POST /cashier: the customer has come by the wallet's cashier URL, and has logged in. Source:
 * docs/spec/wallet/cashier.md.
 */
import * as z from "zod";
import { CODE_VALUE_LIMIT_CHARACTERS } from "../../../durable/code-rules/identify.ts";
import { codeValueOf } from "../../../protocol/cashier-url.ts";
import { hasAtMost } from "../../../protocol/characters.ts";
import { trimmedText } from "../../../protocol/parameters.ts";
import { isProblem, problem } from "../../http/problem.ts";
import { customerOf, namedCustomer } from "../caller.ts";
import type { WalletRoute } from "../route.ts";
import {
  CASHIER_URL_LIMIT_CHARACTERS,
  ORDER_ACTIONS,
  ORDER_PROBLEMS,
  openOrder,
  passThroughInfo,
} from "../scans/open-order.ts";

const landing = z.object({
  customerId: namedCustomer,
  codeValue: trimmedText(CASHIER_URL_LIMIT_CHARACTERS)
    .describe("The parameter `codeValue` of the cashier URL, percent-decoded; or the whole URL.")
    .meta({ examples: ["https://pay.example/281002040001"] }),
  passThroughInfo,
});

const orderAction = z.discriminatedUnion("action", [...ORDER_ACTIONS]);

/** POST /wallet/v1/cashier */
export const openCashierOrder: WalletRoute<z.infer<typeof landing>, z.infer<typeof orderAction>> = {
  method: "POST",
  path: "/cashier",
  name: "openCashierOrder",
  summary: "The customer has come by the cashier URL",
  description:
    "Decodes the order of an online checkout, without the code rules. The order belongs to the customer who opens it " +
    "first; opened again while its code is valid, it leads to the same payment.",
  body: landing,
  reply: orderAction,
  problems: [...ORDER_PROBLEMS, "NOT_CASHIER_ORDER"],
  async answer(call) {
    const customer = customerOf(call.caller, call.body.customerId);
    if (isProblem(customer)) return customer;
    const { body, gateway } = call;
    const codeValue = codeValueOf(body.codeValue, gateway.configuration.cashierUrls) ?? body.codeValue;
    if (!hasAtMost(codeValue, CODE_VALUE_LIMIT_CHARACTERS)) {
      return problem(
        "PARAM_ILLEGAL",
        `Illegal parameter codeValue: must have at most ${CODE_VALUE_LIMIT_CHARACTERS} characters.`,
      );
    }
    return openOrder(call, { ...body, ...customer, codeValue }, "CASHIER");
  },
};
