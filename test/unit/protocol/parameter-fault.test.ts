/** Every refusal of a parameter has a sentence of this project's own. */
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { parametersOf } from "../../../protocol/check-parameters.ts";
import type { JsonObject } from "../../../protocol/json.ts";

const schema = z.strictObject({
  text: z.string().max(3).optional(),
  scalar: z.union([z.string(), z.number()]).optional(),
  choice: z.enum(["A", "B"]).optional(),
  list: z
    .array(z.strictObject({ member: z.string() }))
    .min(1)
    .optional(),
  count: z.number().min(2).optional(),
  form: z.iso.date().optional(),
  own: z.string("must be our own").optional(),
  needed: z.string(),
});

describe("a refused parameter", () => {
  it.each([
    [{ text: {} }, "text: must be a string"],
    [{ text: "long" }, "text: must have at most 3 characters"],
    [{ scalar: true }, "scalar: must be a string or a number"],
    [{ choice: "C" }, "choice: must be A or B"],
    [{ list: {} }, "list: must be a list"],
    [{ list: [] }, "list: must have at least 1 entries"],
    [{ list: [{ member: "x", other: "y" }] }, "list.0.other: is not a parameter here"],
    [{ list: [{}] }, "list.0.member: is required"],
    [{ count: 1 }, "count: must be at least 2"],
    [{ form: "x" }, "form: is malformed"],
    [{ own: 1 }, "own: must be our own"],
    [{ needed: undefined }, "needed: is required"],
    [{ extra: "x" }, "extra: is not a parameter here"],
  ])("%j is named with what it must be", (members, refusal) => {
    const checked = parametersOf(schema, { needed: "x", ...members } as unknown as JsonObject);
    expect("refusal" in checked && checked.refusal.result.resultMessage).toBe(`Illegal parameter ${refusal}.`);
  });
});
