/**
 * The operators' calls about everything that is kept of one customer: export, and erasure before its time. Both walk
 * the customer's shard a page at a time. Source: docs/storage.md#personal-data.
 */
import type { AuthorizationReport } from "../../durable/authorizations/messages.ts";
import { atHomeOfCustomer } from "../../durable/customers/call-home.ts";
import type { Customers } from "../../durable/customers/object.ts";
import type { DisputeTexts, WithTexts } from "../../durable/customers/personal-data.ts";
import { customerJson, entryJson } from "../../durable/ledger/customer-json.ts";
import type { BatchCode } from "../../durable/payment-codes/payment-codes.ts";
import type { PaymentRecord } from "../../durable/payments/records.ts";
import type { RefundRecord } from "../../durable/payments/refund-records.ts";
import { amountOf } from "../../protocol/parameters.ts";
import { formatTime } from "../../protocol/time.ts";
import type { Arrival, Endpoint } from "../http/endpoint.ts";
import { jsonResponse } from "../http/json-response.ts";
import { problem } from "../http/problem.ts";

const PATH = "/customers/{customerId}/data";

/** GET /ops/customers/{customerId}/data: everything that the customer's home keeps, as one JSON object. */
export const exportCustomerData: Endpoint = {
  method: "GET",
  path: PATH,
  name: "exportCustomerData",
  async respond(arrival) {
    const { customerId, ask } = homeOf(arrival);
    // Read before the answer begins: when the shard cannot be reached, the answer is a problem.
    const customer = await ask((customers) => customers.customer(customerId));
    const codes = await ask((customers) => customers.issuedCodesOf(customerId));
    const account = customer && { ...customerJson(customer), entries: undefined };
    const members = {
      payments: walk((after) => ask((customers) => customers.paymentsOf(customerId, after)), paymentJson),
      refunds: walk((after) => ask((customers) => customers.refundsOf(customerId, after)), refundJson),
      disputes: walk((after) => ask((customers) => customers.disputesOf(customerId, after)), disputeJson),
      entries: walk((after) => ask((customers) => customers.entriesOf(customerId, after)), entryJson),
      authorizations: walk(async (after) => pageOf(await ask(authorizationsOf(customerId, after))), authorizationJson),
    };
    const head = { customerId, account, paymentCodes: codes.map(codeJson) };
    return new Response(streamOf(jsonParts(head, members)), {
      headers: { "Cache-Control": "no-store", "Content-Type": "application/json" },
    });
  },
};

/**
 * DELETE /ops/customers/{customerId}/data: erases at once what the retention would empty later. Refused while a
 * payment, a refund or a notification of the customer is open, or an authorisation has not ended; nothing has changed
 * then.
 */
export const eraseCustomerData: Endpoint = {
  method: "DELETE",
  path: PATH,
  name: "eraseCustomerData",
  async respond(arrival) {
    const { customerId, ask } = homeOf(arrival);
    for await (const { open } of pages((after) => ask((customers) => customers.openPaymentsOf(customerId, after)))) {
      if (open > 0) return problem("CUSTOMER_HAS_OPEN_PAYMENTS");
    }
    for await (const { open } of pages((after) =>
      ask((customers) => customers.openAuthorizationsOf(customerId, after)),
    )) {
      if (open > 0) return problem("CUSTOMER_HAS_AUTHORIZATIONS");
    }
    const erased = { payments: 0, refunds: 0, disputes: 0, authorizations: 0 };
    for await (const page of pages((after) => ask((customers) => customers.erasePaymentsOf(customerId, after)))) {
      erased.payments += page.erased;
    }
    for await (const page of pages((after) => ask((customers) => customers.eraseRefundsOf(customerId, after)))) {
      erased.refunds += page.erased;
    }
    for await (const page of pages((after) => ask((customers) => customers.eraseDisputesOf(customerId, after)))) {
      erased.disputes += page.erased;
    }
    for await (const page of pages((after) => ask((customers) => customers.eraseAuthorizationsOf(customerId, after)))) {
      erased.authorizations += page.erased;
    }
    return jsonResponse({ erased });
  },
};

/** Asks the customer's home; a call that the runtime says may be repeated is repeated once. */
type AskHome = <Reply>(ask: (customers: DurableObjectStub<Customers>) => Promise<Reply>) => Promise<Reply>;

function homeOf({ gateway, parameters, line }: Arrival): { readonly customerId: string; readonly ask: AskHome } {
  const { customerId = "" } = parameters;
  const usesShard = (shard: number) => {
    line.shard = shard;
  };
  return { customerId, ask: (ask) => atHomeOfCustomer({ ...gateway, usesShard }, customerId, ask) };
}

