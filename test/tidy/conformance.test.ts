/** docs/conformance.md is made from the requirements of docs/spec and the titles of the tests. */
import { expect, it } from "vitest";
import { conformance, storedConformance } from "../../scripts/conformance.ts";

it("every requirement has a test with its id in the title, and every id in a title is a requirement", () => {
  const { document, faults } = conformance();
  expect(faults).toEqual([]);
  expect(document.match(/^\| [A-Z]{3}-\d{2} \|/gm)?.length).toBeGreaterThan(200);
});

it("docs/conformance.md is up to date: npm run conformance writes it", () => {
  expect(storedConformance()).toBe(conformance().document);
});
