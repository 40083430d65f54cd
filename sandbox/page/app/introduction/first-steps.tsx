/** What to click first, until something was sold. */

/** How far a person has come. */
type FirstStepsProps = {
  /** Whether the phone has a customer. */
  readonly hasCustomer: boolean;
  /** Missing until the first answer. */
  readonly hasSale: boolean | undefined;
};

/** The first steps, in which the next one stands out. */
export function FirstSteps({ hasCustomer, hasSale }: FirstStepsProps) {
  if (hasSale !== false) return null;
  return (
    <ol class="first-steps" aria-label="First steps">
      <li aria-current={hasCustomer ? undefined : "step"}>
        On <a href="#wallet">the phone</a>, open a customer.
      </li>
      <li aria-current={hasCustomer ? "step" : undefined}>
        At <a href="#merchant">the point of sale</a>, scan the phone’s code.
      </li>
      <li>
        Under <a href="#subscriptions">Subscriptions</a>, let the shop take a payment each month.
      </li>
      <li>
        Under <a href="#messages">Messages</a>, open a line and read both messages.
      </li>
    </ol>
  );
}
