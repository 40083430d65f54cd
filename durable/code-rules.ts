/** The code rules of Alipay+, as they were last fetched. */
import { DurableObject } from "cloudflare:workers";
import type { Env } from "../worker/env.ts";

/** One object for the whole deployment. */
export class CodeRules extends DurableObject<Env> {}
