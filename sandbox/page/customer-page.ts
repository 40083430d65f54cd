/** The pages that a customer visits, the merchant's and the cashier's: no script, and nothing from another origin. */
import { html } from "hono/html";

/** A part of a document; what is put into it is escaped. */
export type Markup = ReturnType<typeof html>;

/** A page to be answered. */
export type CustomerPage = {
  readonly status: number;
  readonly title: string;
  readonly content: Markup;
  /** Reloads, or goes on to the URL, after so many seconds. */
  readonly refresh?: { readonly seconds: number; readonly url?: string } | undefined;
  /** Where the answer to its form redirects: a browser applies `form-action` to that, too. */
  readonly formTarget?: string | undefined;
};

const STYLE_PATH = "/sandbox/page/customer.css";

/** The page as an answer. */
export function customerPage({ status, title, content, refresh, formTarget }: CustomerPage): Response {
  const policy = [
    "default-src 'none'",
    "style-src 'self'",
    "img-src 'self' data:",
    "base-uri 'none'",
    formTarget === undefined ? "form-action 'none'" : `form-action 'self' ${formTarget}`,
    "frame-ancestors 'none'",
  ];
  const headers = {
    "Content-Type": "text/html; charset=UTF-8",
    "Content-Security-Policy": policy.join("; "),
    "X-Content-Type-Options": "nosniff",
    // Without a referrer a browser sends a form with the origin null, as the form of another page.
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    Vary: "User-Agent",
  };
  return new Response(documentOf(title, content, refreshOf(refresh)), { status, headers });
}

function refreshOf(refresh: CustomerPage["refresh"]): Markup | "" {
  if (!refresh) return "";
  const where = refresh.url === undefined ? "" : `; url=${refresh.url}`;
  return html`<meta http-equiv="refresh" content="${refresh.seconds}${where}">`;
}

function documentOf(title: string, content: Markup, refresh: Markup | ""): string {
  const markup = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${refresh}<title>${title}</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${STYLE_PATH}">
</head>
<body>
<main>
${content}
</main>
</body>
</html>
`;
  return String(markup);
}
