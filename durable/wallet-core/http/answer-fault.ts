/** What is wrong with an answer of the core: the member, without anything that the answer holds. */
import type * as z from "zod";

/** Other names may be data in the wrong place, and are not shown. */
const SHOWN_NAME = /^[A-Za-z][A-Za-z0-9_]{0,31}$/;

/** The first fault of an answer that its schema refuses. */
export function answerFault(error: z.ZodError, answer: unknown): { readonly member: string; readonly why: string } {
  const [issue] = error.issues;
  if (!issue) throw new Error("A refusal without an issue");
  if (issue.code === "unrecognized_keys") {
    const [name = ""] = issue.keys;
    return { member: SHOWN_NAME.test(name) ? name : "one member", why: "is not part of this answer" };
  }
  const member = issue.path.join(".");
  if (member === "") return { member: "body", why: "is not a JSON object" };
  const value = issue.path.reduce<unknown>((object, key) => (object as Record<PropertyKey, unknown>)?.[key], answer);
  if (value === undefined) return { member, why: "is missing" };
  return {
    member,
    why: issue.code === "invalid_type" ? `is not of type ${issue.expected}` : "has a value that is not allowed",
  };
}
