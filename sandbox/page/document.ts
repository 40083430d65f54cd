/** The document of the page. The page's script draws everything that it shows. */
import { html } from "hono/html";
import type { PageSettings } from "./settings.ts";

/**
 * The page's Content-Security-Policy: no inline script or style, nothing from another origin, no script made from text;
 * images from `data:` are the barcodes, which the gateway answers as SVG.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
];

/** The headers of the document. It holds a token, so no cache may keep it. */
export const DOCUMENT_HEADERS: Readonly<Record<string, string>> = {
  "Content-Type": "text/html; charset=UTF-8",
  "Content-Security-Policy": POLICY.join("; "),
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cache-Control": "no-store",
  Vary: "Accept",
};

/**
 * The document.
 *
 * @param assetsPath where script and style are, without a slash at the end
 */
export function documentOf(settings: PageSettings, assetsPath: string): string {
  const markup = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Plusgate sandbox</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="${assetsPath}/page.css">
<script type="module" src="${assetsPath}/page.js"></script>
</head>
<body data-settings="${JSON.stringify(settings)}">
<noscript>The page needs JavaScript. Without it the sandbox is called with curl: docs/sandbox/README.md.</noscript>
</body>
</html>
`;
  return String(markup);
}
