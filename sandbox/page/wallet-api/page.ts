/**
 * The gateway's OpenAPI document of the wallet API, as a page for developers. It needs no script, no token and nothing
 * from another host, and its policy allows none.
 */
import { html, raw } from "hono/html";
import type { JsonSchema, OpenApiDocument, Operation, Parameter, Reference } from "../../../protocol/openapi.ts";
import { type Field, formsOf } from "./fields.ts";
import { PAGE_STYLE } from "./style.ts";

/** Text in which everything foreign is escaped. */
type Markup = ReturnType<typeof html>;

/** What the samples need to run in a shell. */
type Samples = {
  /** The gateway's. */
  readonly origin: string;
  /** The wallet's token of local development, where there is one. */
  readonly token?: string | undefined;
};

/** An operation with its path. */
type Call = { readonly method: string; readonly path: string; readonly operation: Operation };

/**
 * The page as an answer.
 *
 * @param document the gateway's
 */
export async function walletApiPage(document: OpenApiDocument, { origin, token }: Samples): Promise<Response> {
  const style = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(PAGE_STYLE));
  return new Response(String(pageOf(document, { origin, token })), {
    headers: headersOf(new Uint8Array(style).toBase64()),
  });
}

function headersOf(styleDigest: string): Record<string, string> {
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${styleDigest}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ];
  return {
    "Content-Type": "text/html; charset=UTF-8",
    "Content-Security-Policy": policy.join("; "),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-store",
  };
}

function pageOf(document: OpenApiDocument, { origin, token }: Samples): Markup {
  const { info, components } = document;
  const server = document.servers[0]?.url ?? "";
  const calls = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]): Call => ({ method: method.toUpperCase(), path, operation })),
  );
  const schemes = Object.entries(components.securitySchemes ?? {});
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${info.title}</title>
<style>${raw(PAGE_STYLE)}</style>
</head>
<body>
<header>
<h1>${info.title}</h1>
${prose(info.description)}
<p>For machines: <a href="${server}/openapi.json">openapi.json</a>, OpenAPI ${document.openapi}.</p>
<h3>Before the samples</h3>
<pre>export PLUSGATE=${origin}${server}
export TOKEN=${token ?? "'a token of WALLET_TOKENS'"}</pre>
</header>
<nav aria-label="Calls">
<h3>Calls</h3>
<ul>${calls.map(linkTo)}</ul>
</nav>
<main>
<h3>Tokens</h3>
<div class="scroll"><table>${schemes.map(([name, { description }]) => row(name, "", description))}</table></div>
${calls.map((call) => sectionOf(call, components.schemas))}
</main>
</body>
</html>
`;
}

function linkTo({ method, path, operation }: Call): Markup {
  const call = html`<code><b class="method">${method}</b> ${path}</code>`;
  return html`<li><a href="#${operation.operationId}">${call}</a><span>${operation.summary}</span></li>`;
}

function sectionOf({ method, path, operation }: Call, schemas: OpenApiDocument["components"]["schemas"]): Markup {
  const { operationId, summary, description = "", security = [], responses } = operation;
  const parameters = operation.parameters.filter(isParameter);
  const tokens = security.flatMap((scheme) => Object.keys(scheme)).join(" or ");
  const request = schemas[`${operationId}Request`];
  const reply = schemas[`${operationId}Reply`];
  const message = schemas[`${operationId}Message`];
  const samples = (operation["x-codeSamples"] ?? []).map(({ source }) => html`<pre>${source}</pre>`);
  return html`<section id="${operationId}">
<h2>${summary}</h2>
<p class="place"><code><b class="method">${method}</b> ${path}</code> <small>${operationId}, with a ${tokens}</small></p>
${prose(description)}
${parameters.length > 0 ? table("Parameters", parameters.map(fieldOf)) : ""}
${request ? tablesOf("Body", request) : ""}
<h3>Sample</h3>
${samples}
${reply ? tablesOf("Answer", reply) : ""}
${message ? tablesOf("Message", message) : ""}
<h3>Problems</h3>
<div class="scroll"><table>${Object.entries(responses).filter(isProblemStatus).map(problemRow)}</table></div>
</section>`;
}

function tablesOf(title: string, schema: JsonSchema): Markup[] {
  return formsOf(schema).map(({ name, fields }) => table(name === "" ? title : `${title}, ${name}`, fields));
}

function table(title: string, fields: readonly Field[]): Markup {
  const rows = fields.map(({ name, type, isRequired, description }) =>
    row(name, isRequired ? type : `${type}, optional`, description),
  );
  return html`<h3>${title}</h3><div class="scroll"><table>${rows}</table></div>`;
}

function row(name: string, type: string, description: string): Markup {
  const remark = type === "" ? "" : html`<small>${type}</small>`;
  return html`<tr><td><code>${name}</code>${remark}</td><td>${inline(description)}</td></tr>`;
}

function problemRow([status, { description }]: [string, { readonly description: string }]): Markup {
  return html`<tr><td>${status}</td><td>${inline(description)}</td></tr>`;
}

function isParameter(parameter: Parameter | Reference): parameter is Parameter {
  return "name" in parameter;
}

function isProblemStatus([status]: [string, unknown]): boolean {
  return status >= "400";
}

function fieldOf({ name, required, description = "", schema, in: place }: Parameter): Field {
  const [field] = formsOf({ properties: { [name]: schema }, required: required ? [name] : [] })[0]?.fields ?? [];
  const type = `${field?.type ?? "string"}, in the ${place}`;
  return { name, type, isRequired: required, description };
}

/** Paragraphs. */
function prose(text: string): Markup[] {
  return text.split("\n\n").map((paragraph) => html`<p>${inline(paragraph)}</p>`);
}

/** Text in which code stands between backticks. */
function inline(text: string): (string | Markup)[] {
  return text.split("`").map((part, index) => (index % 2 === 0 ? part : html`<code>${part}</code>`));
}
