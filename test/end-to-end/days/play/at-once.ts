/** As many calls as the acquirers of a busy hour make at the same moment; more would only wait for the machine. */
export const CALLS_AT_ONCE = 16;

/** Does the work for every element, {@link CALLS_AT_ONCE} at a time, and answers the results in the elements' order. */
export async function mapAtOnce<Element, Result>(
  elements: readonly Element[],
  work: (element: Element) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  // All workers share one iterator: each element is taken once.
  const waiting = elements.entries();
  const worker = async (): Promise<void> => {
    for (const [index, element] of waiting) results[index] = await work(element);
  };
  await Promise.all(Array.from({ length: CALLS_AT_ONCE }, worker));
  return results;
}
