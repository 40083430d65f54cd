/**
 * The answer to pay, for both interfaces. Source: docs/spec/acquirer/interfaces.md;
 * docs/spec/acquirer/older-interface.md; docs/spec/wallet/cashier.md#the-url.
 */
import * as z from "zod";
import { definedMembers } from "../../../protocol/absent-parameters.ts";
import { cashierUrlOf, opensAppAlone } from "../../../protocol/cashier-url.ts";
import type { JsonObject } from "../../../protocol/json.ts";
import type { Call } from "../interface.ts";
import type { PaymentRecord, PaymentTerms } from "../payments/records/payment-records.ts";
import { paymentParametersOf } from "../payments/views/payment-view.ts";
import { orderCodeFormOf } from "./order-code-form.ts";

/** Where the customer shops, as far as it decides how the wallet is opened. */
const terminal = z.object({ env: z.object({ terminalType: z.enum(["WAP", "APP"]) }) });

/**
 * The parameters of the present interface. An order code goes out as such; an entry code and the cashier lead the
 * customer on by a URL.
 *
 * @param call whose `origin`, the sandbox's, serves the images
 */
export function payParametersOf(payment: PaymentRecord, { origin, alipayPlus }: Call): JsonObject {
  const { codeValue, terms } = payment;
  const isOrderCode = terms?.scenario === "ORDER_CODE";
  return definedMembers({
    ...paymentParametersOf(payment),
    orderCodeForm: codeValue !== undefined && isOrderCode ? orderCodeFormOf(payment, codeValue, origin) : undefined,
    paymentUrl: isOrderCode ? undefined : codeValue && paymentUrlOf(codeValue, terms, alipayPlus.cashierUrls),
  });
}

/**
 * At the Cashier on a phone the wallet's registered URL with the code: the scheme of its app from another app, its page
 * from a WAP page. On a desktop, and where the wallet has registered none, the address of the code's own page.
 */
function paymentUrlOf(codeValue: string, terms: PaymentTerms | undefined, cashierUrls: readonly string[]): string {
  if (terms?.scenario !== "CASHIER") return codeValue;
  const { success, data } = terminal.safeParse(JSON.parse(terms.order));
  if (!success) return codeValue;
  const pageUrl = cashierUrls.find((url) => !opensAppAlone(url));
  const appUrl = cashierUrls.find(opensAppAlone);
  const registeredUrl = data.env.terminalType === "APP" ? (appUrl ?? pageUrl) : pageUrl;
  return registeredUrl === undefined ? codeValue : cashierUrlOf(registeredUrl, codeValue);
}
