/** The first look at a core: is it there, does it read our signature, and can the customer pay? */
import { debitMessage, keyMessage, messageIdOf } from "../../durable/wallet-core/http/messages.ts";
import { type CoreOperation, coreMessages } from "../../durable/wallet-core/http/schema.ts";
import { bodyFault, exchangeFault } from "./judge.ts";
import { type CoreLink, type CoreResponse, type Exchange, type LinkFailure, NO_ANSWER_IN_TIME } from "./link.ts";
import {
  BALANCE_NEEDED_MINOR,
  CLOCK_LIMIT_MS,
  type ContractSubject,
  DEBIT_MINOR,
  debitOf,
  freshId,
} from "./subject.ts";
import { cut } from "./text.ts";

/** What the runtime calls a certificate that it does not trust, or a connection without TLS. */
const TLS_FAILURE = /CERT|SELF_SIGNED|LEAF_SIGNATURE|ERR_TLS|ERR_SSL|EPROTO|HOSTNAME_MISMATCH/;
const DNS_FAILURE = /ENOTFOUND|EAI_AGAIN|EAI_NODATA/;
const ROUTE_FAILURE = /EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT/;

/** What to do about a customer who cannot pay, by the reason of the refusal. */
const ABOUT_CUSTOMER: Readonly<Record<string, string>> = {
  CUSTOMER_UNKNOWN: "open the customer, or name another one with --customer",
  CURRENCY_NOT_SUPPORTED: "name the currency of the customer's account with --currency",
  BALANCE_NOT_ENOUGH: `fund the customer: the contract needs ${BALANCE_NEEDED_MINOR} minor units`,
};

/** A question to the core that moves nothing. */
type Question = "inquire" | "evaluate";

/**
 * Looks at a core before the contract is checked. It moves nothing.
 *
 * @returns why the contract cannot be checked, with what to do, in one sentence; undefined when it can
 */
export async function probe(subject: ContractSubject): Promise<string | undefined> {
  const inquiry = await ask(subject, "inquire");
  const fault = linkFault(subject.link, inquiry);
  if (fault !== undefined) return fault;
  const small = await customerFault(subject, DEBIT_MINOR);
  return small ?? balanceFault(subject);
}

function ask({ link, ...subject }: ContractSubject, operation: Question, amountMinor = DEBIT_MINOR): Promise<Exchange> {
  const amount = { currency: subject.currency, amountMinor };
  const debit = debitOf(subject, freshId(), { debit: amount, payTo: amount });
  const body = operation === "inquire" ? keyMessage(debit) : debitMessage(debit);
  return link.send({ operation, id: messageIdOf(operation, debit), body: JSON.stringify(body) });
}

/** Why no message can be answered. */
function linkFault(link: CoreLink, exchange: Exchange): string | undefined {
  const { url } = link.settings;
  if (exchange.failure) return failureText(url, exchange.failure);
  return exchange.response && responseFault(url, exchange, exchange.response);
}

function failureText(url: string, { code, message }: LinkFailure): string {
  const { host, hostname } = new URL(url);
  if (code === "ECONNREFUSED") return `Nothing listens at ${host}: start the core, or correct host and port.`;
  if (DNS_FAILURE.test(code)) return `The host name ${hostname} is not known (${code}): correct the URL.`;
  if (ROUTE_FAILURE.test(code)) return `${host} cannot be reached (${code}): check network and firewall.`;
  if (code === NO_ANSWER_IN_TIME) return `From ${host} ${message}: look whether the core is stuck, and at its log.`;
  if (code.includes("WRONG_VERSION"))
    return `${host} speaks no TLS (${code}): correct the port, or give the core its certificate.`;
  if (TLS_FAILURE.test(code)) {
    return `TLS with ${host} fails (${code}): the core needs a certificate for this host from a public authority, as the gateway accepts no other; to test with your own, name it in NODE_EXTRA_CA_CERTS.`;
  }
  return `${host} ends the connection without an HTTP answer (${code}: ${cut(message)}): check that the port speaks ${new URL(url).protocol.slice(0, -1).toUpperCase()}.`;
}

function responseFault(url: string, exchange: Exchange, response: CoreResponse): string | undefined {
  const { status, headers, body } = response;
  const answered = `The core answers HTTP ${status} to a well-formed, signed inquiry (${body === "" ? "no body" : cut(body)})`;
  if (status === 401 || status === 403) return `${answered}: ${rejectionCause(headers, exchange.sentTimeMs)}`;
  if (status === 404 || status === 405) {
    return `${answered}: the core must answer POST ${url}/inquire; correct the path of the URL.`;
  }
  if (status >= 300 && status < 400) {
    const location = headers.get("Location") ?? "without Location";
    return `The core redirects (HTTP ${status}, ${cut(location)}), and the gateway follows no redirect: use the URL that it leads to.`;
  }
  if (status >= 500 || status === 429 || status === 408) return `${answered}: look at its log.`;
  if (status !== 200) return `${answered}: compare what it rejects with docs/core-openapi.json.`;
  const fault = bodyFault("inquire", response);
  return (
    fault &&
    `${url} answers HTTP 200, but not as a core does (${cut(body)}): ${fault}; check that the URL is the core's, and its answer to POST /inquire.`
  );
}

/** Why every message is rejected: the clocks, where the answer shows the core's; otherwise the secret. */
function rejectionCause(headers: Headers, sentTimeMs: number): string {
  const aheadMs = Date.parse(headers.get("Date") ?? "") - sentTimeMs;
  if (Math.abs(aheadMs) > CLOCK_LIMIT_MS) {
    const minutes = Math.round(Math.abs(aheadMs) / 60_000);
    return `its clock is ${minutes} minutes ${aheadMs > 0 ? "ahead of" : "behind"} this machine's, and a signature holds for five; set the clocks.`;
  }
  return "its secret differs from CORE_SECRET, or it does not verify the raw body; compare both, white space included (docs/core.md#signatures).";
}

/** Why the customer cannot pay an amount; undefined when they can, or when the core has no answer that counts. */
async function customerFault(subject: ContractSubject, amountMinor: bigint): Promise<string | undefined> {
  const reason = refusalOf("evaluate", await ask(subject, "evaluate", amountMinor));
  if (reason === undefined) return undefined;
  const { customerId, currency } = subject;
  const todo = ABOUT_CUSTOMER[reason] ?? "name a customer who can pay with --customer";
  return `The customer ${customerId} cannot pay ${amountMinor} minor units of ${currency} (${reason}): ${todo}.`;
}

/** A limit for one payment does not matter, what the account holds does. */
async function balanceFault(subject: ContractSubject): Promise<string | undefined> {
  const fault = await customerFault(subject, BALANCE_NEEDED_MINOR);
  return fault?.includes("(BALANCE_NOT_ENOUGH)") ? fault : undefined;
}

/** The reason of a refusal; undefined for any other answer, and for none that counts. */
function refusalOf(operation: CoreOperation, exchange: Exchange): string | undefined {
  if (exchangeFault(exchange) !== undefined) return undefined;
  const answer = coreMessages[operation].answer.parse(JSON.parse(exchange.response?.body ?? ""));
  return answer.outcome === "REFUSED" ? answer.reason : undefined;
}
