/**
 * A wallet API of notes, for the rules of every call: its routes answer the customer, and do what a test says besides.
 */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeEach, vi } from "vitest";
import * as z from "zod";
import type { Env } from "../../../durable/env.ts";
import { createApi } from "../../../worker/http/api.ts";
import type { Endpoint } from "../../../worker/http/endpoint.ts";
import { isProblem } from "../../../worker/http/problem.ts";
import { customerOf, namedCustomer } from "../../../worker/wallet/caller.ts";
import type { WalletCall, WalletRoute } from "../../../worker/wallet/route.ts";
import { endpointOf } from "../../../worker/wallet/route-endpoint.ts";
import type { Json } from "../alipayplus.ts";
import { type WalletCallOptions, type WalletReply, walletReplyOf, walletRequest } from "./calls.ts";

const body = z.object({
  customerId: namedCustomer,
  note: z.string("must be a string").min(1, "must not be empty").optional(),
});
const reply = z.object({ customerId: z.string() });

type Body = z.output<typeof body>;
type Reply = z.output<typeof reply>;

/** What happened during a test. */
export const seen = {
  /** The calls that reached a route. */
  calls: [] as WalletCall<Body>[],
  /** The lines of the log. */
  lines: [] as Json[],
};

/** What a route does besides answering. */
export const notes = { act: (_call: WalletCall<Body>): void => {} };

const documentation = { summary: "", description: "", body, reply, problems: [] };

async function answer(call: WalletCall<Body>) {
  seen.calls.push(call);
  notes.act(call);
  const customer = customerOf(call.caller, call.body.customerId);
  return isProblem(customer) ? customer : { customerId: customer.customerId };
}

/** The route POST /notes. */
export const createNote: WalletRoute<Body, Reply> = {
  ...documentation,
  method: "POST",
  path: "/notes",
  name: "createNote",
  answer,
};

const getNote: WalletRoute<Body, Reply> = { ...createNote, method: "GET", path: "/notes/{noteId}", name: "getNote" };
const confirmNote = { ...createNote, path: "/notes/{noteId}/confirm", name: "confirmNote" };
const ENDPOINTS = [createNote, getNote, confirmNote].map(endpointOf);

/** Begins every test of a file with nothing seen, and reads the log. */
export function watchNotes(): void {
  beforeEach(() => {
    seen.calls = [];
    seen.lines = [];
    notes.act = () => {};
    for (const method of ["log", "error"] as const) {
      vi.spyOn(console, method).mockImplementation((text: string) => {
        seen.lines.push(JSON.parse(text) as Json);
      });
    }
  });
  afterEach(() => {
    vi.restoreAllMocks();
  });
}

/** Calls the API of notes. */
export async function callNotes(
  method: string,
  path: string,
  sent?: Json | string | Uint8Array,
  options?: WalletCallOptions,
): Promise<WalletReply> {
  return answerNotes(walletRequest(method, path, sent, options));
}

/** The API's answer to a request: with other endpoints, or in another environment, where a test says so. */
export async function answerNotes(
  request: Request,
  { endpoints = ENDPOINTS, environment = env }: { endpoints?: readonly Endpoint[]; environment?: Env } = {},
): Promise<WalletReply> {
  const context = createExecutionContext();
  const response = await createApi("/wallet/v1", endpoints).fetch(request, environment, context);
  await waitOnExecutionContext(context);
  return walletReplyOf(response);
}
