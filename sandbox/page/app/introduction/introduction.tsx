/** The head of the page: who the parties are, and where more is said. */
const LINKS = [
  ["/sandbox/wallet-api", "The wallet’s calls"],
  ["/sandbox/page/docs/sandbox/README.md", "A tour of the sandbox"],
  ["/sandbox/page/docs/sandbox/faults.md", "Every fault"],
  ["/sandbox/page/docs/wallet.md", "Your wallet’s app"],
  ["/sandbox/page/docs/core.md", "Your wallet’s core"],
] as const;

/** Title, parties and links. */
export function Introduction() {
  return (
    <header>
      <h1>Plusgate sandbox</h1>
      <p class="story">
        A <b>wallet</b> pays, and its gateway is yours: Plusgate. <b>Alipay+</b> stands in the middle, and an{" "}
        <b>acquirer</b> acts for the merchant; the sandbox plays both. Every message between them is signed, and shown
        below.
      </p>
      <nav class="documents" aria-label="Documents">
        {LINKS.map(([href, text]) => (
          <a key={href} href={href}>
            {text}
          </a>
        ))}
      </nav>
    </header>
  );
}
