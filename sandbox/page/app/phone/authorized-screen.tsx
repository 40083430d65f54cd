/** The result of an authorisation, with the way back to the merchant. */

/** How a customer who has declined can decide otherwise. */
export const ASK_AGAIN = "To decide otherwise, choose “Ask again” at the point of sale.";

/** What the customer has decided. */
export type Decision = "AGREED" | "DECLINED";

type AuthorizedScreenProps = {
  readonly decision: Decision;
  readonly merchant: string;
  readonly redirectUrl: string | undefined;
  readonly onDone: () => void;
};

/** Says what follows from the decision. */
export function AuthorizedScreen({ decision, merchant, redirectUrl, onDone }: AuthorizedScreenProps) {
  const isAgreed = decision === "AGREED";
  return (
    <section class="screen result-screen" aria-labelledby="authorized-heading">
      <div class="result">
        <p class={`mark ${isAgreed ? "succeeded" : "failed"}`} aria-hidden="true">
          {isAgreed ? "✓" : "✕"}
        </p>
        <h3 id="authorized-heading" tabIndex={-1}>
          {isAgreed ? "Authorised" : "Not authorised"}
        </h3>
        <p>{merchant}</p>
      </div>
      <p>
        {isAgreed
          ? "Each later payment shows here and in your history. End the authorisation under Shops."
          : `Nothing was agreed. ${ASK_AGAIN}`}
      </p>
      {redirectUrl !== undefined && (
        <a href={redirectUrl} target="_blank" rel="noreferrer">
          Back to the shop
        </a>
      )}
      <button type="button" class="primary" onClick={onDone}>
        Done
      </button>
    </section>
  );
}
