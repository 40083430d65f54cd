import type { Message } from "../calls/sandbox.ts";

/** One message: its first line, headers, body, the content that is signed, and whether the signature verifies. */
export function MessageView({ title, line, message }: { title: string; line: string; message: Message }) {
  const { headers, body, bodyCharacters, signedContent } = message;
  return (
    <section class="message" aria-label={title}>
      <h4>{title}</h4>
      <p class="message-line">
        <code>{line}</code> <Verdict message={message} />
      </p>
      <dl class="headers">
        {Object.entries(headers).map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {body !== "" && <Text label="Body" text={laidOut(body)} />}
      {bodyCharacters !== undefined && (
        <p class="dim">
          The body had {bodyCharacters} characters; the rest was not kept, so the signed content cannot be shown.
        </p>
      )}
      {signedContent !== undefined && <Text label="The exact signed content" text={signedContent} />}
    </section>
  );
}

/**
 * The sandbox verifies what it receives; what it sends, it has signed itself. Where no signature came, there is nothing
 * to verify.
 */
function Verdict({ message }: { message: Message }) {
  const { verified, verificationFault, signedContent, headers } = message;
  if (verified) return <span class="verdict verified">✓ signature verifies</span>;
  const isSigned = new Headers(headers).has("Signature");
  if (verified === false && isSigned) return <span class="verdict failed">✕ {verificationFault}</span>;
  return <span class="dim">{isSigned && signedContent !== undefined ? "signed here" : "not signed"}</span>;
}

function Text({ label, text }: { label: string; text: string }) {
  return (
    <figure>
      <figcaption>{label}</figcaption>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must be reached with the keyboard */}
      <pre tabIndex={0}>{text}</pre>
    </figure>
  );
}

/** JSON laid out for reading; anything else as it is. */
function laidOut(body: string): string {
  try {
    return JSON.stringify(JSON.parse(body), null, 2);
  } catch {
    return body;
  }
}