/** The pages of a walk, from the first to the last. */
async function* pages<Page extends { readonly next: string | undefined }>(
  read: (after: string) => Promise<Page>,
): AsyncGenerator<Page> {
  for (let after: string | undefined = ""; after !== undefined; ) {
    const page: Page = await read(after);
    yield page;
    after = page.next;
  }
}

async function* walk<Item>(
  read: (after: string) => Promise<{ readonly items: readonly Item[]; readonly next: string | undefined }>,
  view: (item: Item) => object,
): AsyncGenerator<object> {
  for await (const { items } of pages(read)) yield* items.map(view);
}

/** How many authorisations an export reads at once: each has the prepare that it came with. */
const AUTHORIZATIONS_AT_ONCE = 32;

function authorizationsOf(customerId: string, after: string) {
  return async (customers: DurableObjectStub<Customers>): Promise<AuthorizationReport[]> =>
    customers.authorizationsOf(customerId, after, AUTHORIZATIONS_AT_ONCE);
}

function pageOf(items: readonly AuthorizationReport[]) {
  return { items, next: items.length === AUTHORIZATIONS_AT_ONCE ? items.at(-1)?.authorizationId : undefined };
}

/** The text of a JSON object: its small members at once, then each list member by member, however long it is. */
async function* jsonParts(
  head: object,
  lists: Readonly<Record<string, AsyncIterable<object>>>,
): AsyncGenerator<string> {
  yield JSON.stringify(head).slice(0, -1);
  for (const [name, items] of Object.entries(lists)) {
    let separator = `,${JSON.stringify(name)}:[`;
    let isEmpty = true;
    for await (const item of items) {
      yield separator + JSON.stringify(item);
      separator = ",";
      isEmpty = false;
    }
    yield isEmpty ? `${separator}]` : "]";
  }
  yield "}";
}

/** The parts as a body, which are made as fast as the caller reads them. */
function streamOf(parts: AsyncGenerator<string>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>({
    async pull(controller) {
      const part = await parts.next();
      if (part.done) controller.close();
      else controller.enqueue(encoder.encode(part.value));
    },
    async cancel() {
      await parts.return(undefined);
    },
  });
}

function codeJson({ paymentCode, expiryTimeMs }: BatchCode): object {
  return { paymentCode, expiryTime: formatTime(expiryTimeMs) };
}

function paymentJson({ record, texts }: WithTexts<PaymentRecord>): object {
  const { paymentId, paymentRequestId, fingerprint, state, core, createdTimeMs, terms, refunded } = record;
  const { status } = state;
  return {
    paymentId,
    paymentRequestId,
    fingerprint,
    status: status.name,
    reason: "reason" in status ? status.reason : undefined,
    closedBy: "closedBy" in status ? status.closedBy : undefined,
    core,
    createdTime: formatTime(createdTimeMs),
    paymentTime: "paymentTimeMs" in status ? formatTime(status.paymentTimeMs) : undefined,
    paymentCode: terms?.paymentCode,
    paymentAmount: terms && amountOf(terms.paymentAmount),
    payToAmount: terms && amountOf(terms.payToAmount),
    debitAmount: terms && amountOf(terms.debit),
    refundedDebitAmount: terms && amountOf({ currency: terms.debit.currency, amountMinor: refunded.customerMinor }),
    referenceMerchantId: terms?.referenceMerchantId,
    merchantCategoryCode: terms?.merchantCategoryCode,
    ...texts,
  };
}

function refundJson({ record, texts }: WithTexts<RefundRecord>): object {
  const { refundId, refundRequestId, paymentId, fingerprint, createdTimeMs, state, amounts } = record;
  const { status } = state;
  return {
    refundId,
    refundRequestId,
    paymentId,
    fingerprint,
    status: status.name,
    reason: "reason" in status ? status.reason : undefined,
    createdTime: formatTime(createdTimeMs),
    refundTime: "refundTimeMs" in status ? formatTime(status.refundTimeMs) : undefined,
    refundAmount: String(amounts.paymentMinor),
    refundFromAmount: String(amounts.payToMinor),
    creditAmount: String(amounts.customerMinor),
    message: texts?.message,
  };
}

function authorizationJson(report: AuthorizationReport): object {
  const { authorizationId, status, createdTimeMs, expiryTimeMs, terms, message, userLoginId } = report;
  return {
    authorizationId,
    status: status.name,
    endedBy: "endedBy" in status ? status.endedBy : undefined,
    consentTime: formatTime(createdTimeMs),
    expiryTime: formatTime(expiryTimeMs),
    ...terms,
    userLoginId,
    message,
  };
}

function disputeJson({ record, texts, answer }: DisputeTexts): object {
  const { disputeRequestId, paymentId, state } = record;
  return {
    disputeRequestId,
    paymentId,
    kind: state.kind,
    status: state.status.name,
    createdTime: formatTime(state.createdTimeMs),
    escalationAmount: String(state.amountMinor),
    message: texts?.message,
    answer: answer?.message,
  };
}
